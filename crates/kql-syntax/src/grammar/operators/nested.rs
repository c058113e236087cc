//! Operators with operators inside, and `top-nested` with its levels.

use super::super::expressions::{named, required};
use super::super::lists::{List, close, ends_list, list_node};
use super::super::parameters::{ALWAYS, parameters};
use super::super::{calls, literals, names, paths, pipeline};
use super::{of_clause, optional_clause, rows};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// `partition by column in scope (operators)` or `{ query }`
pub(super) fn partition(p: &mut Parser<'_>) {
    parameters(p, ALWAYS);
    p.expect_word("by");
    paths::required_path(p);
    if p.at_word("in") {
        p.start(InClause);
        p.bump();
        let dynamic = p.at_word("dynamic") && literals::dynamic(p);
        if !dynamic && !calls::call(p) {
            p.missing("a call or `dynamic([…])`");
        }
        p.end();
    }
    if p.at(LeftBrace) {
        p.start(BracedQuery);
        p.bump();
        pipeline::required(p);
        close(p, RightBrace, "`}`");
        p.end();
    } else {
        pipeline::subquery_in_parentheses(p);
    }
}

/// `__partitionby column id value (operators)`
pub(super) fn partition_by(p: &mut Parser<'_>) {
    parameters(p, ALWAYS);
    paths::required_path(p);
    optional_clause(p, IdClause, "id");
    match p.at(LeftParen) {
        true => pipeline::subquery_in_parentheses(p),
        false => p.missing_token("`(`"),
    }
}

/// `fork name = (operators) (operators) …`
pub(super) fn fork(p: &mut Parser<'_>) {
    if !branch(p) {
        p.missing("a branch such as `(where …)`");
    }
    while branch(p) {}
}

fn branch(p: &mut Parser<'_>) -> bool {
    let name = names::length(p, 0, names::Kind::Reference);
    let named = name > 0 && p.nth(name) == Equal;
    if !named && !p.at(LeftParen) {
        return false;
    }
    p.start(ForkBranch);
    if named {
        names::reference(p);
        p.bump();
    }
    pipeline::branch_in_parentheses(p);
    p.end();
    true
}

/// `facet by columns with (operators)`
pub(super) fn facet(p: &mut Parser<'_>) {
    p.start(ByClause);
    p.expect_word("by");
    list_node(p, List::some(paths::path, "a column").until(ends_columns));
    p.end();
    if !p.at_word("with") {
        return;
    }
    p.start(WithClause);
    p.bump();
    if p.at(LeftParen) {
        pipeline::operators_in_parentheses(p);
    } else {
        p.start(Subquery);
        if !super::operator(p) {
            p.missing("an operator such as `where`");
        }
        p.end();
    }
    p.end();
}

fn ends_columns(p: &Parser<'_>) -> bool {
    ends_list(p) || p.at_word("with")
}

/// `top-nested [count] of column [with others = value] by aggregate, …`
pub(super) fn top_nested(p: &mut Parser<'_>) {
    // The keyword of the first level opens the operator.
    level(p);
    if p.eat(Comma) {
        List::some(next_level, "`top-nested`").read(p);
    }
}

fn next_level(p: &mut Parser<'_>) -> bool {
    let found = p.at_word("top-nested");
    if found {
        level(p);
    }
    found
}

fn level(p: &mut Parser<'_>) {
    p.start(TopNestedClause);
    p.eat_word("top-nested");
    named(p);
    of_clause(p);
    if p.at_word("with") {
        others(p);
    }
    p.start(ByClause);
    p.expect_word("by");
    rows::required_ordered(p);
    p.end();
    p.end();
}

/// `with others = value`
fn others(p: &mut Parser<'_>) {
    p.start(OthersClause);
    p.bump();
    p.expect_word("others");
    p.expect(Equal, "`=`");
    required(p);
    p.end();
}
