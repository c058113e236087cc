//! Operators that look through many tables.

use super::super::expressions::{expression, required, star};
use super::super::lists::{List, close, in_parentheses};
use super::super::parameters::{ALWAYS, BEFORE_EQUAL, data_scope, parameters};
use super::super::{names, paths};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// `search kind=… in (tables) condition`
pub(super) fn search(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    data_scope(p);
    tables(p);
    if expression(p) {
        return;
    }
    if !p.at(Star) {
        return p.missing("a condition or a text to look for");
    }
    let start = p.checkpoint();
    star(p);
    if p.at_word("and") {
        p.start_at(start, LogicalExpression);
        p.bump();
        required(p);
        p.end();
    }
}

/// `in (tables)`
fn tables(p: &mut Parser<'_>) -> bool {
    let found = p.at_word("in");
    if found {
        p.start(InClause);
        p.bump();
        in_parentheses(p, List::some(table, "a table"));
        p.end();
    }
    found
}

/// A table, or `table | as name`.
fn table(p: &mut Parser<'_>) -> bool {
    let start = p.checkpoint();
    let found = paths::entity(p);
    if found && p.at(Pipe) {
        p.start_at(start, Pipeline);
        p.bump();
        if !p.at_word("as") || !super::operator(p) {
            p.missing("`as` and a name");
        }
        p.end();
    }
    found
}

/// `find in (tables) where condition project columns`
pub(super) fn find(p: &mut Parser<'_>) {
    data_scope(p);
    let before = p.progress();
    parameters(p, ALWAYS);
    let restricted = tables(p) || p.progress() > before;
    if restricted {
        p.expect_word("where");
    } else {
        p.eat_word("where");
    }
    required(p);
    if p.at_word("project-smart") {
        p.start(ProjectClause);
        p.bump();
        p.end();
    }
    columns(p, "project", ProjectClause);
    columns(p, "__projectAway", ProjectAwayClause);
}

const COLUMNS: List = List::some(column, "a column").open();

fn columns(p: &mut Parser<'_>, word: &str, clause: crate::SyntaxKind) {
    if p.at_word(word) {
        p.start(clause);
        p.bump();
        COLUMNS.read(p);
        p.end();
    }
}

/// `name[: type]`, `*` or `pack(*)`.
fn column(p: &mut Parser<'_>) -> bool {
    if p.at(Star) {
        star(p);
        return true;
    }
    if p.at_word("pack") {
        pack(p);
        return true;
    }
    if names::length(p, 0, names::Kind::Reference) == 0 {
        return false;
    }
    p.start(ColumnDeclaration);
    names::reference(p);
    if p.eat(Colon) {
        names::any_type_name(p);
    }
    p.end();
    true
}

/// `pack(*)`, which takes nothing else.
fn pack(p: &mut Parser<'_>) {
    p.start(CallExpression);
    names::reference(p);
    p.start(Arguments);
    if p.expect(LeftParen, "`(`") {
        if !names::wildcard(p) {
            p.missing_token("`*`");
        }
        close(p, RightParen, "`)`");
    }
    p.end();
    p.end();
}
