//! Names that `let` declares: never used, or hiding another.

use std::collections::{BTreeMap, BTreeSet};

use kql_analysis::tables;
use kql_syntax::ast::{Expr, Let, Name, Statement};
use kql_syntax::{SyntaxKind, SyntaxNode};

use crate::finding::Findings;
use crate::registry::{SHADOWED, UNUSED_LET};
use crate::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let root = subject.root();
    if subject
        .bound
        .diagnostics
        .iter()
        .any(|found| found.is_syntax())
    {
        return;
    }
    let uses = uses(&root);
    for node in root.descendants() {
        let Some(declaration) = Let::cast(node) else {
            continue;
        };
        let Some(name) = declaration.name() else {
            continue;
        };
        let text = name.text();
        if uses.get(&text).copied().unwrap_or_default() == 0 {
            findings.query(&UNUSED_LET, name.range(), format!("`{text}` is never used"));
        }
    }
    check_shadows(subject, findings);
}

/// How often each name stands somewhere else than at its declaration.
fn uses(root: &SyntaxNode) -> BTreeMap<String, usize> {
    let mut uses = BTreeMap::new();
    for node in root.descendants() {
        let parent = node.parent().map(|parent| parent.kind());
        let declares = parent == Some(SyntaxKind::LetStatement) && node.prev_sibling().is_none();
        // `table("name")` reads a table whose name is given as a text.
        let named_in_text = Expr::cast(node.clone()).and_then(|expr| match expr {
            Expr::Literal(literal) => literal.string(),
            _ => None,
        });
        if let Some(name) = Name::cast(node)
            && !declares
        {
            *uses.entry(name.text()).or_default() += 1;
        } else if let Some(text) = named_in_text {
            *uses.entry(text).or_default() += 1;
        }
    }
    uses
}

fn check_shadows(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for statement in subject.parse.root().statements() {
        let Statement::Let(declaration) = statement else {
            continue;
        };
        let Some(name) = declaration.name() else {
            continue;
        };
        let text = name.text();
        let message = if !seen.insert(text.clone()) {
            Some(format!("`{text}` is declared a second time"))
        } else if tables::schema(&text).is_some() && !renames_itself(&declaration, &text) {
            Some(format!("`{text}` is also the name of a table"))
        } else {
            None
        };
        if let Some(message) = message {
            findings.query(&SHADOWED, name.range(), message);
        }
        check_parameters(&declaration, &seen, findings);
    }
}

/// Whether a `let` narrows the table of its own name, which is a known habit: `let T = T | where …`.
fn renames_itself(declaration: &Let, name: &str) -> bool {
    let value = declaration.value();
    let names = value.iter().flat_map(|value| value.syntax().descendants());
    names
        .filter_map(Expr::cast)
        .any(|expr| matches!(expr, Expr::Name(other) if other.text() == name))
}

fn check_parameters(declaration: &Let, seen: &BTreeSet<String>, findings: &mut Findings) {
    let parameters = declaration.lambda().map(|lambda| lambda.parameters());
    for parameter in parameters.unwrap_or_default() {
        if let Some(name) = parameter.name()
            && seen.contains(&name.text())
        {
            let message = format!("the parameter hides `{}` declared above", name.text());
            findings.query(&SHADOWED, name.range(), message);
        }
    }
}
