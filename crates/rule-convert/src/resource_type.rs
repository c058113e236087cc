//! The resource-type literal: changed where it is compared with the resource type, kept elsewhere.

use std::collections::BTreeMap;
use std::ops::Range;

use kql_syntax::ast::{Expr, Let, Literal, range_of};
use kql_syntax::{SyntaxKind, SyntaxNode};

use crate::edit::{Applicability, Certainty, Edit, Kept, Target};
use crate::profile::Profile;
use crate::uses::{comparisons, lets, string_literals, uses_of};

/// What was found about the resource type in a query.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub edits: Vec<Edit>,
    pub kept: Vec<Kept>,
    /// Whether the target's literal is compared with the resource type already.
    pub has_target: bool,
}

/// Finds the literals to change and those to keep.
pub(crate) fn find(root: &SyntaxNode, profile: &Profile) -> Found {
    let compared = comparisons(root, &profile.column);
    let mut literals: BTreeMap<usize, (SyntaxNode, Applicability, &'static str)> = BTreeMap::new();
    let declared = lets(root);
    for operand in compared.iter().flat_map(|comparison| &comparison.operands) {
        match operand.without_parentheses() {
            Expr::Name(name) => {
                if let Some(declaration) = declared.get(&name.text()) {
                    let all = every_use_is_compared(
                        root,
                        declaration,
                        &compared
                            .iter()
                            .flat_map(|one| one.operands.clone())
                            .collect::<Vec<_>>(),
                    );
                    let (applicability, why) = match all {
                        true => (Applicability::Safe, "through a `let`"),
                        false => (
                            Applicability::Review,
                            "through a `let` that is used elsewhere too",
                        ),
                    };
                    for literal in declaration_literals(declaration) {
                        literals
                            .entry(start(&literal))
                            .or_insert((literal, applicability, why));
                    }
                }
            }
            other => {
                for literal in string_literals(other.syntax()) {
                    literals
                        .entry(start(&literal))
                        .or_insert((literal, Applicability::Safe, ""));
                }
            }
        }
    }
    let mut found = Found::default();
    for (literal, applicability, why) in literals.into_values() {
        sort_literal(&literal, applicability, why, profile, &mut found);
    }
    keep_the_rest(root, profile, &mut found);
    found
}

fn start(node: &SyntaxNode) -> usize {
    range_of(node).start
}

/// Whether a name is used only where it is compared with the column.
fn every_use_is_compared(root: &SyntaxNode, declaration: &Let, operands: &[Expr]) -> bool {
    uses_of(root, declaration).iter().all(|used| {
        operands
            .iter()
            .any(|operand| operand.without_parentheses().syntax() == used)
    })
}

/// Literals of a `let` whose value is a text or a list of texts.
fn declaration_literals(declaration: &Let) -> Vec<SyntaxNode> {
    match declaration.value().map(|value| value.without_parentheses()) {
        Some(value @ (Expr::Literal(_) | Expr::Dynamic(_))) => string_literals(value.syntax()),
        _ => Vec::new(),
    }
}

fn sort_literal(
    literal: &SyntaxNode,
    applicability: Applicability,
    why: &str,
    profile: &Profile,
    found: &mut Found,
) {
    let Some(text) = Literal::cast(literal.clone()).and_then(|literal| literal.string()) else {
        return;
    };
    if text.eq_ignore_ascii_case(&profile.to) {
        found.has_target = true;
    }
    if !text.eq_ignore_ascii_case(&profile.from) {
        return;
    }
    let range = range_of(literal);
    let before = literal.text().to_string();
    let through = if why.is_empty() {
        String::new()
    } else {
        format!(", {why}")
    };
    found.edits.push(Edit {
        id: format!("resource-type@{}", range.start),
        target: Target::Query { range },
        after: before.replacen(&text, &in_case_of(&text, &profile.to), 1),
        before,
        title: "Resource type".to_owned(),
        reason: format!(
            "This text is compared with {}{through}. Rows of a Managed HSM hold {} there.",
            profile.column, profile.to
        ),
        applicability,
        certainty: Certainty::Documented,
    });
}

/// The target's literal in the letter case of the original.
fn in_case_of(original: &str, target: &str) -> String {
    match original.chars().any(char::is_uppercase) {
        true => target.to_owned(),
        false => target.to_lowercase(),
    }
}

/// Lists every other place that holds the word, in comments and in literals.
fn keep_the_rest(root: &SyntaxNode, profile: &Profile, found: &mut Found) {
    let word = profile.from.to_lowercase();
    let changed: Vec<Range<usize>> = found
        .edits
        .iter()
        .filter_map(|edit| match &edit.target {
            Target::Query { range } => Some(range.clone()),
            Target::Field { .. } => None,
        })
        .collect();
    for token in root
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
    {
        let range = usize::from(token.text_range().start())..usize::from(token.text_range().end());
        let reason = match token.kind() {
            SyntaxKind::Comment => "a comment changes no result",
            SyntaxKind::String => "it is not compared with the resource type",
            SyntaxKind::Word => "it is a name, not a value",
            _ => continue,
        };
        let covered = changed
            .iter()
            .any(|edit| edit.start <= range.start && range.end <= edit.end);
        if !covered && token.text().to_lowercase().contains(&word) {
            found.kept.push(Kept {
                range,
                text: token.text().trim_end().to_owned(),
                reason: reason.to_owned(),
            });
        }
    }
}
