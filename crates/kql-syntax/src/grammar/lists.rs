//! Lists between commas, and what closes them.

use crate::SyntaxKind;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// Reads one item; says whether there was one.
pub(super) type Item = fn(&mut Parser<'_>) -> bool;

/// How a list between commas is read.
#[derive(Clone, Copy)]
pub(super) struct List {
    item: Item,
    /// What an item is called.
    what: &'static str,
    /// Where a list ends for certain; with it, a missing comma is found and read over.
    ends: Option<fn(&Parser<'_>) -> bool>,
    /// Whether an empty list is an error.
    needs_one: bool,
    /// Whether a comma may stand behind the last item.
    trailing: bool,
}

impl List {
    /// A list that ends at a pipe, a semicolon or a closing bracket, and may be empty.
    pub const fn of(item: Item, what: &'static str) -> Self {
        Self {
            item,
            what,
            ends: Some(ends_list),
            needs_one: false,
            trailing: false,
        }
    }

    /// The same with at least one item.
    pub const fn some(item: Item, what: &'static str) -> Self {
        Self {
            needs_one: true,
            ..Self::of(item, what)
        }
    }

    /// The same, and it also ends elsewhere.
    pub const fn until(self, ends: fn(&Parser<'_>) -> bool) -> Self {
        Self {
            ends: Some(ends),
            ..self
        }
    }

    /// The same without an end of its own: what follows no comma is not part of it.
    pub const fn open(self) -> Self {
        Self { ends: None, ..self }
    }

    /// The same, and a comma may follow the last item.
    pub const fn with_trailing_comma(self) -> Self {
        Self {
            trailing: true,
            ..self
        }
    }

    fn is_over(&self, p: &Parser<'_>) -> bool {
        p.at(End) || self.ends.is_some_and(|ends| ends(p))
    }

    /// Reads an item unless the list is over; says whether there was one.
    fn item(&self, p: &mut Parser<'_>) -> bool {
        let before = p.progress();
        !self.ends.is_some_and(|ends| ends(p)) && (self.item)(p) && p.progress() > before
    }

    /// Reads the list.
    pub fn read(self, p: &mut Parser<'_>) {
        let mut told = false;
        let mut found = self.item(p);
        if !found && (p.at(Comma) || self.needs_one) {
            p.missing(self.what);
            found = p.at(Comma);
        }
        while found && !self.is_over(p) {
            if p.eat(Comma) {
                found = self.item(p);
                if !found && !self.trailing {
                    p.missing(self.what);
                }
            } else if self.ends.is_some() && begins_item(p) {
                if !std::mem::replace(&mut told, true) {
                    p.missing_token("`,`");
                }
                found = self.item(p);
            } else {
                return;
            }
        }
    }
}

/// Whether the next token can begin an item behind a missing comma.
fn begins_item(p: &Parser<'_>) -> bool {
    super::pipeline::begins_value(p) || p.at(Colon)
}

/// Whether a pipe, a semicolon, a closing bracket or the end of the text is next.
pub(crate) fn ends_list(p: &Parser<'_>) -> bool {
    matches!(
        p.kind(),
        RightParen | RightBracket | RightBrace | Pipe | Semicolon | End
    )
}

/// A list as a node of its own.
pub(super) fn list_node(p: &mut Parser<'_>, list: List) {
    p.start(Expressions);
    list.read(p);
    p.end();
}

/// A list in parentheses.
pub(super) fn in_parentheses(p: &mut Parser<'_>, list: List) {
    let opened = match list.needs_one {
        true => open(p, list.what),
        false => p.expect(LeftParen, "`(`"),
    };
    if opened {
        list.read(p);
        close(p, RightParen, "`)`");
    }
}

/// An opening parenthesis before something that must be there; says whether it stands here.
pub(super) fn open(p: &mut Parser<'_>, what: &str) -> bool {
    let found = p.expect(LeftParen, "`(`");
    if !found && !super::pipeline::begins_expression(p) {
        p.missing(what);
    }
    found
}

/// A closing bracket; what stands before it is skipped.
pub(super) fn close(p: &mut Parser<'_>, kind: SyntaxKind, what: &str) {
    if p.eat(kind) {
        return;
    }
    p.missing_token(what);
    p.skip_until(|p| {
        matches!(
            p.kind(),
            RightParen | RightBracket | RightBrace | Pipe | Semicolon
        )
    });
    p.eat(kind);
}
