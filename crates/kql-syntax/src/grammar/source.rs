//! Tables that are written out: `datatable`, `externaldata`, and tables of a wider context.

use super::lists::{List, close, in_parentheses};
use super::{expressions, literals, names, operators, parameters, pipeline, properties};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// Whether a keyword for a table stands here.
pub(super) fn begins_table(p: &Parser<'_>) -> bool {
    p.at_any_word(&[
        "datatable",
        "externaldata",
        "external_data",
        "materialized-view-combine",
        "__contextual_datatable",
    ])
}

/// A table that is written out; says whether one stands here.
pub(super) fn table(p: &mut Parser<'_>) -> bool {
    match p.word() {
        "datatable" => datatable(p),
        "externaldata" | "external_data" => external_data(p),
        "materialized-view-combine" => view_combine(p),
        _ => return contextual_table(p),
    }
    true
}

const VALUES: List = List::of(literals::literal, "a value").with_trailing_comma();
const SOURCES: List = List::of(pipeline::pipeline, "a place of data").with_trailing_comma();

fn datatable(p: &mut Parser<'_>) {
    p.start(DatatableOperator);
    p.bump();
    parameters::parameters(p, parameters::ALWAYS);
    names::row_schema(p);
    if p.expect(LeftBracket, "`[`") {
        p.eat(Comma);
        bracketed(p, VALUES);
    }
    p.end();
}

fn external_data(p: &mut Parser<'_>) {
    p.start(ExternalDataOperator);
    p.bump();
    parameters::parameters(p, parameters::ALWAYS);
    names::row_schema(p);
    if p.expect(LeftBracket, "`[`") {
        bracketed(p, SOURCES);
    }
    properties::with_source_properties(p);
    p.end();
}

fn bracketed(p: &mut Parser<'_>, list: List) {
    p.start(Expressions);
    list.read(p);
    p.end();
    close(p, RightBracket, "`]`");
}

/// `__contextual_datatable id (columns)`
pub(super) fn contextual_table(p: &mut Parser<'_>) -> bool {
    let found = p.at_word("__contextual_datatable");
    if found {
        p.start(UnknownOperator);
        p.bump();
        if !literals::literal(p) {
            expressions::required(p);
        }
        names::row_schema(p);
        p.end();
    }
    found
}

/// `materialized-view-combine (name) base (…) delta (…) aggregations (…)`
fn view_combine(p: &mut Parser<'_>) {
    p.start(UnknownOperator);
    p.bump();
    if !p.at(LeftParen) {
        p.missing_token("`(`");
        return p.end();
    }
    in_parentheses(p, VIEW_PART);
    for word in ["base", "delta", "aggregations"] {
        if p.eat_word(word) {
            in_parentheses(p, VIEW_PART);
        } else {
            p.missing(&format!("`{word} (…)`"));
        }
    }
    p.end();
}

const VIEW_PART: List = List::some(view_part, "a query").open();

fn view_part(p: &mut Parser<'_>) -> bool {
    match p.at_word("summarize") {
        true => operators::operator(p),
        false => pipeline::pipeline(p),
    }
}
