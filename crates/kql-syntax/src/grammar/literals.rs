//! Constants: numbers, texts, dates, `dynamic(…)` and `typeof(…)`.

use super::lists::{List, close};
use super::names;
use crate::keywords::Class;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// A constant, when one stands here: also with a sign, `dynamic(…)`, `typeof(…)` or `{parameter}`.
pub(super) fn literal(p: &mut Parser<'_>) -> bool {
    match p.kind() {
        Plus | Minus => signed(p),
        LeftBrace => names::reference(p),
        Word if p.at_word("dynamic") => dynamic(p),
        Word if p.at_word("typeof") => type_of(p),
        _ => unsigned(p),
    }
}

/// A constant of one token; adjacent strings are one text.
pub(super) fn unsigned(p: &mut Parser<'_>) -> bool {
    match p.kind() {
        String => text(p),
        Integer | Real | TimeSpan | Typed => single(p),
        Guid => bare_guid(p),
        Word if p.class(0) == Some(Class::Boolean) => single(p),
        _ => false,
    }
}

fn single(p: &mut Parser<'_>) -> bool {
    p.start(Literal);
    p.bump();
    p.end();
    true
}

/// One or more strings.
pub(super) fn text(p: &mut Parser<'_>) -> bool {
    if !p.at(String) {
        return false;
    }
    p.start(Literal);
    while p.eat(String) {}
    p.end();
    true
}

fn bare_guid(p: &mut Parser<'_>) -> bool {
    let hint = format!("write `guid({})`", p.word());
    p.report(
        "RS1010",
        "a GUID stands without `guid(…)`".to_owned(),
        Some(&hint),
    );
    single(p)
}

/// `-1`, `+1.5d`: the sign right before the number.
fn signed(p: &mut Parser<'_>) -> bool {
    let number = matches!(p.nth(1), Integer | Real | TimeSpan) && p.is_adjacent(1);
    if number {
        p.start(UnaryExpression);
        p.bump();
        single(p);
        p.end();
    }
    number
}

const TYPE_COLUMNS: List = List::of(type_column, "a column such as `name: string`");

fn type_column(p: &mut Parser<'_>) -> bool {
    p.eat(Star) || names::column_declaration(p)
}

/// `typeof(long)`, `typeof(a: long, b: string)`.
pub(super) fn type_of(p: &mut Parser<'_>) -> bool {
    if !p.at_word("typeof") || p.nth(1) != LeftParen {
        return false;
    }
    let single =
        names::is_any_type(p, 2) || (p.class(2) == Some(Class::Plain) && p.nth(3) == RightParen);
    p.start(TypeOfExpression);
    p.bump();
    if single {
        p.bump_all(2);
        close(p, RightParen, "`)`");
    } else {
        p.start(ColumnDeclarations);
        p.bump();
        TYPE_COLUMNS.read(p);
        close(p, RightParen, "`)`");
        p.end();
    }
    p.end();
    true
}

/// `dynamic(json)`.
pub(super) fn dynamic(p: &mut Parser<'_>) -> bool {
    if p.nth(1) != LeftParen {
        return false;
    }
    p.start(DynamicLiteral);
    p.bump_all(2);
    if !json(p) {
        p.missing("a JSON value");
    }
    close(p, RightParen, "`)`");
    p.end();
    true
}

fn json(p: &mut Parser<'_>) -> bool {
    match p.kind() {
        LeftBracket => p.nested(json_array),
        LeftBrace if names::reference(p) => true,
        LeftBrace => p.nested(json_object),
        Word if p.at_word("dynamic") => p.nested(dynamic),
        Word if p.at_word("null") => single(p),
        Minus if matches!(p.nth(1), Integer | Real) || is_typed_number(p) => {
            p.start(Literal);
            p.bump_all(2);
            p.end();
            true
        }
        Typed if p.word().starts_with("int(") || p.word().starts_with("int32(") => false,
        _ => unsigned(p),
    }
}

/// Whether `long(…)` or `real(…)` is next but one.
fn is_typed_number(p: &Parser<'_>) -> bool {
    let text = p.nth_text(1);
    let types = ["long(", "int64(", "real(", "double("];
    p.nth(1) == Typed && types.iter().any(|name| text.starts_with(name))
}

fn json_array(p: &mut Parser<'_>) -> bool {
    p.start(JsonArray);
    p.bump();
    List::of(json, "a JSON value").read(p);
    close(p, RightBracket, "`]`");
    p.end();
    true
}

fn json_object(p: &mut Parser<'_>) -> bool {
    p.start(JsonObject);
    p.bump();
    List::of(json_pair, "a property such as `\"name\": 1`").read(p);
    close(p, RightBrace, "`}`");
    p.end();
    true
}

fn json_pair(p: &mut Parser<'_>) -> bool {
    let start = p.checkpoint();
    match p.kind() {
        String => {
            p.start_at(start, JsonPair);
            p.bump();
            p.expect(Colon, "`:`");
        }
        Colon => {
            p.start_at(start, JsonPair);
            p.missing_token("a property name in quotes");
            p.bump();
        }
        _ => return unnamed_pair(p),
    }
    if !json(p) {
        p.missing("a JSON value");
    }
    p.end();
    true
}

/// A value where a pair belongs.
fn unnamed_pair(p: &mut Parser<'_>) -> bool {
    let is_value = matches!(
        p.kind(),
        LeftBracket | LeftBrace | Integer | Real | TimeSpan | Typed | Guid | Minus
    ) || p.class(0) == Some(Class::Boolean)
        || p.at_any_word(&["null", "dynamic"]);
    if !is_value {
        return false;
    }
    p.missing_token("a property name in quotes");
    json(p)
}
