//! Calls, operators on operands, and what stands in brackets.

use super::operator::ColumnDeclaration;
use super::{Expr, Name, child, expressions, has_child, node, tokens};
use crate::syntax_kind::{SyntaxKind, SyntaxNode};

node! {
    /// `name(arguments)`.
    Call = CallExpression
}

impl Call {
    /// The function's name.
    pub fn name(&self) -> Option<Name> {
        child(&self.0, SyntaxKind::NameReference).map(Name)
    }

    /// The arguments in order.
    pub fn arguments(&self) -> Vec<Expr> {
        in_parentheses(&self.0)
    }
}

node! {
    /// `base.name` or `base.function(…)`.
    Member = MemberExpression
}

impl Member {
    /// What stands before the dot.
    pub fn base(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }

    /// The name or call behind the dot.
    pub fn member(&self) -> Option<Expr> {
        expressions(&self.0).nth(1)
    }
}

node! {
    /// `base[index]`.
    Index = IndexExpression
}

impl Index {
    /// What stands before the bracket.
    pub fn base(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }

    /// What stands in the brackets.
    pub fn index(&self) -> Option<Expr> {
        expressions(&self.0).nth(1)
    }
}

node! {
    /// `-operand` or `+operand`.
    Unary = UnaryExpression
}

impl Unary {
    /// Whether the sign is a minus.
    pub fn is_negative(&self) -> bool {
        tokens(&self.0)
            .next()
            .is_some_and(|token| token.kind() == SyntaxKind::Minus)
    }

    /// The operand.
    pub fn operand(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }
}

node! {
    /// `left operator right`.
    Binary = BinaryExpression
}

impl Binary {
    /// The operator as KQL names it: `==`, `has`, `matches regex`.
    pub fn operator(&self) -> String {
        let words: Vec<String> = tokens(&self.0)
            .map(|token| token.text().to_owned())
            .collect();
        words.join(" ")
    }

    /// The left operand.
    pub fn left(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }

    /// The right operand.
    pub fn right(&self) -> Option<Expr> {
        expressions(&self.0).nth(1)
    }
}

node! {
    /// Operands joined by `and` or by `or`.
    Logical = LogicalExpression
}

impl Logical {
    /// Whether the operands are joined by `and`.
    pub fn is_and(&self) -> bool {
        tokens(&self.0)
            .next()
            .is_some_and(|token| token.text() == "and")
    }

    /// The operands in order.
    pub fn operands(&self) -> Vec<Expr> {
        expressions(&self.0).collect()
    }
}

node! {
    /// `needle in (values)`, `needle has_any (values)`.
    In = InExpression
}

impl In {
    /// The operator: `in`, `!in~`, `has_any`, …
    pub fn operator(&self) -> String {
        tokens(&self.0)
            .next()
            .map(|token| token.text().to_owned())
            .unwrap_or_default()
    }

    /// The left operand.
    pub fn needle(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }

    /// What stands in the parentheses.
    pub fn values(&self) -> Vec<Expr> {
        in_parentheses(&self.0)
    }
}

node! {
    /// `value between (low .. high)`.
    Between = BetweenExpression
}

impl Between {
    /// Whether it is `!between`.
    pub fn is_negated(&self) -> bool {
        tokens(&self.0)
            .next()
            .is_some_and(|token| token.kind() == SyntaxKind::NotWord)
    }

    /// Value, low and high end.
    pub fn operands(&self) -> Vec<Expr> {
        expressions(&self.0).collect()
    }
}

node! {
    /// `(inner)`.
    Paren = ParenthesizedExpression
}

impl Paren {
    /// What stands in the parentheses.
    pub fn inner(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }
}

node! {
    /// `typeof(type)` or `typeof(name: type, …)`.
    TypeOf = TypeOfExpression
}

impl TypeOf {
    /// The name of the type, when there is one.
    pub fn type_name(&self) -> Option<String> {
        tokens(&self.0)
            .filter(|token| token.kind() == SyntaxKind::Word)
            .nth(1)
            .map(|token| token.text().to_owned())
    }

    /// Whether it is a table type that begins with `*`, the columns of the table at hand.
    pub fn is_open(&self) -> bool {
        child(&self.0, SyntaxKind::ColumnDeclarations)
            .is_some_and(|columns| has_child(&columns, SyntaxKind::Star))
    }

    /// The columns, when it is a table type.
    pub fn columns(&self) -> Vec<ColumnDeclaration> {
        child(&self.0, SyntaxKind::ColumnDeclarations)
            .map(|columns| ColumnDeclaration::list(&columns))
            .unwrap_or_default()
    }
}

/// The expressions of a list in parentheses.
fn in_parentheses(node: &SyntaxNode) -> Vec<Expr> {
    let list = child(node, SyntaxKind::Arguments);
    list.map(|list| expressions(&list).collect())
        .unwrap_or_default()
}
