//! Whether a blank stands between two tokens on one line.

use crate::syntax_kind::SyntaxKind::{self, *};
use crate::syntax_kind::SyntaxToken;

/// Whether a blank stands between two tokens; `blank` says whether one stands there now.
pub(super) fn is_spaced(left: &SyntaxToken, right: &SyntaxToken, blank: bool) -> bool {
    let (l, r) = (left.kind(), right.kind());
    match (l, r) {
        (_, Comma | Semicolon | RightParen | RightBracket) => false,
        (LeftParen | LeftBracket, _) => false,
        (Comma | Semicolon | Pipe | FatArrow | DotDot | LessPipe, _) => true,
        (_, Pipe | FatArrow | DotDot | LessPipe) => true,
        (Dot, _) | (_, Dot) => false,
        _ if is_sign(left) => false,
        (_, Colon) => blank && !declares(right),
        (Colon, _) => declares(left) || blank,
        (Equal, _) => !is_parameter(left),
        (_, Equal) => !is_parameter(right),
        (_, LeftParen) => is_spaced_parenthesis(left, right, blank),
        (_, LeftBracket) => is_spaced_bracket(right, blank),
        _ if is_infix(left) || is_infix(right) => true,
        (Word, LeftBrace) => true,
        (_, LeftBrace) if parent(right) == Some(Body) => true,
        _ => blank,
    }
}

fn parent(token: &SyntaxToken) -> Option<SyntaxKind> {
    token.parent().map(|node| node.kind())
}

fn grandparent(token: &SyntaxToken) -> Option<SyntaxKind> {
    let parent = token.parent()?;
    parent.parent().map(|node| node.kind())
}

/// Whether a sign belongs to the number or value behind it.
fn is_sign(token: &SyntaxToken) -> bool {
    matches!(token.kind(), Minus | Plus) && matches!(parent(token), Some(UnaryExpression | Literal))
}

/// Whether a colon stands between a name and its type or value.
fn declares(colon: &SyntaxToken) -> bool {
    matches!(
        parent(colon),
        Some(ColumnDeclaration | Parameter | JsonPair)
    )
}

fn is_parameter(equal: &SyntaxToken) -> bool {
    parent(equal) == Some(OperatorParameter)
}

fn is_infix(token: &SyntaxToken) -> bool {
    parent(token) == Some(BinaryExpression) && token.kind() != Colon
}

fn is_spaced_parenthesis(left: &SyntaxToken, right: &SyntaxToken, blank: bool) -> bool {
    match parent(right) {
        Some(Arguments) => grandparent(right) == Some(InExpression),
        Some(TypeOfExpression | DynamicLiteral) => false,
        Some(ColumnDeclarations) => left.kind() == Colon,
        Some(Parameters | ParenthesizedExpression | BetweenExpression | Lambda) => true,
        _ => blank,
    }
}

fn is_spaced_bracket(right: &SyntaxToken, blank: bool) -> bool {
    match parent(right) {
        Some(IndexExpression) => false,
        Some(JsonArray | DatatableOperator | ExternalDataOperator) => true,
        _ => blank,
    }
}
