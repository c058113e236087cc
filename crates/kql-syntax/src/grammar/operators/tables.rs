//! Operators that bring other tables in.

use super::super::expressions::{expression, required};
use super::super::lists::{Item, List, list_node};
use super::super::parameters::{BEFORE_EQUAL, Parameters, parameters};
use super::super::{calls, names, paths, statements};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

const CONDITIONS: List = List::some(expression, "a condition").open();

/// `join kind=inner (T) on key`
pub(super) fn join(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    required(p);
    if p.at_word("where") {
        p.start(OnClause);
        p.bump();
        required(p);
        p.end();
    } else {
        on_clause(p);
    }
}

pub(super) fn lookup(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    required(p);
    if !on_clause(p) {
        p.missing("`on` and a condition");
    }
}

fn on_clause(p: &mut Parser<'_>) -> bool {
    let found = p.at_word("on");
    if found {
        p.start(OnClause);
        p.bump();
        list_node(p, CONDITIONS);
        p.end();
    }
    found
}

const UNION: Parameters = BEFORE_EQUAL.and(&["best_effort"]);

pub(super) fn union(p: &mut Parser<'_>) {
    parameters(p, UNION);
    list_node(p, List::some(table, "a table"));
}

/// A table of `union`: a name, also with `*`, a path, a call, or a query in parentheses.
fn table(p: &mut Parser<'_>) -> bool {
    paths::parenthesized(p) || paths::entity(p)
}

/// `macro-expand group as name (statements)`
pub(super) fn macro_expand(p: &mut Parser<'_>) {
    parameters(p, UNION);
    const GROUPS: [Item; 4] = [
        statements::entity_group,
        databases,
        names::reference,
        calls::call,
    ];
    if !GROUPS.into_iter().any(|group| group(p)) {
        p.missing("an entity group");
    }
    if p.eat_word("as") {
        names::declaration(p);
    }
    statements::in_parentheses_list(p);
}

/// `database("…")` or `cluster("…").database("…")`
fn databases(p: &mut Parser<'_>) -> bool {
    p.at_any_word(&["database", "cluster"]) && p.nth(1) == LeftParen && paths::entity(p)
}
