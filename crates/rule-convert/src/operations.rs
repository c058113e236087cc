//! Operations that the target never logs: flagged in the lists where they stand.

use std::collections::BTreeMap;
use std::ops::Range;

use kql_syntax::ast::{Literal, range_of};
use kql_syntax::{SyntaxKind, SyntaxNode};

use crate::catalogue::Operation;
use crate::edit::{Applicability, Certainty, Edit, Target};
use crate::flow::{Analysed, Kinds};
use crate::profile::Profile;

/// Edits for operation names.
pub(crate) fn find(given: Analysed<'_>) -> Vec<Edit> {
    let Analysed {
        root,
        query,
        analysis,
        profile,
    } = given;
    let met = |node: &SyntaxNode| {
        let site = analysis.found.sites.get(&range_of(node).start);
        site.is_some_and(|site| site.met.has(Kinds::OPERATION))
    };
    // Literals by the list that they stand in: arguments, an array, the sides of a comparison.
    let mut lists: BTreeMap<usize, Vec<SyntaxNode>> = BTreeMap::new();
    for node in root
        .descendants()
        .filter(|node| node.kind() == SyntaxKind::Literal)
    {
        if let (true, Some(parent)) = (met(&node), node.parent()) {
            lists.entry(range_of(&parent).start).or_default().push(node);
        }
    }
    let mut edits: Vec<Edit> = lists
        .values()
        .filter_map(|list| list_edit(query, list, profile))
        .collect();
    let dead = analysis.found.dead.values();
    let hints = dead.filter(|(range, _)| {
        let is_inside = |edit: &Edit| {
            let place = edit.target.range();
            place.is_some_and(|place| range.start <= place.start && place.end <= range.end)
        };
        !edits.iter().any(is_inside)
    });
    let hints: Vec<Edit> = hints
        .filter_map(|(range, names)| dead_condition(query, range, names, profile))
        .collect();
    edits.extend(hints);
    edits
}

/// A hint about a condition that names no operation in full and holds for none that the target logs.
fn dead_condition(
    query: &str,
    range: &Range<usize>,
    names: &[String],
    profile: &Profile,
) -> Option<Edit> {
    let dead: Vec<&Operation> = names
        .iter()
        .filter_map(|name| profile.operations.never_logged(name))
        .collect();
    let before = slice(query, range);
    Some(Edit {
        id: format!("operations@{}", range.start),
        target: Target::Query {
            range: range.clone(),
        },
        after: before.clone(),
        before,
        title: "Operations that are never logged".to_owned(),
        reason: format!(
            "Of the operations that are known, this holds only for some that a {} never logs. {}",
            profile.target,
            reason(&dead, true)
        ),
        applicability: Applicability::Manual,
        certainty: dead.iter().map(|operation| operation.certainty).max()?,
    })
}

/// One edit for a list that holds names which are never logged.
fn list_edit(query: &str, list: &[SyntaxNode], profile: &Profile) -> Option<Edit> {
    let named: Vec<(&SyntaxNode, String)> = list
        .iter()
        .filter_map(|node| Some((node, Literal::cast(node.clone())?.string()?)))
        .collect();
    let dead: Vec<&Operation> = named
        .iter()
        .filter_map(|(_, name)| profile.operations.never_logged(name))
        .collect();
    let (first, last) = (list.first()?, list.last()?);
    if dead.is_empty() {
        return None;
    }
    let range = range_of(first).start..range_of(last).end;
    let before = slice(query, &range);
    let after: Vec<String> = named
        .iter()
        .filter_map(|(node, name)| surviving(node, name, profile))
        .collect();
    let nothing_left = after.is_empty();
    Some(Edit {
        id: format!("operations@{}", range.start),
        after: if nothing_left {
            before.clone()
        } else {
            without_repeats(after).join(", ")
        },
        target: Target::Query { range },
        before,
        title: if list.len() == 1 {
            "Operation that is never logged"
        } else {
            "Operations that are never logged"
        }
        .to_owned(),
        reason: reason(&dead, nothing_left),
        applicability: if nothing_left {
            Applicability::Manual
        } else {
            Applicability::Review
        },
        certainty: dead
            .iter()
            .map(|operation| operation.certainty)
            .max()
            .unwrap_or(Certainty::Unknown),
    })
}

/// The literal that stays or takes a dead name's place; `None` when it goes.
fn surviving(node: &SyntaxNode, name: &str, profile: &Profile) -> Option<String> {
    let text = node.text().to_string();
    match profile.operations.never_logged(name) {
        None => Some(text),
        Some(operation) => operation
            .counterpart
            .as_ref()
            .map(|counterpart| text.replacen(name, counterpart, 1)),
    }
}

fn without_repeats(texts: Vec<String>) -> Vec<String> {
    let mut unique: Vec<String> = Vec::new();
    for text in texts {
        if !unique.contains(&text) {
            unique.push(text);
        }
    }
    unique
}

fn reason(dead: &[&Operation], nothing_left: bool) -> String {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for operation in dead {
        let name = match &operation.counterpart {
            Some(counterpart) => format!("{} (now {counterpart})", operation.name),
            None => operation.name.clone(),
        };
        match groups
            .iter_mut()
            .find(|(reason, _)| *reason == operation.reason)
        {
            Some((_, names)) => names.push(name),
            None => groups.push((&operation.reason, vec![name])),
        }
    }
    let clauses: Vec<String> = groups
        .iter()
        .map(|(reason, names)| format!("{}: {reason}.", names.join(", ")))
        .collect();
    let end = if nothing_left {
        " No counterpart is known, so this needs a decision of yours."
    } else {
        ""
    };
    format!("{}{end}", clauses.join(" "))
}

fn slice(query: &str, range: &Range<usize>) -> String {
    query.get(range.clone()).unwrap_or_default().to_owned()
}
