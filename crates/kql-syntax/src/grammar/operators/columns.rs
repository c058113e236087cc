//! Operators that choose, name or compute columns.

use super::super::expressions::{expression, named as named_expression, star};
use super::super::lists::{List, ends_list, list_node};
use super::super::names;
use super::super::parameters::{BEFORE_EQUAL, parameters};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

const NAMED: List = List::of(named_expression, "an expression");
const SOME_NAMED: List = List::some(named_expression, "an expression");

/// Named expressions, perhaps none.
pub(super) fn named(p: &mut Parser<'_>) {
    list_node(p, NAMED);
}

/// At least one named expression.
pub(super) fn some_named(p: &mut Parser<'_>) {
    list_node(p, SOME_NAMED);
}

pub(super) fn serialize(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    if !ends_list(p) {
        list_node(p, NAMED);
    }
}

/// `as name`
pub(super) fn name(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    names::declaration(p);
}

/// Names, also with `*`.
pub(super) fn wildcards(p: &mut Parser<'_>) {
    list_node(p, List::of(names::wildcard_or_name, "a column"));
}

pub(super) fn by_names(p: &mut Parser<'_>) {
    list_node(p, List::of(expression, "an expression"));
}

pub(super) fn reorder(p: &mut Parser<'_>) {
    list_node(p, List::of(reordered, "a column"));
}

fn reordered(p: &mut Parser<'_>) -> bool {
    let start = p.checkpoint();
    if !names::wildcard_or_name(p) {
        return false;
    }
    if p.at_any_word(&["asc", "desc", "granny-asc", "granny-desc"]) {
        p.start_at(start, OrderedExpression);
        p.bump();
        p.end();
    }
    true
}

pub(super) fn distinct(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    if p.at(Star) && p.nth(1) != Comma {
        p.start(Expressions);
        names::wildcard(p);
        p.end();
    } else {
        list_node(p, List::some(distinct_item, "a column"));
    }
}

fn distinct_item(p: &mut Parser<'_>) -> bool {
    match p.at(Star) {
        true => {
            star(p);
            true
        }
        false => named_expression(p),
    }
}

/// `summarize aggregates by keys`
pub(super) fn summarize(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    if !ends_aggregates(p) {
        list_node(p, NAMED.until(ends_aggregates));
    }
    if p.at_word("by") {
        p.start(ByClause);
        p.bump();
        list_node(p, SOME_NAMED.until(ends_keys));
        older_bin(p);
        p.end();
    }
}

fn ends_aggregates(p: &Parser<'_>) -> bool {
    ends_list(p) || p.at_word("by")
}

/// `bin = 1h` behind the keys, as an older version of the language had it.
fn ends_keys(p: &Parser<'_>) -> bool {
    let literal = matches!(p.nth(2), Integer | Real | TimeSpan | String | Typed);
    ends_list(p) || (p.at_word("bin") && p.nth(1) == Equal && literal)
}

fn older_bin(p: &mut Parser<'_>) {
    if p.at_word("bin") && p.nth(1) == Equal {
        named_expression(p);
    }
}
