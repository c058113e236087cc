//! What a conversion must never do: make overlapping edits, or a query that no longer parses or binds.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Range;

use kql_analysis::tables;

use crate::edit::{Applicability, Edit};

/// Drops edits that overlap others, and makes hints of those that would break the query.
pub(crate) fn settle(query: &str, edits: &mut Vec<Edit>) {
    drop_overlaps(edits);
    let safe = edits
        .iter()
        .filter(|edit| edit.applicability == Applicability::Safe);
    let safe: Vec<(Range<usize>, String)> = safe.filter_map(replacement).collect();
    // Asked for only when a changed query has errors, which it hardly ever has.
    let known = LazyCell::new(|| errors(query));
    let breaks = |changes: Vec<(Range<usize>, String)>| {
        let changes: Vec<_> = safe.iter().cloned().chain(changes).collect();
        let found = errors(&replaced(query, &changes));
        let is_new = |(message, count): (&String, &usize)| {
            *count > known.get(message).copied().unwrap_or_default()
        };
        found.iter().any(is_new)
    };
    let is_review = |edit: &Edit| edit.applicability == Applicability::Review;
    // A change of values gives no other change a column that it lacks: where all of them together break
    // nothing, none of them does.
    let of_values = edits
        .iter()
        .filter(|edit| is_review(edit) && edit.changes_values());
    let of_values: Vec<_> = of_values.filter_map(replacement).collect();
    let break_together = LazyCell::new(|| breaks(of_values));
    for edit in edits.iter_mut().filter(|edit| is_review(edit)) {
        if edit.changes_values() && !*break_together {
            continue;
        }
        if breaks(replacement(edit).into_iter().collect()) {
            edit.applicability = Applicability::Manual;
            edit.after.clone_from(&edit.before);
            edit.reason += " The change cannot be made here by machine: columns that it needs are gone at this place.";
        }
    }
}

/// A query after the safe edits.
pub(crate) fn safely(query: &str, edits: &[Edit]) -> String {
    let safe = edits
        .iter()
        .filter(|edit| edit.applicability == Applicability::Safe);
    replaced(query, &safe.filter_map(replacement).collect::<Vec<_>>())
}

/// A query with replaced parts, which do not overlap.
pub(crate) fn replaced(query: &str, replacements: &[(Range<usize>, String)]) -> String {
    let mut replacements: Vec<&(Range<usize>, String)> = replacements.iter().collect();
    replacements.sort_by_key(|(range, _)| (range.start, range.end));
    let (mut out, mut copied) = (String::new(), 0);
    for (range, after) in replacements {
        let Some(between) = query.get(copied..range.start) else {
            continue;
        };
        out.push_str(between);
        out.push_str(after);
        copied = range.end;
    }
    out.push_str(query.get(copied..).unwrap_or_default());
    out
}

/// Errors of a query by message, with how often each is found.
fn errors(query: &str) -> BTreeMap<String, usize> {
    let mut errors = BTreeMap::new();
    for found in tables::bind(query).diagnostics {
        if found.is_error() && !found.is_unsupported() {
            *errors.entry(found.message).or_insert(0) += 1;
        }
    }
    errors
}

fn replacement(edit: &Edit) -> Option<(Range<usize>, String)> {
    Some((edit.target.range()?.clone(), edit.after.clone()))
}

/// Of edits that overlap, the one that comes first stays; an edit that applies wins over a hint.
fn drop_overlaps(edits: &mut Vec<Edit>) {
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut order: Vec<usize> = (0..edits.len()).collect();
    let rank = |edit: &Edit| {
        (
            edit.applicability == Applicability::Manual,
            edit.applicability == Applicability::Review,
        )
    };
    order.sort_by_key(|&at| rank(&edits[at]));
    let mut keep = vec![false; edits.len()];
    for at in order {
        let Some(range) = edits[at].target.range() else {
            keep[at] = true;
            continue;
        };
        let overlaps = |one: &Range<usize>| one.start < range.end && range.start < one.end;
        if !taken.iter().any(overlaps) {
            keep[at] = true;
            taken.push(range.clone());
        } else if edits[at].applicability == Applicability::Manual {
            keep[at] = true;
            let start = range.start;
            edits[at].target = crate::edit::Target::Query {
                range: start..start,
            };
        }
    }
    let mut kept = keep.into_iter();
    edits.retain(|_| kept.next().unwrap_or(true));
}
