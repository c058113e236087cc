//! Names, name lists with wildcards, type names and column declarations.

use super::lists::{List, in_parentheses};
use crate::keywords::Class;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// Which keywords may stand as a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Those that may be any name.
    Reference,
    /// Those that may be new names, too.
    New,
}

/// Whether a word is a name of a kind.
pub(super) fn is_word(p: &Parser<'_>, ahead: usize, kind: Kind) -> bool {
    match p.class(ahead) {
        Some(Class::Plain | Class::Name) => true,
        Some(Class::NewName) => kind == Kind::New,
        _ => false,
    }
}

/// How many tokens make up the name that stands `ahead` tokens on; 0 when none does.
pub(super) fn length(p: &Parser<'_>, ahead: usize, kind: Kind) -> usize {
    match p.nth(ahead) {
        Word => usize::from(is_word(p, ahead, kind)),
        LeftBracket => bracketed_length(p, ahead),
        LeftBrace => braced_length(p, ahead),
        _ => 0,
    }
}

/// `['any text']`
fn bracketed_length(p: &Parser<'_>, ahead: usize) -> usize {
    let mut strings = 0;
    while p.nth(ahead + 1 + strings) == String {
        strings += 1;
    }
    match p.nth(ahead + 1 + strings) {
        RightBracket if strings > 0 => strings + 2,
        _ => 0,
    }
}

/// `{parameter}` or `{parameter[0]}` of a client, without blanks.
fn braced_length(p: &Parser<'_>, ahead: usize) -> usize {
    let next = |offset: usize| match p.is_adjacent(ahead + offset) {
        true => p.nth(ahead + offset),
        false => End,
    };
    match (next(1), next(2)) {
        (Word, RightBrace) if p.class(ahead + 1) == Some(Class::Boolean) => 0,
        (Word, RightBrace) => 3,
        (Word, LeftBracket) => {
            let sign = usize::from(next(3) == Minus);
            let rest = (next(3 + sign), next(4 + sign), next(5 + sign));
            match rest {
                (Integer, RightBracket, RightBrace) => 6 + sign,
                _ => 0,
            }
        }
        _ => 0,
    }
}

/// A name as a node, when one stands here.
pub(super) fn name(p: &mut Parser<'_>, kind: Kind) -> bool {
    let count = length(p, 0, kind);
    if count > 0 {
        p.start(NameReference);
        p.bump_all(count);
        p.end();
    }
    count > 0
}

/// A name that refers to something.
pub(super) fn reference(p: &mut Parser<'_>) -> bool {
    name(p, Kind::Reference)
}

/// A new name; reported when it is missing.
pub(super) fn declaration(p: &mut Parser<'_>) {
    if !reference(p) {
        p.missing("a name");
    }
}

/// How many tokens make up a name with `*` such as `Device*`; 0 when none stands here.
pub(super) fn wildcard_length(p: &Parser<'_>, ahead: usize) -> usize {
    let is_part = |ahead| match p.class(ahead) {
        Some(class) => matches!(class, Class::Plain | Class::Name | Class::NewName),
        None => false,
    };
    let mut count = match p.nth(ahead) {
        Star => 1,
        _ if is_part(ahead) && p.nth(ahead + 1) == Star && p.is_adjacent(ahead + 1) => 2,
        _ => return 0,
    };
    while p.is_adjacent(ahead + count)
        && (matches!(p.nth(ahead + count), Star | Integer) || is_part(ahead + count))
    {
        count += 1;
    }
    count
}

/// A name that holds `*`.
pub(super) fn wildcard(p: &mut Parser<'_>) -> bool {
    let count = wildcard_length(p, 0);
    if count > 0 {
        p.start(WildcardName);
        p.bump_all(count);
        p.end();
    }
    count > 0
}

/// `na*` or a name.
pub(super) fn wildcard_or_name(p: &mut Parser<'_>) -> bool {
    wildcard(p) || reference(p)
}

/// Types that may be declared.
const TYPES: [&str; 17] = [
    "bool", "boolean", "date", "datetime", "decimal", "double", "dynamic", "guid", "int", "int64",
    "int8", "long", "real", "string", "time", "timespan", "uniqueid",
];

/// Types that only `typeof` and `find` take.
const OTHER_TYPES: [&str; 9] = [
    "float", "int16", "int32", "uint", "uint16", "uint32", "uint64", "uint8", "ulong",
];

