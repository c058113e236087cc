//! The grammar of KQL, top down: statements, pipelines, operators, expressions.
//!
//! Every function takes the parser at the first token of what it reads. A function that finds nothing
//! to read reports what it expected and leaves the position where it was; loops check progress.

mod expressions;
mod names;
mod operators;
mod pipeline;
mod source;
mod statements;

use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// A whole query text.
pub(crate) fn query(p: &mut Parser<'_>) {
    p.start_root();
    statements::list(p, End);
    p.end_root();
}

/// Items between commas; stops when an item reads nothing.
fn comma_separated(p: &mut Parser<'_>, mut item: impl FnMut(&mut Parser<'_>)) {
    loop {
        let before = p.progress();
        item(p);
        if p.progress() == before || !p.eat(Comma) {
            return;
        }
    }
}

/// Items between commas in parentheses; a trailing comma is an error of the item.
fn in_parentheses(p: &mut Parser<'_>, item: impl FnMut(&mut Parser<'_>)) {
    if !p.expect(LeftParen, "`(`") {
        return;
    }
    if !p.at(RightParen) {
        comma_separated(p, item);
    }
    close(p, RightParen, "`)`");
}

/// A closing bracket; what stands before it is skipped with one error.
fn close(p: &mut Parser<'_>, kind: crate::SyntaxKind, what: &str) {
    if p.eat(kind) {
        return;
    }
    p.expected(what);
    p.skip_until(|p| {
        matches!(
            p.kind(),
            RightParen | RightBracket | RightBrace | Pipe | Semicolon
        )
    });
    p.eat(kind);
}
