//! What the conversion itself makes of an original, as close as its own edits come to a given converted rule.
//!
//! Whatever the given rule says beyond that was written by somebody, or is a mistake.

use rule_convert::{Applicability, Conversion, Edit, Mode, Profile, convert_as, default_accepted};
use sentinel_rules::rule::Rule;

use crate::diff::query_changes;

/// Most edits of one conversion that are tried both ways.
const MAX_EDITS: usize = 60;

/// The conversion of a rule by those edits that bring it nearest to `converted`. Edits that change the
/// meaning on purpose are never among them.
pub(crate) fn expected(
    original: &Rule,
    converted: &Rule,
    (profile, mode): (&Profile, Mode),
) -> Rule {
    let conversion = convert_as(original, profile, mode);
    let starts = [default_accepted as fn(&Edit) -> bool, |_| true];
    let starts = starts.map(|is_taken| nearest(&conversion, original, converted, is_taken));
    let [(some, few), (all, many)] = starts;
    if some <= all { few } else { many }
}

/// Turns edits round one by one as long as that brings the rule nearer.
fn nearest(
    conversion: &Conversion,
    original: &Rule,
    converted: &Rule,
    is_taken: fn(&Edit) -> bool,
) -> (usize, Rule) {
    let may = |edit: &Edit| !edit.changes_meaning() && edit.applicability != Applicability::Manual;
    let taken = conversion
        .edits
        .iter()
        .filter(|edit| may(edit) && is_taken(edit));
    let mut taken: Vec<&str> = taken.map(|edit| edit.id.as_str()).collect();
    let made = |taken: &[&str]| {
        let rule = conversion
            .apply(original, &|edit| taken.contains(&edit.id.as_str()))
            .rule;
        (query_changes(&rule.query, &converted.query).len(), rule)
    };
    let mut best = made(&taken);
    for edit in conversion
        .edits
        .iter()
        .filter(|edit| may(edit))
        .take(MAX_EDITS)
    {
        if best.0 == 0 {
            break;
        }
        let mut other: Vec<&str> = taken.iter().copied().filter(|id| *id != edit.id).collect();
        if other.len() == taken.len() {
            other.push(&edit.id);
        }
        let tried = made(&other);
        if tried.0 < best.0 {
            (best, taken) = (tried, other);
        }
    }
    best
}
