//! Classes of tokens for showing a query in colours.

use std::ops::Range;

use crate::Parse;
use crate::syntax_kind::{SyntaxKind, SyntaxToken};

/// What a token is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Class {
    Keyword,
    Operator,
    Function,
    String,
    Number,
    Comment,
    Name,
    Punctuation,
    Error,
}

impl Class {
    /// Name for a style sheet, such as `keyword`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Operator => "operator",
            Self::Function => "function",
            Self::String => "string",
            Self::Number => "number",
            Self::Comment => "comment",
            Self::Name => "name",
            Self::Punctuation => "punctuation",
            Self::Error => "error",
        }
    }
}

/// The tokens of a query with their classes, in order of place; blanks are left out.
/// Ranges are UTF-8 bytes.
pub fn highlight(parse: &Parse) -> Vec<(Range<usize>, Class)> {
    parse
        .syntax()
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| token.kind() != SyntaxKind::Whitespace)
        .map(|token| {
            let range = token.text_range();
            (range.start().into()..range.end().into(), class(&token))
        })
        .collect()
}

fn class(token: &SyntaxToken) -> Class {
    use SyntaxKind::*;
    match token.kind() {
        Comment | Directive => Class::Comment,
        String => Class::String,
        Integer | Real | TimeSpan | Typed | Guid => Class::Number,
        Unknown => Class::Error,
        NotWord | InTilde | EqualEqual | EqualTilde | NotEqual | NotTilde | Less | LessEqual
        | Greater | GreaterEqual | Plus | Minus | Star | Slash | Percent | Equal => Class::Operator,
        Word => word_class(token),
        _ => Class::Punctuation,
    }
}

fn word_class(token: &SyntaxToken) -> Class {
    use SyntaxKind::*;
    let Some(parent) = token.parent() else {
        return Class::Name;
    };
    match parent.kind() {
        NameReference => match parent.parent().map(|node| node.kind()) {
            Some(CallExpression) => Class::Function,
            _ => Class::Name,
        },
        WildcardName => Class::Name,
        Literal => Class::Number,
        BinaryExpression | InExpression | BetweenExpression | LogicalExpression => Class::Operator,
        Error => Class::Error,
        _ => Class::Keyword,
    }
}
