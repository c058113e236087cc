//! Calls and their arguments.

use super::lists::{List, close, in_parentheses, open};
use super::{expressions, names, parameters, pipeline};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// `name(arguments)`, when it stands here.
pub(super) fn call(p: &mut Parser<'_>) -> bool {
    let name = names::length(p, 0, names::Kind::Reference);
    if name == 0 || p.nth(name) != LeftParen {
        return false;
    }
    p.start(CallExpression);
    names::reference(p);
    arguments(p);
    p.end();
    true
}

/// A call that must be there, as `evaluate` takes it.
pub(super) fn required_call(p: &mut Parser<'_>) {
    if call(p) {
        return;
    }
    if names::length(p, 0, names::Kind::Reference) == 0 {
        return p.missing("a call such as `bag_unpack(column)`");
    }
    p.start(CallExpression);
    names::reference(p);
    p.missing_token("`(`");
    p.end();
}

fn arguments(p: &mut Parser<'_>) {
    p.start(Arguments);
    in_parentheses(p, List::of(argument, "an argument"));
    p.end();
}

/// An argument: `*`, an expression, or `name = expression`.
fn argument(p: &mut Parser<'_>) -> bool {
    if p.at(Star) && matches!(p.nth(1), RightParen | Comma) {
        return names::wildcard(p);
    }
    expressions::named(p)
}

/// `toscalar(query)`, `totable(query)`, with `kind = …` before the parenthesis.
pub(super) fn keyword_call(p: &mut Parser<'_>) -> bool {
    p.start(CallExpression);
    keyword_as_name(p);
    parameters::only(p, "kind");
    query_argument(p);
    p.end();
    true
}

/// `materialize(query)`.
pub(super) fn materialize(p: &mut Parser<'_>) -> bool {
    p.start(CallExpression);
    keyword_as_name(p);
    query_argument(p);
    p.end();
    true
}

fn keyword_as_name(p: &mut Parser<'_>) {
    p.start(NameReference);
    p.bump();
    p.end();
}

fn query_argument(p: &mut Parser<'_>) {
    p.start(Arguments);
    if open(p, "an expression") {
        pipeline::required(p);
        close(p, RightParen, "`)`");
    }
    p.end();
}

/// Calls joined by dots, as `invoke` takes them.
pub(super) fn composite_call(p: &mut Parser<'_>) -> bool {
    let start = p.checkpoint();
    if !call(p) {
        return false;
    }
    while p.at(Dot) && p.may_grow(start) {
        let name = names::length(p, 1, names::Kind::Reference);
        if name == 0 || p.nth(1 + name) != LeftParen {
            break;
        }
        p.start_at(start, MemberExpression);
        p.bump();
        call(p);
        p.end();
    }
    true
}
