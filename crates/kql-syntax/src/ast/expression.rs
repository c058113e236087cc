//! Expressions of all kinds.

use super::operator::Operator;
use super::{
    Between, Binary, Call, DynamicLiteral, In, Index, Literal, Logical, Member, Name, Named, Paren,
    Pipeline, TypeOf, Unary, Wildcard, expressions, range_of,
};
use crate::syntax_kind::{SyntaxKind, SyntaxNode};

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expr {
    /// A number, text, date or other constant.
    Literal(Literal),
    /// `dynamic(…)`.
    Dynamic(DynamicLiteral),
    /// A name of a column, table or `let`.
    Name(Name),
    /// A name with `*`.
    Wildcard(Wildcard),
    /// `name(arguments)`.
    Call(Call),
    /// `base.name`.
    Member(Member),
    /// `base[index]`.
    Index(Index),
    /// `-operand`.
    Unary(Unary),
    /// `left operator right`.
    Binary(Binary),
    /// `a and b and …`, `a or b or …`.
    Logical(Logical),
    /// `needle in (…)`.
    In(In),
    /// `value between (a .. b)`.
    Between(Between),
    /// `(inner)`.
    Paren(Paren),
    /// `*`.
    Star(SyntaxNode),
    /// `name = value`.
    Named(Named),
    /// `typeof(…)`.
    TypeOf(TypeOf),
    /// A source and operators.
    Pipeline(Pipeline),
    /// A head operator such as `print` or `datatable` without pipes.
    Source(Operator),
}

impl Expr {
    /// The typed view of an expression's node.
    pub fn cast(node: SyntaxNode) -> Option<Self> {
        use SyntaxKind::*;
        Some(match node.kind() {
            Literal => Self::Literal(super::Literal(node)),
            DynamicLiteral => Self::Dynamic(super::DynamicLiteral(node)),
            NameReference => Self::Name(Name(node)),
            WildcardName => Self::Wildcard(Wildcard(node)),
            CallExpression => Self::Call(Call(node)),
            MemberExpression => Self::Member(Member(node)),
            IndexExpression => Self::Index(Index(node)),
            UnaryExpression => Self::Unary(Unary(node)),
            BinaryExpression => Self::Binary(Binary(node)),
            LogicalExpression => Self::Logical(Logical(node)),
            InExpression => Self::In(In(node)),
            BetweenExpression => Self::Between(Between(node)),
            ParenthesizedExpression => Self::Paren(Paren(node)),
            StarExpression => Self::Star(node),
            NamedExpression => Self::Named(Named(node)),
            TypeOfExpression => Self::TypeOf(TypeOf(node)),
            Pipeline => Self::Pipeline(super::Pipeline(node)),
            _ => Self::Source(Operator::cast(node)?),
        })
    }

    /// The node.
    pub fn syntax(&self) -> &SyntaxNode {
        match self {
            Self::Literal(node) => node.syntax(),
            Self::Dynamic(node) => node.syntax(),
            Self::Name(node) => node.syntax(),
            Self::Wildcard(node) => node.syntax(),
            Self::Call(node) => node.syntax(),
            Self::Member(node) => node.syntax(),
            Self::Index(node) => node.syntax(),
            Self::Unary(node) => node.syntax(),
            Self::Binary(node) => node.syntax(),
            Self::Logical(node) => node.syntax(),
            Self::In(node) => node.syntax(),
            Self::Between(node) => node.syntax(),
            Self::Paren(node) => node.syntax(),
            Self::Star(node) => node,
            Self::Named(node) => node.syntax(),
            Self::TypeOf(node) => node.syntax(),
            Self::Pipeline(node) => node.syntax(),
            Self::Source(node) => node.syntax(),
        }
    }

    /// Its place in UTF-8 bytes of the text.
    pub fn range(&self) -> std::ops::Range<usize> {
        range_of(self.syntax())
    }

    /// The expression inside any number of parentheses.
    pub fn without_parentheses(&self) -> Self {
        let mut inner = self.clone();
        while let Self::Paren(paren) = &inner {
            match paren.inner() {
                Some(next) => inner = next,
                None => break,
            }
        }
        inner
    }

    /// The expressions that it is made of.
    pub fn operands(&self) -> Vec<Self> {
        expressions(self.syntax()).collect()
    }

    /// The text, when this is a string literal.
    pub fn string(&self) -> Option<String> {
        match self.without_parentheses() {
            Self::Literal(literal) => literal.string(),
            _ => None,
        }
    }
}
