//! Operators that take text apart, and those that call a plug-in or a function.

use super::super::expressions::{required, required_named, star};
use super::super::parameters::{ALWAYS, BEFORE_EQUAL, parameters};
use super::super::properties::{OF_PARSE_KV, REDUCE, with_bare_properties, with_properties};
use super::super::{calls, literals, names};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// `parse kind=regex flags=i x with "text" name: type * …`
pub(super) fn parse(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL.and(&["flags"]));
    required(p);
    p.expect_word("with");
    p.start(Pattern);
    while part(p) {}
    p.end();
}

/// A part of a pattern: `*`, a text, or a column.
fn part(p: &mut Parser<'_>) -> bool {
    if p.at(Star) {
        star(p);
        return true;
    }
    literals::text(p) || names::optionally_typed(p)
}

pub(super) fn parse_kv(p: &mut Parser<'_>) {
    required(p);
    p.expect_word("as");
    names::row_schema(p);
    with_properties(p, OF_PARSE_KV);
}

/// `evaluate plugin(arguments): (columns)`
pub(super) fn evaluate(p: &mut Parser<'_>) {
    parameters(p, ALWAYS);
    calls::required_call(p);
    if p.eat(Colon) {
        names::open_row_schema(p);
    }
}

pub(super) fn invoke(p: &mut Parser<'_>) {
    if !calls::composite_call(p) {
        p.missing("a call of a function");
    }
}

/// `reduce by text with threshold = 0.1`
pub(super) fn reduce(p: &mut Parser<'_>) {
    parameters(p, ALWAYS.and(&REDUCE));
    p.expect_word("by");
    required_named(p);
    with_bare_properties(p);
}
