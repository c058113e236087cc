//! Scalar expressions, loosest binding first.
//!
//! The order is Kusto's own: `or`, `and`, equality and membership, relation, sum, product, text
//! operators such as `has`, sign, then calls and paths.

use super::{close, comma_separated, in_parentheses, names, pipeline};
use crate::SyntaxKind;
use crate::parser::{MAX_CHAIN, Parser};
use crate::syntax_kind::SyntaxKind::*;

/// Operators spelt as words that compare two texts.
const TEXT_OPERATORS: [&str; 15] = [
    "has",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "contains",
    "contains_cs",
    "startswith",
    "startswith_cs",
    "endswith",
    "endswith_cs",
    "like",
    "like_cs",
    "containscs",
];

/// The same with a `!` or a `not` in front.
const NEGATED_TEXT_OPERATORS: [&str; 17] = [
    "!has",
    "!has_cs",
    "!hasprefix",
    "!hasprefix_cs",
    "!hassuffix",
    "!hassuffix_cs",
    "!contains",
    "!contains_cs",
    "!startswith",
    "!startswith_cs",
    "!endswith",
    "!endswith_cs",
    "!like",
    "notcontains",
    "notcontains_cs",
    "notlike",
    "notcontainscs",
];

/// An expression without a name.
pub(super) fn expression(p: &mut Parser<'_>) {
    p.nested(or);
}

/// An expression, `name = expression`, or `(name, name) = expression`.
pub(super) fn named(p: &mut Parser<'_>) {
    let start = p.checkpoint();
    if names::begins(p, 0) && p.nth(name_length(p)) == Equal {
        p.start_at(start, NamedExpression);
        names::declaration(p);
        p.bump();
        expression(p);
        p.end();
    } else if is_tuple(p) {
        p.start_at(start, NamedExpression);
        p.start(NameTuple);
        in_parentheses(p, names::declaration);
        p.end();
        p.bump();
        expression(p);
        p.end();
    } else {
        expression(p);
    }
}

fn name_length(p: &Parser<'_>) -> usize {
    if p.at(LeftBracket) { 3 } else { 1 }
}

/// Whether `(a, b) =` stands here.
fn is_tuple(p: &Parser<'_>) -> bool {
    p.at(LeftParen)
        && names::begins(p, 1)
        && matches!(p.nth(2), Comma | RightParen | RightBracket | String)
        && p.after_brackets(0).is_some_and(|next| p.nth(next) == Equal)
}

fn or(p: &mut Parser<'_>) {
    logical(p, "or", |p| logical(p, "and", equality));
}

/// `a word b word c …` in one flat node.
fn logical(p: &mut Parser<'_>, word: &str, operand: fn(&mut Parser<'_>)) {
    let start = p.checkpoint();
    operand(p);
    if p.at_word(word) {
        p.start_at(start, LogicalExpression);
        while p.eat_word(word) {
            operand(p);
        }
        p.end();
    }
}

fn equality(p: &mut Parser<'_>) {
    let start = p.checkpoint();
    relation(p);
    for _ in 0..MAX_CHAIN {
        match p.kind() {
            EqualEqual | NotEqual => binary(p, start, relation),
            InTilde => membership(p, start),
            Word if p.at_any_word(&["in", "has_any", "has_all"]) => membership(p, start),
            NotWord if matches!(p.word(), "!in" | "!has_any" | "!has_all") => membership(p, start),
            Word if p.at_word("between") => between(p, start),
            NotWord if p.word() == "!between" => between(p, start),
            Equal if is_assignment_for_equality(p) => {
                p.report(
                    "RS1004",
                    "`=` does not compare",
                    Some("write `==`, or `=~` to ignore the case of letters"),
                );
                return;
            }
            _ => return,
        }
    }
    chain_too_long(p);
}

/// A single `=` where only a comparison makes sense.
fn is_assignment_for_equality(p: &Parser<'_>) -> bool {
    matches!(p.nth(1), String | Integer | Real)
}

fn binary(p: &mut Parser<'_>, start: rowan::Checkpoint, operand: fn(&mut Parser<'_>)) {
    p.start_at(start, BinaryExpression);
    p.bump();
    operand(p);
    p.end();
}

