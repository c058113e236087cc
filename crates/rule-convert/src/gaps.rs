//! Known gaps between the logs of two kinds of resource: columns that the target fills otherwise, values
//! that do not say what rules take them to say.

use std::collections::BTreeSet;
use std::ops::Range;

use kql_syntax::SyntaxNode;
use kql_syntax::ast::{Binary, Call, Expr, range_of};

use crate::edit::{Applicability, Certainty, Edit, Target};
use crate::filters::begins_a_pipeline;
use crate::flow::{Analysed, Analysis, Taken};
use crate::profile::Profile;

/// Edits and hints for what the target logs otherwise.
pub(crate) fn find(given: Analysed<'_>) -> Vec<Edit> {
    let Analysed {
        root,
        query,
        analysis,
        profile,
    } = given;
    let names = named_columns(root, analysis);
    let mut edits = claims(root, &names, analysis, profile);
    edits.extend(success(&names, query, analysis, profile));
    edits.extend(unattested(root, query, analysis, profile));
    edits
}

/// Columns that the target fills under another name: both are read, right behind the table.
fn claims(
    root: &SyntaxNode,
    names: &BTreeSet<String>,
    analysis: &Analysis,
    profile: &Profile,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for claim in &profile.claims {
        if !names.contains(&claim.short) || names.contains(&claim.long) {
            continue;
        }
        for read in analysis
            .found
            .reads
            .values()
            .filter(|read| begins_a_pipeline(root, read))
        {
            let (short, long) = (&claim.short, &claim.long);
            edits.push(Edit {
                id: format!("claim:{short}@{}", read.end),
                target: Target::Query { range: read.end..read.end },
                before: String::new(),
                after: format!(
                    "\n| extend {short} = coalesce(column_ifexists(\"{short}\", \"\"), column_ifexists(\"{long}\", \"\"))"
                ),
                title: "Claim under another name".to_owned(),
                reason: format!(
                    "The rule reads {short}; {}. With this, either column is read.",
                    claim.reason
                ),
                applicability: Applicability::Review,
                certainty: claim.certainty,
            });
        }
    }
    edits
}

/// Names in the query, and texts that may name a column.
pub(crate) fn named_columns(root: &SyntaxNode, analysis: &Analysis) -> BTreeSet<String> {
    let names = root
        .descendants()
        .filter_map(kql_syntax::ast::Name::cast)
        .map(|name| name.text());
    let texts = analysis.found.sites.values().map(|site| site.text.clone());
    names.chain(texts).collect()
}

/// Comparisons of a result with a value that calls which failed hold too.
fn success(
    names: &BTreeSet<String>,
    query: &str,
    analysis: &Analysis,
    profile: &Profile,
) -> Vec<Edit> {
    let Some(success) = &profile.success else {
        return Vec::new();
    };
    if names.iter().any(|name| name.starts_with("httpStatusCode"))
        && mentions(query, &success.condition)
    {
        return Vec::new();
    }
    let results = analysis.found.results.values();
    results
        .map(|(range, taken)| {
            let before = query.get(range.clone()).unwrap_or_default();
            let (range, before, after, title) = match taken {
                Taken::Success => (
                    range.end..range.end,
                    String::new(),
                    format!(" and {}", success.condition),
                    "Success that is none",
                ),
                Taken::Failure => (
                    range.clone(),
                    before.to_owned(),
                    format!("({before} or not({}))", success.condition),
                    "Failures that look like success",
                ),
            };
            Edit {
                id: format!("success@{}", range.end),
                target: Target::Query { range },
                before,
                after,
                title: title.to_owned(),
                reason: format!(
                    "{} {} does not say that the call succeeded: {}.",
                    success.column, success.value, success.reason
                ),
                applicability: Applicability::Review,
                certainty: success.certainty,
            }
        })
        .collect()
}

/// Whether the query holds a condition already.
fn mentions(query: &str, condition: &str) -> bool {
    let squeezed = |text: &str| {
        text.chars()
            .filter(|letter| !letter.is_whitespace())
            .collect::<String>()
    };
    squeezed(query).contains(&squeezed(condition))
}

/// Rows that are dropped when a column is empty which the target may not fill.
fn unattested(root: &SyntaxNode, query: &str, analysis: &Analysis, profile: &Profile) -> Vec<Edit> {
    let mut edits = Vec::new();
    for node in root.descendants() {
        let Some((column, range)) = demanded(&node, analysis) else {
            continue;
        };
        let known = profile
            .unattested_columns
            .iter()
            .find(|(known, _)| *known == column);
        let Some((_, reason)) = known else {
            continue;
        };
        let before = query.get(range.clone()).unwrap_or_default().to_owned();
        let other = profile
            .address_columns
            .iter()
            .find(|other| **other != column);
        let (after, applicability) = match other {
            Some(other) if !is_alternative(&node, other) => (
                format!("({before} or isnotempty({other}))"),
                Applicability::Review,
            ),
            Some(_) => continue,
            None => (before.clone(), Applicability::Manual),
        };
        edits.push(Edit {
            id: format!("unattested@{}", range.start),
            target: Target::Query { range },
            before,
            after,
            title: "May drop rows".to_owned(),
            reason: format!("Rows without {column} are dropped here, and {reason}."),
            applicability,
            certainty: Certainty::Unknown,
        });
    }
    edits
}

/// The column that a condition demands to be filled, and where the condition stands.
fn demanded(node: &SyntaxNode, analysis: &Analysis) -> Option<(String, Range<usize>)> {
    let column = |expression: &Expr| match expression.without_parentheses() {
        // A name may stand for a column of another name.
        Expr::Name(name) => {
            let known = analysis.found.named.get(&name.range().start);
            Some(known.cloned().unwrap_or_else(|| name.text()))
        }
        _ => None,
    };
    if let Some(call) = Call::cast(node.clone()) {
        let arguments = call.arguments();
        let [argument] = arguments.as_slice() else {
            return None;
        };
        let name = call.name()?.text();
        let demanded = match (name.as_str(), argument) {
            ("isnotempty" | "isnotnull" | "notnull" | "notempty", one) => column(one)?,
            ("not", Expr::Call(inner)) => {
                match (inner.name()?.text().as_str(), inner.arguments().as_slice()) {
                    ("isempty" | "isnull", [one]) => column(one)?,
                    _ => return None,
                }
            }
            _ => return None,
        };
        return Some((demanded, call.range()));
    }
    let binary = Binary::cast(node.clone())?;
    let (left, right) = (binary.left()?, binary.right()?);
    let is_empty = |side: &Expr| side.string().is_some_and(|text| text.is_empty());
    if !matches!(binary.operator().as_str(), "!=" | "<>" | "!~") {
        return None;
    }
    let demanded = match (is_empty(&left), is_empty(&right)) {
        (false, true) => column(&left)?,
        (true, false) => column(&right)?,
        _ => return None,
    };
    Some((demanded, range_of(node)))
}

/// Whether another column stands beside a condition as an alternative already.
fn is_alternative(node: &SyntaxNode, other: &str) -> bool {
    let parent = node.parent().and_then(kql_syntax::ast::Logical::cast);
    parent.is_some_and(|logical| {
        !logical.is_and()
            && logical
                .syntax()
                .text()
                .to_string()
                .contains(&format!("({other})"))
    })
}
