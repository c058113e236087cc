//! Names, name lists with wildcards, type names and column declarations.

use super::in_parentheses;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// Whether a name stands `ahead` tokens on: a word, or `['…']`.
pub(super) fn begins(p: &Parser<'_>, ahead: usize) -> bool {
    match p.nth(ahead) {
        Word => true,
        LeftBracket => p.nth(ahead + 1) == String && p.nth(ahead + 2) == RightBracket,
        _ => false,
    }
}

/// A name as a node.
pub(super) fn declaration(p: &mut Parser<'_>) {
    if !begins(p, 0) {
        return p.expected("a name");
    }
    p.start(NameReference);
    tokens(p);
    p.end();
}

/// The tokens of a name.
pub(super) fn tokens(p: &mut Parser<'_>) {
    if p.at(LeftBracket) {
        p.bump();
        p.bump();
    }
    p.bump();
}

/// A name that may hold `*`, such as `Device*` or `*`.
pub(super) fn wildcard(p: &mut Parser<'_>) {
    let joined = |p: &Parser<'_>| {
        (p.at(Word) && p.nth(1) == Star && p.is_adjacent(1))
            || (p.at(Star) && p.nth(1) == Word && p.is_adjacent(1))
    };
    if joined(p) {
        p.start(WildcardName);
        p.bump();
        while matches!(p.kind(), Star | Word | Integer) && p.is_adjacent(0) {
            p.bump();
        }
        p.end();
    } else if p.at(Star) {
        p.start(WildcardName);
        p.bump();
        p.end();
    } else {
        declaration(p);
    }
}

/// Whether a wildcard name such as `Device*` stands here.
pub(super) fn begins_wildcard(p: &Parser<'_>) -> bool {
    (p.at(Word) && p.nth(1) == Star && p.is_adjacent(1)) || p.at(Star)
}

/// Whether a name and a star are the beginning of a product such as `x*2`, not a wildcard such as `x*`.
pub(super) fn begins_product(p: &Parser<'_>) -> bool {
    let operand = matches!(
        p.nth(2),
        Word | Integer | Real | TimeSpan | String | Typed | LeftParen | LeftBracket | Minus | Plus
    );
    p.at(Word) && p.nth(1) == Star && operand
}

/// The name of a scalar type.
pub(super) fn type_name(p: &mut Parser<'_>) {
    p.expect(Word, "a type such as `string` or `long`");
}

/// `(name: type, …)` or `(*)`.
pub(super) fn column_declarations(p: &mut Parser<'_>) {
    p.start(ColumnDeclarations);
    in_parentheses(p, |p| {
        if !p.eat(Star) {
            p.start(ColumnDeclaration);
            declaration(p);
            if p.expect(Colon, "`:` and a type") {
                type_name(p);
            }
            p.end();
        }
    });
    p.end();
}