/// Whether the name of a type stands `ahead` tokens on.
pub(super) fn is_any_type(p: &Parser<'_>, ahead: usize) -> bool {
    let word = p.nth_text(ahead);
    p.nth(ahead) == Word && (TYPES.contains(&word) || OTHER_TYPES.contains(&word))
}

/// The name of a scalar type that a column may have.
pub(super) fn type_name(p: &mut Parser<'_>) {
    if p.at_any_word(&TYPES) {
        return p.bump();
    }
    any_other_type(p);
}

/// What is not the name of a type.
fn any_other_type(p: &mut Parser<'_>) {
    if is_any_type(p, 0) || is_word(p, 0, Kind::Reference) {
        let message = format!("`{}` is not a type", p.word());
        p.report(
            "RS1009",
            message,
            Some("write a type such as `string`, `long` or `datetime`"),
        );
        return p.bump();
    }
    p.missing("a type such as `string` or `long`");
}

/// The name of a type of a column that `find` projects.
pub(super) fn any_type_name(p: &mut Parser<'_>) {
    match is_any_type(p, 0) {
        true => p.bump(),
        false => any_other_type(p),
    }
}

/// `name: type` or `name: (columns)`.
pub(super) fn column_declaration(p: &mut Parser<'_>) -> bool {
    typed(p, ColumnDeclaration, |_| {})
}

/// `name: type` as a node that `rest` goes on with.
pub(super) fn typed(
    p: &mut Parser<'_>,
    node: crate::SyntaxKind,
    rest: fn(&mut Parser<'_>),
) -> bool {
    let keyword = length(p, 0, Kind::New) == 0 && p.at(Word) && p.nth(1) == Colon;
    if length(p, 0, Kind::New) == 0 && !p.at(Colon) && !keyword {
        return false;
    }
    p.start(node);
    if keyword {
        // The lists of columns may end with a comma, so that none of their items is missing here.
        keyword_as_name(p, node == ColumnDeclaration || !p.is_behind_comma());
    } else if !name(p, Kind::New) {
        p.missing("a name");
    }
    p.expect(Colon, "`:` and a type");
    match p.at(LeftParen) {
        true => {
            p.nested(table_type);
        }
        false => type_name(p),
    }
    rest(p);
    p.end();
    true
}

/// A keyword that only brackets make a name.
pub(super) fn keyword_as_name(p: &mut Parser<'_>, as_token: bool) {
    p.unfit_name(as_token);
    p.start(NameReference);
    p.bump();
    p.end();
}

/// `name` or `name: type`.
pub(super) fn optionally_typed(p: &mut Parser<'_>) -> bool {
    if p.at(Colon) {
        return column_declaration(p);
    }
    if length(p, 0, Kind::New) == 0 {
        return false;
    }
    p.start(ColumnDeclaration);
    name(p, Kind::New);
    if p.eat(Colon) {
        type_name(p);
    }
    p.end();
    true
}

const COLUMNS: List =
    List::of(column_declaration, "a column such as `name: string`").with_trailing_comma();

/// `(name: type, …)` or `(*)`: the type of a table.
fn table_type(p: &mut Parser<'_>) -> bool {
    p.start(ColumnDeclarations);
    if p.nth(1) == Star {
        p.bump_all(2);
        super::lists::close(p, RightParen, "`)`");
    } else {
        in_parentheses(p, COLUMNS);
    }
    p.end();
    true
}

/// `(name: type, …)` of `datatable` and others; a comma may stand first and last.
pub(super) fn row_schema(p: &mut Parser<'_>) {
    schema(p, |_| {});
}

/// `(*, name: type, …)` of `evaluate`.
pub(super) fn open_row_schema(p: &mut Parser<'_>) {
    schema(p, |p| {
        p.eat(Star);
        p.eat(Comma);
    });
}

fn schema(p: &mut Parser<'_>, first: fn(&mut Parser<'_>)) {
    if !p.at(LeftParen) {
        return p.missing("columns such as `(name: string)`");
    }
    p.start(ColumnDeclarations);
    p.bump();
    p.eat(Comma);
    first(p);
    COLUMNS.read(p);
    super::lists::close(p, RightParen, "`)`");
    p.end();
}
