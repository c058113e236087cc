//! Statements and lambdas.

use super::operator::ColumnDeclaration;
use super::{Expr, Name, child, children, expressions, node, tokens};
use crate::syntax_kind::{SyntaxKind, SyntaxNode};

node! {
    /// A whole query text.
    Query = Root
}

impl Query {
    pub(crate) fn of(root: SyntaxNode) -> Self {
        Self(root)
    }

    /// Statements in order.
    pub fn statements(&self) -> impl Iterator<Item = Statement> {
        self.0.children().filter_map(Statement::cast)
    }
}

/// A statement.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `let name = …`.
    Let(Let),
    /// `set option = value`.
    Set(Set),
    /// `alias`, `declare` or `restrict`: parsed and refused by name later.
    Other(SyntaxNode),
    /// A tabular or scalar expression.
    Expression(Expr),
}

impl Statement {
    fn cast(node: SyntaxNode) -> Option<Self> {
        match node.kind() {
            SyntaxKind::LetStatement => Some(Self::Let(Let(node))),
            SyntaxKind::SetStatement => Some(Self::Set(Set(node))),
            SyntaxKind::ExpressionStatement => Some(Self::Expression(expressions(&node).next()?)),
            SyntaxKind::AliasStatement
            | SyntaxKind::DeclareStatement
            | SyntaxKind::RestrictStatement => Some(Self::Other(node)),
            _ => None,
        }
    }
}

/// The parameters of `declare query_parameters (…)`; `None` for another statement.
pub fn query_parameters(statement: &SyntaxNode) -> Option<Vec<Parameter>> {
    let parameters: Vec<Parameter> = children(statement, SyntaxKind::Parameter)
        .map(Parameter)
        .collect();
    (!parameters.is_empty()).then_some(parameters)
}

node! {
    /// `let name = value`.
    Let = LetStatement
}

impl Let {
    /// The declared name.
    pub fn name(&self) -> Option<Name> {
        child(&self.0, SyntaxKind::NameReference).map(Name)
    }

    /// The value, unless it is a lambda.
    pub fn value(&self) -> Option<Expr> {
        expressions(&self.0).nth(1)
    }

    /// The lambda, when the value is one.
    pub fn lambda(&self) -> Option<Lambda> {
        child(&self.0, SyntaxKind::Lambda).map(Lambda)
    }
}

node! {
    /// `set option` or `set option = value`.
    Set = SetStatement
}

impl Set {
    /// Name of the option.
    pub fn name(&self) -> Option<Name> {
        child(&self.0, SyntaxKind::NameReference).map(Name)
    }

    /// Its value, when one is given.
    pub fn value(&self) -> Option<Expr> {
        expressions(&self.0).nth(1)
    }
}

node! {
    /// `(parameters) { statements }`.
    Lambda = Lambda
}

impl Lambda {
    /// Whether it is declared as a view: then wildcards and searches find it like a table.
    pub fn is_view(&self) -> bool {
        tokens(&self.0)
            .next()
            .is_some_and(|token| token.text() == "view")
    }

    /// Parameters in order.
    pub fn parameters(&self) -> Vec<Parameter> {
        child(&self.0, SyntaxKind::Parameters)
            .map(|list| {
                children(&list, SyntaxKind::Parameter)
                    .map(Parameter)
                    .collect()
            })
            .unwrap_or_default()
    }

    /// What stands in its braces.
    pub fn body(&self) -> Option<Body> {
        child(&self.0, SyntaxKind::Body).map(Body)
    }

    /// Statements of the body in order; the last one is the result.
    pub fn statements(&self) -> Vec<Statement> {
        self.body()
            .map(|body| body.statements())
            .unwrap_or_default()
    }
}

node! {
    /// `{ statements }`.
    Body = Body
}

impl Body {
    /// Statements in order; the last one is the result.
    pub fn statements(&self) -> Vec<Statement> {
        self.0.children().filter_map(Statement::cast).collect()
    }
}

node! {
    /// A parameter of a lambda.
    Parameter = Parameter
}

/// The declared type of a parameter.
#[derive(Clone, Debug)]
pub enum ParameterType {
    /// Name of a scalar type.
    Scalar(String),
    /// A table with at least these columns; none for `(*)`.
    Table(Vec<ColumnDeclaration>),
}

impl Parameter {
    /// The declared name.
    pub fn name(&self) -> Option<Name> {
        child(&self.0, SyntaxKind::NameReference).map(Name)
    }

    /// The declared type.
    pub fn ty(&self) -> Option<ParameterType> {
        if let Some(columns) = child(&self.0, SyntaxKind::ColumnDeclarations) {
            return Some(ParameterType::Table(ColumnDeclaration::list(&columns)));
        }
        let word = tokens(&self.0).find(|token| token.kind() == SyntaxKind::Word)?;
        Some(ParameterType::Scalar(word.text().to_owned()))
    }

    /// The default value.
    pub fn default(&self) -> Option<Expr> {
        expressions(&self.0).nth(1)
    }
}
