//! Operators that stand at the head of a pipeline: `print`, `range`, `datatable`, `union`, `search`, …

use super::{comma_separated, expressions, in_parentheses, names, operators};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// Reads a head operator when one stands here; says whether it did.
pub(super) fn operator(p: &mut Parser<'_>) -> bool {
    if !p.at(Word) {
        return false;
    }
    match p.word() {
        "print" if !ends_expression(p) => print(p),
        "range" if names::begins(p, 1) && p.nth_is_word(2, "from") => range(p),
        "datatable" if p.nth(1) == LeftParen || p.nth_is_word(1, "with_source") => datatable(p),
        "externaldata" | "external_data" if p.nth(1) == LeftParen => external_data(p),
        "union" | "search" | "find" if !ends_expression(p) => operators::operator(p),
        "evaluate" if p.nth(1) == Word => operators::operator(p),
        _ => return false,
    }
    true
}

/// Whether the word here is a plain name: an operator or an end follows.
fn ends_expression(p: &Parser<'_>) -> bool {
    matches!(
        p.nth(1),
        Pipe | Semicolon | End | RightParen | Comma | Dot | Equal | EqualEqual | RightBrace
    )
}

fn print(p: &mut Parser<'_>) {
    p.start(PrintOperator);
    p.bump();
    p.start(Expressions);
    comma_separated(p, expressions::named);
    p.end();
    p.end();
}

fn range(p: &mut Parser<'_>) {
    p.start(RangeOperator);
    p.bump();
    names::declaration(p);
    operators::clause(p, FromClause, "from");
    operators::clause(p, ToClause, "to");
    operators::clause(p, StepClause, "step");
    p.end();
}

fn datatable(p: &mut Parser<'_>) {
    p.start(DatatableOperator);
    p.bump();
    names::column_declarations(p);
    bracketed_list(p);
    p.end();
}

fn external_data(p: &mut Parser<'_>) {
    p.start(ExternalDataOperator);
    p.bump();
    names::column_declarations(p);
    bracketed_list(p);
    if p.eat_word("with") {
        in_parentheses(p, expressions::named);
    }
    p.end();
}

/// `[a, b, …]`; a trailing comma is allowed here.
fn bracketed_list(p: &mut Parser<'_>) {
    if !p.expect(LeftBracket, "`[`") {
        return;
    }
    p.start(Expressions);
    while !p.at(RightBracket) && !p.at(End) {
        let before = p.progress();
        expressions::expression(p);
        if p.progress() == before || !p.eat(Comma) {
            break;
        }
    }
    p.end();
    super::close(p, RightBracket, "`]`");
}
