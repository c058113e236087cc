//! Operators that make many rows of one, or series of many.

use super::super::expressions::{named, required_named};
use super::super::lists::{List, ends_list, in_parentheses, list_node};
use super::super::parameters::{BEFORE_EQUAL, parameters};
use super::super::{literals, names, pipeline};
use super::{clause, optional_clause};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

const EXPANDED: List = List::some(expanded, "an expression");

/// An expanded column with an optional type.
fn expanded(p: &mut Parser<'_>) -> bool {
    if p.at_word("to") {
        p.missing("an expression");
        to_type(p);
        return true;
    }
    let found = named(p);
    if found && p.at_word("to") {
        to_type(p);
    }
    found
}

/// `to typeof(long)`
fn to_type(p: &mut Parser<'_>) {
    p.start(ToTypeClause);
    p.bump();
    if !literals::type_of(p) {
        p.missing("`typeof(…)`");
    }
    p.end();
}

pub(super) fn mv_expand(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    list_node(p, EXPANDED.until(ends_expanded));
    optional_clause(p, LimitClause, "limit");
}

fn ends_expanded(p: &Parser<'_>) -> bool {
    ends_list(p) || p.at_word("limit")
}

pub(super) fn mv_apply(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    if is_type_only(p) {
        p.start(Expressions);
        to_type(p);
        p.end();
    } else {
        list_node(p, EXPANDED.until(ends_applied));
    }
    optional_clause(p, LimitClause, "limit");
    optional_clause(p, IdClause, "id");
    p.start(OnClause);
    p.expect_word("on");
    pipeline::subquery_in_parentheses(p);
    p.end();
}

/// Whether `to typeof(…)` without a column is all there is.
fn is_type_only(p: &Parser<'_>) -> bool {
    let mut ahead = 3;
    if !p.at_word("to") {
        return false;
    }
    if !p.nth_is_word(1, "typeof") || p.nth(2) != LeftParen {
        return p.nth(1) != Comma;
    }
    while !matches!(p.nth(ahead), RightParen | Pipe | Semicolon | End) {
        ahead += 1;
    }
    p.nth(ahead + 1) != Comma
}

/// The words behind the columns may be columns themselves.
fn ends_applied(p: &Parser<'_>) -> bool {
    let word = p.at_any_word(&["limit", "id", "on"]);
    ends_list(p) || (word && !matches!(p.nth(1), Comma | Equal) && !p.nth_is_word(1, "to"))
}

/// `make-series aggregates on axis from a to b step c by keys`
pub(super) fn make_series(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    list_node(
        p,
        List::some(aggregate, "an aggregate").until(ends_aggregates),
    );
    p.start(OnClause);
    p.expect_word("on");
    required_named(p);
    p.end();
    if p.at_any_word(&["from", "to", "step"]) {
        optional_clause(p, FromClause, "from");
        optional_clause(p, ToClause, "to");
        clause(p, StepClause, "step");
    } else {
        in_range(p);
    }
    if p.at_word("by") {
        p.start(ByClause);
        p.bump();
        list_node(p, List::some(named, "an expression").open());
        p.end();
    }
}

fn aggregate(p: &mut Parser<'_>) -> bool {
    let found = named(p);
    if found && p.at_word("default") {
        p.start(DefaultClause);
        p.bump();
        p.expect(Equal, "`=`");
        required_named(p);
        p.end();
    }
    found
}

fn ends_aggregates(p: &Parser<'_>) -> bool {
    ends_list(p) || p.at_any_word(&["on", "from", "in"])
}

/// The older spelling `in range(from, to, step)`.
fn in_range(p: &mut Parser<'_>) {
    if !p.eat_word("in") {
        return p.missing_token("`step`, or `from … to … step`");
    }
    p.start(CallExpression);
    if p.at_word("range") {
        names::reference(p);
    } else {
        p.missing_token("`range`");
    }
    p.start(Arguments);
    in_parentheses(p, List::of(named, "an argument"));
    p.end();
    p.end();
}
