//! Scalar expressions by the strength of their operators.
//!
//! The order is Kusto's own: `or`, `and`, equality and membership, relation, sum, product, text operators
//! such as `has`, then a sign before a call or path. Equality, relation and text operators do not chain.

use super::lists::{List, close, open};
use super::{names, paths, pipeline};
use crate::keywords::{Class, Infix};
use crate::parser::{Checkpoint, MAX_CHAIN, Parser};
use crate::syntax_kind::SyntaxKind::*;

/// Strength of an operator, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Equality,
    Relation,
    Sum,
    Product,
    Text,
}

/// An expression without a name.
pub(super) fn expression(p: &mut Parser<'_>) -> bool {
    p.nested(|p| operation(p, Level::Or))
}

/// The same within brackets that are counted already.
pub(super) fn bare_expression(p: &mut Parser<'_>) -> bool {
    operation(p, Level::Or)
}

/// An expression that must be there.
pub(super) fn required(p: &mut Parser<'_>) {
    if !expression(p) {
        p.missing("an expression");
    }
}

/// A named expression that must be there.
pub(super) fn required_named(p: &mut Parser<'_>) {
    if !named(p) {
        p.missing("an expression");
    }
}

/// An expression, `name = expression`, or `(name, name) = expression`.
pub(super) fn named(p: &mut Parser<'_>) -> bool {
    let start = p.checkpoint();
    let name = names::length(p, 0, names::Kind::New);
    let dashed = dashed_length(p);
    if name > 0 && p.nth(name) == Equal {
        p.start_at(start, NamedExpression);
        names::name(p, names::Kind::New);
    } else if dashed > 0 && p.nth(dashed) == Equal {
        p.start_at(start, NamedExpression);
        dashed_name(p, dashed);
    } else if is_tuple(p) {
        p.start_at(start, NamedExpression);
        p.start(NameTuple);
        super::lists::in_parentheses(p, List::some(new_name, "a name"));
        p.end();
    } else {
        return expression(p);
    }
    p.bump();
    required(p);
    p.end();
    true
}

fn new_name(p: &mut Parser<'_>) -> bool {
    names::name(p, names::Kind::New)
}

/// How many tokens make up a keyword or words joined by hyphens, which only brackets make a name.
fn dashed_length(p: &Parser<'_>) -> usize {
    if !is_any_word(p, 0) {
        return 0;
    }
    let mut count = 1;
    while p.is_adjacent(count) && (p.nth(count) == Minus || is_any_word(p, count)) {
        count += 1;
    }
    count
}

fn is_any_word(p: &Parser<'_>, ahead: usize) -> bool {
    match p.nth(ahead) {
        Word => p.class(ahead) != Some(Class::Boolean),
        kind => matches!(kind, NotWord | InTilde),
    }
}

fn dashed_name(p: &mut Parser<'_>, count: usize) {
    let text: std::string::String = (0..count).map(|ahead| p.nth_text(ahead)).collect();
    needs_brackets(p, &text);
    p.start(NameReference);
    p.bump_all(count);
    p.end();
}

/// Reports a name that is not one without brackets.
pub(super) fn needs_brackets(p: &mut Parser<'_>, text: &str) {
    let hint = format!("write `['{text}']`");
    p.report(
        "RS1007",
        format!("`{text}` is not a name by itself"),
        Some(&hint),
    );
}

/// Whether `(a, b) =` stands here.
fn is_tuple(p: &Parser<'_>) -> bool {
    let mut at = 1;
    while p.at(LeftParen) {
        let name = names::length(p, at, names::Kind::New);
        at += name;
        match p.nth(at) {
            Comma if name > 0 => at += 1,
            RightParen => return p.nth(at + 1) == Equal,
            _ => return false,
        }
    }
    false
}

/// Operands joined by operators that are at least as strong as `least`.
fn operation(p: &mut Parser<'_>, least: Level) -> bool {
    let start = p.checkpoint();
    if !first_operand(p, least) {
        return false;
    }
    let mut strongest = Level::Text;
    loop {
        match level(p) {
            Some(level) if level >= least && level <= strongest => {
                if !p.may_grow(start) {
                    chain_too_long(p);
                    return true;
                }
                strongest = operator(p, start, level);
            }
            _ => return true,
        }
    }
}

