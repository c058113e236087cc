//! The typed view of a tree: statements, pipelines, operators, expressions.
//!
//! Every accessor gives `None` or an empty list where an erroneous text lacks a part.

mod clauses;
mod expression;
mod literals;
mod names;
mod operations;
mod operator;
mod pattern;
mod statement;

use std::ops::Range;

pub use clauses::{Expanded, FindColumn, ForkBranch, PatternPart, ScanStep, TopNestedClause};
pub use expression::Expr;
pub use literals::{DynamicLiteral, Json, Literal, LiteralKind};
pub use names::{Name, Named, Wildcard};
pub use operations::{Between, Binary, Call, In, Index, Logical, Member, Paren, TypeOf, Unary};
pub use operator::{ColumnDeclaration, Operator, OperatorParameter, Ordered, Pipeline, Subquery};
pub use pattern::{Pattern, PatternCase, PatternUse};
pub use statement::{
    Body, Lambda, Let, Parameter, ParameterType, Query, Set, Statement, query_parameters,
};

use crate::syntax_kind::{SyntaxKind, SyntaxNode, SyntaxToken};

/// The range of a node in UTF-8 bytes of the text.
pub fn range_of(node: &SyntaxNode) -> Range<usize> {
    let range = node.text_range();
    range.start().into()..range.end().into()
}

/// Declares a typed node: a wrapper around a syntax node of one kind.
macro_rules! node {
    ($(#[$doc:meta])* $name:ident = $($kind:ident)|+) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(pub(crate) $crate::SyntaxNode);

        impl $name {
            /// The typed view of a node of the right kind.
            pub fn cast(node: $crate::SyntaxNode) -> Option<Self> {
                matches!(node.kind(), $($crate::SyntaxKind::$kind)|+).then_some(Self(node))
            }

            /// The node.
            pub fn syntax(&self) -> &$crate::SyntaxNode {
                &self.0
            }

            /// Its place in UTF-8 bytes of the text.
            pub fn range(&self) -> std::ops::Range<usize> {
                $crate::ast::range_of(&self.0)
            }
        }
    };
}
pub(crate) use node;

/// Whether a child, node or token, is of a kind. Asked of every node of a tree it costs little: no child is
/// visited for it.
pub fn has_child(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    let green = node.green();
    green.children().any(|child| child.kind().0 == kind as u16)
}

/// Child nodes of one kind.
pub(crate) fn children(node: &SyntaxNode, kind: SyntaxKind) -> impl Iterator<Item = SyntaxNode> {
    node.children().by_kind(move |known| known == kind)
}

/// The first child node of a kind.
pub(crate) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.first_child_by_kind(&|known| known == kind)
}

/// Direct child tokens with meaning.
pub(crate) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    node.children_with_tokens()
        .by_kind(|kind| !kind.is_trivia())
        .filter_map(|element| element.into_token())
}

/// The expressions among a node's children.
pub(crate) fn expressions(node: &SyntaxNode) -> impl Iterator<Item = Expr> {
    node.children().filter_map(Expr::cast)
}
