//! A source and the operators after its pipes, in one flat node.

use super::{expressions, names, operators, source};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// A tabular or scalar expression; with pipes a [`Pipeline`] of any length.
pub(super) fn pipeline(p: &mut Parser<'_>) {
    let start = p.checkpoint();
    if !source::operator(p) {
        match names::begins_wildcard(p) && p.at(Word) && !names::begins_product(p) {
            true => names::wildcard(p),
            false => expressions::expression(p),
        }
    }
    if p.at(Pipe) {
        p.start_at(start, Pipeline);
        pipes(p);
        p.end();
    }
}

/// `(where … | project …)` without its parentheses: operators, the first without a pipe.
pub(super) fn subquery(p: &mut Parser<'_>) {
    p.start(Subquery);
    p.eat(Pipe);
    if operators::begins(p) {
        operator(p);
        pipes(p);
    } else {
        pipeline(p);
    }
    p.end();
}

fn pipes(p: &mut Parser<'_>) {
    while p.eat(Pipe) {
        operator(p);
    }
}

/// One operator; what it does not understand is skipped up to the next pipe with one error.
fn operator(p: &mut Parser<'_>) {
    operators::operator(p);
    if !matches!(
        p.kind(),
        Pipe | Semicolon | RightParen | RightBrace | RightBracket | Comma | End
    ) {
        p.expected("`|` or the end of the operator");
        p.skip_until(|p| matches!(p.kind(), Pipe | Semicolon | RightParen | RightBrace));
    }
}