/// `x in (…)`, `x has_any (…)`.
fn membership(p: &mut Parser<'_>, start: rowan::Checkpoint) {
    p.start_at(start, InExpression);
    p.bump();
    p.start(Arguments);
    p.nested(|p| in_parentheses(p, pipeline::pipeline));
    p.end();
    p.end();
}

/// `x between (a .. b)`.
fn between(p: &mut Parser<'_>, start: rowan::Checkpoint) {
    p.start_at(start, BetweenExpression);
    p.bump();
    if p.expect(LeftParen, "`(`") {
        expression(p);
        p.expect(DotDot, "`..`");
        expression(p);
        close(p, RightParen, "`)`");
    }
    p.end();
}

fn chain(p: &mut Parser<'_>, operand: fn(&mut Parser<'_>), is_operator: fn(&Parser<'_>) -> bool) {
    let start = p.checkpoint();
    operand(p);
    for _ in 0..MAX_CHAIN {
        if !is_operator(p) {
            return;
        }
        binary(p, start, operand);
    }
    chain_too_long(p);
}

fn chain_too_long(p: &mut Parser<'_>) {
    let message = format!("more than {MAX_CHAIN} operators in a row");
    p.report(
        "RS1005",
        &message,
        Some("group them with parentheses or a `let`"),
    );
}

fn relation(p: &mut Parser<'_>) {
    chain(p, sum, |p| {
        matches!(p.kind(), Less | LessEqual | Greater | GreaterEqual)
    });
}

fn sum(p: &mut Parser<'_>) {
    chain(p, product, |p| matches!(p.kind(), Plus | Minus));
}

fn product(p: &mut Parser<'_>) {
    chain(p, text_operation, |p| {
        matches!(p.kind(), Star | Slash | Percent)
    });
}

fn text_operation(p: &mut Parser<'_>) {
    let start = p.checkpoint();
    signed(p);
    for _ in 0..MAX_CHAIN {
        match p.kind() {
            EqualTilde | NotTilde | Colon if p.kind() != Colon || is_search_term(p) => {
                binary(p, start, signed)
            }
            Word if p.at_any_word(&TEXT_OPERATORS) => binary(p, start, signed),
            Word | NotWord if NEGATED_TEXT_OPERATORS.contains(&p.word()) => {
                binary(p, start, signed)
            }
            Word if p.at_word("matches") && p.nth_is_word(1, "regex") => {
                p.start_at(start, BinaryExpression);
                p.bump();
                p.bump();
                signed(p);
                p.end();
            }
            _ => return,
        }
    }
    chain_too_long(p);
}

/// `column:"term"` of `search`; a colon before a word is a type or a schema.
fn is_search_term(p: &Parser<'_>) -> bool {
    matches!(p.nth(1), String | Integer | Star)
}

fn signed(p: &mut Parser<'_>) {
    if matches!(p.kind(), Minus | Plus) {
        p.start(UnaryExpression);
        p.bump();
        p.nested(signed);
        p.end();
    } else {
        postfix(p);
    }
}

fn postfix(p: &mut Parser<'_>) {
    let start = p.checkpoint();
    let before = p.progress();
    primary(p);
    if p.progress() == before {
        return;
    }
    for _ in 0..MAX_CHAIN {
        match p.kind() {
            Dot => member(p, start),
            LeftBracket => index(p, start),
            _ => return,
        }
    }
    chain_too_long(p);
}

/// A name and its members, without calls: `a.b['c']`.
pub(super) fn path(p: &mut Parser<'_>) {
    let start = p.checkpoint();
    names::declaration(p);
    for _ in 0..MAX_CHAIN {
        match p.kind() {
            Dot if p.nth(1) != LeftBracket => {
                p.start_at(start, MemberExpression);
                p.bump();
                names::declaration(p);
                p.end();
            }
            Dot => member(p, start),
            LeftBracket => index(p, start),
            _ => return,
        }
    }
    chain_too_long(p);
}

/// `.name`, `.['name']`, `.function(…)`.
fn member(p: &mut Parser<'_>, start: rowan::Checkpoint) {
    if p.nth(1) == LeftBracket {
        p.bump();
        return index(p, start);
    }
    p.start_at(start, MemberExpression);
    p.bump();
    match p.nth(1) == LeftParen && p.at(Word) {
        true => call(p),
        false if matches!(p.kind(), Integer | Typed) => p.bump(),
        false => names::declaration(p),
    }
    p.end();
}

