//! Reads of the shared table behind which nothing tells resources apart.

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
    let by_provider = filters_by_provider(analysis, profile);
    let reads = analysis.found.reads.iter();
    reads
        .filter(|(end, _)| !analysis.found.filtered.contains(*end))
        .map(|(_, range)| {
            let filter = format!("\n| where {} =~ \"{}\"", profile.column, profile.to);
            let (range, before, after) = behind(root, range, &profile.table, &filter);
            let (reason, applicability) = match by_provider {
                true => (
                    format!(
                        "The rule tells resources apart by their provider, which a {} and a {} share. The filter makes it a rule about the latter.",
                        profile.original, profile.target
                    ),
                    Applicability::Safe,
                ),
                false => (
                    format!(
                        "This part reads every row of {}, whatever its resource. Without a filter, rows of other resources end up in alerts about a {}.",
                        profile.table, profile.target
                    ),
                    Applicability::Review,
                ),
            };
            Edit {
                id: format!("filter@{}", range.end),
                target: Target::Query { range },
                before,
                after,
                title: if by_provider { "Filter by provider only" } else { "Missing filter" }.to_owned(),
                reason,
                applicability,
                certainty: Certainty::Inferred,
            }
        })
        .collect()
}

/// Whether the query compares the provider with that of the profile.
pub(crate) fn filters_by_provider(analysis: &Analysis, profile: &Profile) -> bool {
    !profile.provider.is_empty()
        && analysis.found.sites.values().any(|site| {
            site.text.eq_ignore_ascii_case(&profile.provider)
                && site.foreign.as_deref() == Some("ResourceProvider")
        })
}

/// Where operators go behind a read of a table: right behind it, or around it where a bare name stands
/// in a list. Gives the place, the text before and the text after.
pub(crate) fn behind(
    root: &SyntaxNode,
    read: &std::ops::Range<usize>,
    table: &str,
    operators: &str,
) -> (std::ops::Range<usize>, String, String) {
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
pub(crate) fn begins_a_pipeline(root: &SyntaxNode, read: &std::ops::Range<usize>) -> bool {
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
