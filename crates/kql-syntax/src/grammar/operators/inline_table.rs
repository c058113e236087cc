//! `inline_external_table` with its clauses.

use super::super::expressions::expression;
use super::super::lists::{List, close, in_parentheses};
use super::super::{literals, names, pipeline, properties};
use crate::keywords::Class;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// Whether columns or a kind follow the word; else it is a name.
pub(super) fn begins(p: &Parser<'_>) -> bool {
    has_columns(p, 1) || p.nth_is_word(1, "kind")
}

/// Whether parentheses with a colon stand `ahead` tokens on.
fn has_columns(p: &Parser<'_>, ahead: usize) -> bool {
    let mut at = ahead;
    while p.nth(ahead) == LeftParen {
        match p.nth(at) {
            Colon | End => return true,
            RightParen => return false,
            _ => at += 1,
        }
    }
    false
}

/// `inline_external_table (columns) kind=storage partition by (…) pathformat=(…) dataformat=csv (places) with (…)`
pub(super) fn inline_table(p: &mut Parser<'_>) {
    let columns = has_columns(p, 0);
    if columns {
        names::row_schema(p);
    }
    let delta = kind(p);
    if !columns && !delta {
        p.missing("columns such as `(name: string)`");
    }
    partitions(p);
    path_format(p);
    if !data_format(p) && !delta {
        p.missing("`dataformat = …`");
    }
    if p.at(LeftParen) {
        in_parentheses(p, PLACES);
    } else {
        p.missing("places of data in parentheses");
    }
    properties::with_named_values(p);
}

const PLACES: List = List::of(pipeline::pipeline, "a place of data").with_trailing_comma();

/// `kind = storage` or `kind = delta`; says whether it is the latter, which knows its columns and format.
fn kind(p: &mut Parser<'_>) -> bool {
    if !p.eat_word("kind") {
        p.missing("`kind = storage` or `kind = delta`");
        return false;
    }
    p.expect(Equal, "`=`");
    let delta = p.at_word("delta");
    match p.at_any_word(&["storage", "delta"]) {
        true => p.bump(),
        false => p.missing_token("`storage` or `delta`"),
    }
    delta
}

/// `partition by (name: type = expression, …)`
fn partitions(p: &mut Parser<'_>) {
    if !p.eat_word("partition") {
        return;
    }
    p.expect_word("by");
    if p.expect(LeftParen, "`(`") {
        p.eat(Comma);
        List::of(partition, "a column such as `name: string`")
            .with_trailing_comma()
            .read(p);
        close(p, RightParen, "`)`");
    }
}

fn partition(p: &mut Parser<'_>) -> bool {
    names::typed(p, ColumnDeclaration, |p| {
        if p.eat(Equal) {
            expression(p);
        }
    })
}

/// `pathformat = (name "/" datetime_pattern("yyyy", name))`
fn path_format(p: &mut Parser<'_>) {
    if !p.eat_word("pathformat") {
        return;
    }
    p.expect(Equal, "`=`");
    if !p.expect(LeftParen, "`(`") {
        return;
    }
    while literals::text(p) || path_part(p) {}
    close(p, RightParen, "`)`");
}

fn path_part(p: &mut Parser<'_>) -> bool {
    match p.at_word("datetime_pattern") {
        true => expression(p),
        false => names::reference(p),
    }
}

fn data_format(p: &mut Parser<'_>) -> bool {
    if !p.eat_word("dataformat") {
        return false;
    }
    p.expect(Equal, "`=`");
    match p.class(0) == Some(Class::Plain) {
        true => p.bump(),
        false => p.missing_token("a format such as `csv`"),
    }
    true
}