/// The left operand; `*` only before an operator that compares it.
fn first_operand(p: &mut Parser<'_>, least: Level) -> bool {
    let compared = p.infix(1) == Infix::Text
        || matches!(p.nth(1), EqualTilde | NotTilde | Colon)
        || (p.nth(1) == EqualEqual && least <= Level::Equality);
    if p.at(Star) && compared {
        star(p);
        return true;
    }
    sign(p)
}

/// `*` as an expression.
pub(super) fn star(p: &mut Parser<'_>) {
    p.start(StarExpression);
    p.bump();
    p.end();
}

fn level(p: &Parser<'_>) -> Option<Level> {
    Some(match p.kind() {
        EqualEqual | NotEqual => Level::Equality,
        Less | LessEqual | Greater | GreaterEqual => Level::Relation,
        Plus | Minus => Level::Sum,
        Star | Slash | Percent => Level::Product,
        EqualTilde | NotTilde | Colon => Level::Text,
        Word | NotWord | InTilde => match p.infix(0) {
            Infix::Or => Level::Or,
            Infix::And => Level::And,
            // `in range(…)` belongs to `make-series`.
            Infix::List if p.at_word("in") && p.nth_is_word(1, "range") => return None,
            Infix::List | Infix::Range => Level::Equality,
            Infix::Text => Level::Text,
            Infix::None => return None,
        },
        _ => return None,
    })
}

/// An operator with its right operand; gives the strongest operator that may follow.
fn operator(p: &mut Parser<'_>, start: Checkpoint, level: Level) -> Level {
    match level {
        Level::Or => {
            logical(p, start, Infix::Or, Level::And);
            Level::Or
        }
        Level::And => {
            logical(p, start, Infix::And, Level::Equality);
            Level::Or
        }
        Level::Equality => {
            match p.infix(0) {
                Infix::List => membership(p, start),
                Infix::Range => between(p, start),
                _ => binary(p, start, Level::Relation),
            }
            Level::And
        }
        Level::Relation => {
            binary(p, start, Level::Sum);
            Level::Equality
        }
        Level::Sum => {
            binary(p, start, Level::Product);
            Level::Sum
        }
        Level::Product => {
            binary(p, start, Level::Text);
            Level::Product
        }
        Level::Text => {
            text_operation(p, start);
            Level::Product
        }
    }
}

/// `a word b word c …` in one flat node.
fn logical(p: &mut Parser<'_>, start: Checkpoint, word: Infix, operand: Level) {
    p.start_at(start, LogicalExpression);
    while p.infix(0) == word {
        p.bump();
        right(p, operand);
    }
    p.end();
}

fn right(p: &mut Parser<'_>, least: Level) {
    if !operation(p, least) {
        p.missing("an expression");
    }
}

fn binary(p: &mut Parser<'_>, start: Checkpoint, operand: Level) {
    p.start_at(start, BinaryExpression);
    p.bump();
    right(p, operand);
    p.end();
}

/// `a has b`; the right side is a path, a call or a literal with or without a sign.
fn text_operation(p: &mut Parser<'_>, start: Checkpoint) {
    p.start_at(start, BinaryExpression);
    p.bump();
    if !sign(p) {
        p.missing("an expression");
    }
    p.end();
}

/// `x in (…)`, `x has_any (…)`: values, or one query.
fn membership(p: &mut Parser<'_>, start: Checkpoint) {
    p.start_at(start, InExpression);
    p.bump();
    p.start(Arguments);
    if open(p, "a value") {
        if pipeline::is_query(p) {
            pipeline::required(p);
        } else {
            List::some(expression, "a value").read(p);
        }
        close(p, RightParen, "`)`");
    }
    p.end();
    p.end();
}

/// `x between (a .. b)`.
fn between(p: &mut Parser<'_>, start: Checkpoint) {
    p.start_at(start, BetweenExpression);
    p.bump();
    if open(p, "an expression") {
        required(p);
        p.expect(DotDot, "`..`");
        required(p);
        close(p, RightParen, "`)`");
    }
    p.end();
}

/// A path, call or literal with or without a sign.
pub(super) fn sign(p: &mut Parser<'_>) -> bool {
    if !matches!(p.kind(), Minus | Plus) {
        return paths::postfix(p);
    }
    p.start(UnaryExpression);
    p.bump();
    if !paths::postfix(p) {
        p.missing("an expression");
    }
    p.end();
    true
}

pub(super) fn chain_too_long(p: &mut Parser<'_>) {
    let message = format!("more than {MAX_CHAIN} operators in a row");
    p.report(
        "RS1005",
        message,
        Some("group them with parentheses or a `let`"),
    );
}
