//! Operands: literals, names with members and indexes, calls, parentheses.

use super::expressions::{chain_too_long, expression, needs_brackets};
use super::lists::{Item, close};
use super::{calls, literals, names, pipeline, source};
use crate::keywords::{Class, Infix};
use crate::parser::{Checkpoint, Parser};
use crate::syntax_kind::SyntaxKind::*;

/// An operand with its members and indexes.
pub(super) fn postfix(p: &mut Parser<'_>) -> bool {
    if p.at_word("totable") {
        return calls::keyword_call(p);
    }
    let start = p.checkpoint();
    if !primary(p) {
        return false;
    }
    selectors(p, start, expression, |p| calls::call(p) || selector(p));
    true
}

/// A name with its members and indexes, without calls: `a.b['c']`.
pub(super) fn path(p: &mut Parser<'_>) -> bool {
    let start = p.checkpoint();
    if !selector(p) {
        return false;
    }
    selectors(p, start, wildcard_or_expression, selector);
    true
}

/// A path that must be there.
pub(super) fn required_path(p: &mut Parser<'_>) {
    if !path(p) {
        p.missing("a name");
    }
}

/// `.member` and `[index]`, as often as they follow.
fn selectors(p: &mut Parser<'_>, start: Checkpoint, inside: Item, member: Item) {
    while matches!(p.kind(), Dot | LeftBracket) {
        if !p.may_grow(start) {
            return chain_too_long(p);
        }
        match p.kind() {
            Dot if p.nth(1) == LeftBracket => {
                p.bump();
                index(p, start, wildcard_or_expression);
            }
            Dot => {
                p.start_at(start, MemberExpression);
                p.bump();
                if !member(p) {
                    p.missing("a name");
                }
                p.end();
            }
            _ => index(p, start, inside),
        }
    }
}

fn wildcard_or_expression(p: &mut Parser<'_>) -> bool {
    names::wildcard(p) || expression(p)
}

/// `[index]` behind what begins at `start`.
fn index(p: &mut Parser<'_>, start: Checkpoint, inside: Item) {
    p.start_at(start, IndexExpression);
    p.bump();
    if !inside(p) {
        p.missing("a name or an index");
    }
    close(p, RightBracket, "`]`");
    p.end();
}

/// A name, `['name']`, `@`, or a keyword that may be a column.
fn selector(p: &mut Parser<'_>) -> bool {
    let single = p.at(At) || p.class(0) == Some(Class::Column);
    if single {
        p.start(NameReference);
        p.bump();
        p.end();
    }
    single || names::reference(p) || bracketed(p)
}

/// `[na*]` or `[expression]` where a name may stand.
fn bracketed(p: &mut Parser<'_>) -> bool {
    if p.at(LeftBracket) {
        let start = p.checkpoint();
        index(p, start, wildcard_or_expression);
        return true;
    }
    false
}

fn primary(p: &mut Parser<'_>) -> bool {
    match p.kind() {
        LeftParen => parenthesized(p),
        Word => word(p),
        NotWord | InTilde => keyword_as_name(p),
        LeftBracket | LeftBrace | At => calls::call(p) || selector_with_scope(p),
        _ => literals::unsigned(p),
    }
}

/// `(expression)` or `(query)`.
pub(super) fn parenthesized(p: &mut Parser<'_>) -> bool {
    if !p.at(LeftParen) {
        return false;
    }
    p.start(ParenthesizedExpression);
    p.bump();
    pipeline::required(p);
    close(p, RightParen, "`)`");
    p.end();
    true
}

fn word(p: &mut Parser<'_>) -> bool {
    match p.class(0) {
        Some(Class::Boolean) => return literals::unsigned(p),
        Some(Class::Plain) => return calls::call(p) || selector_with_scope(p),
        _ => {}
    }
    match p.word() {
        "dynamic" => literals::dynamic(p),
        "toscalar" => calls::keyword_call(p),
        "typeof" if p.nth(1) == LeftParen => literals::type_of(p),
        _ if source::table(p) => true,
        _ => calls::call(p) || selector_with_scope(p) || keyword_as_name(p),
    }
}

/// A name, and `datascope = value` behind it.
fn selector_with_scope(p: &mut Parser<'_>) -> bool {
    let start = p.checkpoint();
    if !selector(p) {
        return false;
    }
    if p.at_word("datascope") {
        p.start_at(start, ParenthesizedExpression);
        super::parameters::data_scope(p);
        p.end();
    }
    true
}

/// Whether a keyword stands here.
fn is_keyword(p: &Parser<'_>) -> bool {
    match p.kind() {
        Word => !matches!(p.class(0), Some(Class::Plain | Class::Boolean)),
        kind => matches!(kind, NotWord | InTilde),
    }
}

/// Whether a keyword stands here and what follows shows that a name is meant.
pub(super) fn is_keyword_as_name(p: &Parser<'_>) -> bool {
    // `<>` is left out, as it is in the parser of the service.
    is_keyword(p)
        && p.nth_text(1) != "<>"
        && (p.infix(1) != Infix::None
            || matches!(
                p.nth(1),
                EqualEqual
                    | NotEqual
                    | EqualTilde
                    | NotTilde
                    | Greater
                    | GreaterEqual
                    | Less
                    | LessEqual
                    | Star
                    | Slash
                    | Percent
                    | RightParen
                    | RightBracket
                    | RightBrace
                    | Dot
                    | Comma
                    | Colon
                    | Pipe
            ))
}

fn keyword_as_name(p: &mut Parser<'_>) -> bool {
    let found = is_keyword_as_name(p);
    if found {
        let word = p.word().to_owned();
        needs_brackets(p, &word);
        p.start(NameReference);
        p.bump();
        p.end();
    }
    found
}

/// A table in a list: `na*`, or a path with calls whose last member may hold `*`.
pub(super) fn entity(p: &mut Parser<'_>) -> bool {
    if names::wildcard(p) {
        return true;
    }
    let start = p.checkpoint();
    if !calls::call(p) && !selector(p) {
        return false;
    }
    selectors(p, start, wildcard_or_expression, |p| {
        names::wildcard(p) || calls::call(p) || selector(p)
    });
    true
}