fn index(p: &mut Parser<'_>, start: rowan::Checkpoint) {
    p.start_at(start, IndexExpression);
    p.bump();
    expression(p);
    close(p, RightBracket, "`]`");
    p.end();
}

fn primary(p: &mut Parser<'_>) {
    match p.kind() {
        Integer | Real | TimeSpan | String | Typed => literal(p),
        LeftParen => parenthesized(p),
        Star => {
            p.start(StarExpression);
            p.bump();
            p.end();
        }
        LeftBracket if names::begins(p, 0) => names::declaration(p),
        Word => word(p),
        _ => p.expected("an expression"),
    }
}

/// A literal; adjacent strings are one text.
pub(super) fn literal(p: &mut Parser<'_>) {
    p.start(Literal);
    let text = p.at(String);
    p.bump();
    while text && p.at(String) {
        p.bump();
    }
    p.end();
}

fn parenthesized(p: &mut Parser<'_>) {
    p.nested(|p| {
        p.start(ParenthesizedExpression);
        p.bump();
        pipeline::pipeline(p);
        close(p, RightParen, "`)`");
        p.end();
    });
}

fn word(p: &mut Parser<'_>) {
    match (p.word(), p.nth(1)) {
        ("dynamic", LeftParen) => dynamic(p),
        ("typeof", LeftParen) => type_of(p),
        ("true" | "false" | "True" | "False" | "TRUE" | "FALSE", _) => literal(p),
        (_, LeftParen) => call(p),
        ("and" | "or" | "by" | "on", _) => p.expected("an expression"),
        _ => names::declaration(p),
    }
}

fn call(p: &mut Parser<'_>) {
    p.start(CallExpression);
    p.start(NameReference);
    p.bump();
    p.end();
    p.start(Arguments);
    p.nested(|p| in_parentheses(p, argument));
    p.end();
    p.end();
}

/// An argument: a pipeline, `*`, or `name = expression`.
fn argument(p: &mut Parser<'_>) {
    if names::begins(p, 0) && p.nth(name_length(p)) == Equal {
        named(p);
    } else if names::begins_wildcard(p) && !names::begins_product(p) {
        names::wildcard(p);
    } else {
        pipeline::pipeline(p);
    }
}

/// `typeof(long)`, `typeof(a: long, b: string)`.
fn type_of(p: &mut Parser<'_>) {
    p.start(TypeOfExpression);
    p.bump();
    if p.nth(1) == Word && p.nth(2) == RightParen {
        p.bump();
        p.bump();
        p.bump();
    } else {
        names::column_declarations(p);
    }
    p.end();
}

fn dynamic(p: &mut Parser<'_>) {
    p.start(DynamicLiteral);
    p.bump();
    p.bump();
    json(p);
    close(p, RightParen, "`)`");
    p.end();
}

fn json(p: &mut Parser<'_>) {
    p.nested(|p| match p.kind() {
        LeftBracket => {
            p.start(JsonArray);
            p.bump();
            if !p.at(RightBracket) {
                comma_separated(p, json);
            }
            close(p, RightBracket, "`]`");
            p.end();
        }
        LeftBrace => {
            p.start(JsonObject);
            p.bump();
            if !p.at(RightBrace) {
                comma_separated(p, json_pair);
            }
            close(p, RightBrace, "`}`");
            p.end();
        }
        kind => json_scalar(p, kind),
    });
}

fn json_pair(p: &mut Parser<'_>) {
    p.start(JsonPair);
    if matches!(p.kind(), String | Word) {
        p.bump();
    } else {
        p.expected("a property name in quotes");
    }
    p.expect(Colon, "`:`");
    json(p);
    p.end();
}

fn json_scalar(p: &mut Parser<'_>, kind: SyntaxKind) {
    match kind {
        Word if p.nth(1) == LeftParen && p.word() == "dynamic" => dynamic(p),
        Integer | Real | TimeSpan | String | Typed | Word => {
            p.start(Literal);
            p.bump();
            p.end();
        }
        Minus | Plus if matches!(p.nth(1), Integer | Real | TimeSpan) => {
            p.start(Literal);
            p.bump();
            p.bump();
            p.end();
        }
        _ => p.expected("a JSON value"),
    }
}
