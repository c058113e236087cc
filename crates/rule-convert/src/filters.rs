//! Reads of the shared table behind which nothing tells resources apart.

use std::collections::BTreeSet;
use std::ops::Range;

use kql_syntax::SyntaxNode;
use kql_syntax::ast::{Name, Pipeline, range_of};

use crate::edit::{Applicability, Certainty, Edit, Target};
use crate::flow::Analysis;
use crate::profile::Profile;

/// One edit for every read of the table whose rows meet no condition on their resource.
pub(crate) fn find(root: &SyntaxNode, analysis: &Analysis, profile: &Profile) -> Vec<Edit> {
    if profile.column.is_empty() {
        return Vec::new();
    }
    let found = &analysis.found;
    let own = unfiltered(analysis).map(|(range, number)| own_table(root, range, number, profile));
    let reads = found.reads.iter();
    let shared = reads
        .filter(|(end, _)| !analysis.found.filtered.contains(*end))
        .map(|(end, range)| {
            let others = analysis.found.by_provider.get(end);
            let left_out = analysis.found.left_out.get(end);
            let left_out = left_out.filter(|names| !names.is_empty());
            filter(root, range, (others, left_out), profile)
        });
    shared.chain(own).collect()
}

/// Reads of the original's own tables of which nothing tells whose rows they are.
fn unfiltered(analysis: &Analysis) -> impl Iterator<Item = (&Range<usize>, usize)> {
    let found = &analysis.found;
    let open = found
        .own
        .iter()
        .filter(|(end, _)| !found.filtered.contains(*end) || found.labelled.contains_key(*end));
    open.map(|(_, (range, number))| (range, *number))
}

/// Whether a part of the query reads such a table.
pub(crate) fn reads_own_table(analysis: &Analysis) -> bool {
    unfiltered(analysis).next().is_some()
}

/// The filter of a read of the original's own table.
fn own_table(root: &SyntaxNode, read: &Range<usize>, number: usize, profile: &Profile) -> Edit {
    let own = &profile.own_tables[number];
    let (original, target) = (&profile.original, &profile.target);
    let segment = format!("/{}/{}/", profile.provider, profile.to).to_lowercase();
    let filter = format!("\n| where {} has \"{segment}\"", own.column);
    let reason = format!(
        "This part reads {}, which holds rows of a {original}. Whether those of a {target} are there: {}. With the filter, none of a {original} are left.",
        own.table, own.reason
    );
    let place = behind(root, read, &own.table, &filter);
    Edit {
        certainty: own.certainty,
        ..added(place, "Missing filter", reason, Applicability::Review)
    }
}

/// The edit that puts a filter at the place that [`behind`] gives.
fn added(
    (range, before, after): (Range<usize>, String, String),
    title: &str,
    reason: String,
    applicability: Applicability,
) -> Edit {
    Edit {
        id: format!("filter@{}", range.end),
        target: Target::Query { range },
        before,
        after,
        title: title.to_owned(),
        reason,
        applicability,
        certainty: Certainty::Inferred,
    }
}

/// The filter of a read; `others` are the providers that it lets through besides the profile's, if the rule
/// tells resources apart by their provider at all, `left_out` the kinds of resource that it leaves out.
fn filter(
    root: &SyntaxNode,
    read: &Range<usize>,
    (others, left_out): (Option<&BTreeSet<String>>, Option<&BTreeSet<String>>),
    profile: &Profile,
) -> Edit {
    let (column, to, provider) = (&profile.column, &profile.to, &profile.provider);
    let (original, target) = (&profile.original, &profile.target);
    let mut condition = format!("{column} =~ \"{to}\"");
    let (title, reason, applicability) = match (others, left_out) {
        (None, Some(names)) => (
            "Filter by exclusion only",
            format!(
                "The rule leaves out rows of {} and reads those of every other resource, of a {original} and of a {target} alike. So it finds a {target} as it stands, and any other kind of resource too; with this filter it is a rule about a {target} alone. Decide which of both it is to be.",
                listed(names)
            ),
            Applicability::Review,
        ),
        (None, None) => (
            "Missing filter",
            format!(
                "This part reads every row of {}, whatever its resource. Without a filter, rows of other resources end up in alerts about a {target}.",
                profile.table
            ),
            Applicability::Review,
        ),
        (Some(others), _) if others.is_empty() => (
            "Filter by provider only",
            format!(
                "The rule tells resources apart by their provider, which a {original} and a {target} share. The filter makes it a rule about the latter.",
            ),
            Applicability::Safe,
        ),
        (Some(others), _) => {
            condition = format!("ResourceProvider !~ \"{provider}\" or {condition}");
            (
                "Filter by several providers",
                format!(
                    "The rule lets rows of {} through too, and rows of every resource of {provider}. With this, only those of a {target} are left of the latter. Decide whether the rule about a {target} should watch the other providers as well.",
                    listed(others)
                ),
                Applicability::Review,
            )
        }
    };
    let filter = format!("\n| where {condition}");
    let place = behind(root, read, &profile.table, &filter);
    added(place, title, reason, applicability)
}

fn listed(names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.join(", ")
}

/// Whether a part of the query tells resources apart by the provider of the profile.
pub(crate) fn filters_by_provider(analysis: &Analysis) -> bool {
    !analysis.found.by_provider.is_empty()
}

/// Whether a part of the query leaves out kinds of resource and lets those of the profile through.
pub(crate) fn leaves_out_kinds(analysis: &Analysis) -> bool {
    let found = &analysis.found;
    let mut left_out = found.left_out.iter();
    left_out.any(|(read, names)| !names.is_empty() && !found.filtered.contains(read))
}

/// Where operators go behind a read of a table: right behind it, or around it where a bare name stands
/// in a list. Gives the place, the text before and the text after.
pub(crate) fn behind(
    root: &SyntaxNode,
    read: &Range<usize>,
    table: &str,
    operators: &str,
) -> (Range<usize>, String, String) {
    match begins_a_pipeline(root, read) {
        true => (read.end..read.end, String::new(), operators.to_owned()),
        false => (
            read.clone(),
            table.to_owned(),
            format!("({table}{operators})"),
        ),
    }
}

/// Whether a name is the source of a pipeline, or a statement, a `let` or a parenthesis by itself.
pub(crate) fn begins_a_pipeline(root: &SyntaxNode, read: &Range<usize>) -> bool {
    use kql_syntax::SyntaxKind::{ExpressionStatement, LetStatement, ParenthesizedExpression};
    let name = root
        .descendants()
        .filter_map(Name::cast)
        .find(|name| name.range().end == read.end);
    let Some(parent) = name.and_then(|name| name.syntax().parent()) else {
        return false;
    };
    match Pipeline::cast(parent.clone()) {
        Some(pipeline) => pipeline
            .source()
            .is_some_and(|source| source.range().end == read.end),
        None => {
            range_of(&parent).end >= read.end
                && matches!(
                    parent.kind(),
                    ExpressionStatement | LetStatement | ParenthesizedExpression
                )
        }
    }
}
