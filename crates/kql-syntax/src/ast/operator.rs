//! Pipelines and tabular operators with their clauses.

use super::{Call, Expr, Name, child, children, expressions, node, tokens};
use crate::syntax_kind::{SyntaxElement, SyntaxKind, SyntaxNode};

node! {
    /// A source and the operators after its pipes.
    Pipeline = Pipeline
}

impl Pipeline {
    /// What the first operator reads.
    pub fn source(&self) -> Option<Expr> {
        self.0.children().next().and_then(Expr::cast)
    }

    /// The operators in order.
    pub fn operators(&self) -> Vec<Operator> {
        self.0
            .children()
            .skip(1)
            .filter_map(Operator::cast)
            .collect()
    }
}

node! {
    /// Operators that read the rows around them (`mv-apply … on (…)`, `partition by … (…)`).
    Subquery = Subquery
}

impl Subquery {
    /// The operators in order.
    pub fn operators(&self) -> Vec<Operator> {
        self.0.children().filter_map(Operator::cast).collect()
    }
}

/// A tabular operator; [`Operator::kind`] says which.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Operator(SyntaxNode);

impl Operator {
    /// The typed view of an operator's node.
    pub fn cast(node: SyntaxNode) -> Option<Self> {
        let kind = node.kind();
        (SyntaxKind::WhereOperator <= kind && kind <= SyntaxKind::UnknownOperator)
            .then_some(Self(node))
    }

    /// The node.
    pub fn syntax(&self) -> &SyntaxNode {
        &self.0
    }

    /// Kind of the node, such as `WhereOperator`.
    pub fn kind(&self) -> SyntaxKind {
        self.0.kind()
    }

    /// Its place in UTF-8 bytes, from the keyword to the end.
    pub fn range(&self) -> std::ops::Range<usize> {
        super::range_of(&self.0)
    }

    /// The keyword as written.
    pub fn keyword(&self) -> String {
        self.0
            .first_token()
            .map(|token| token.text().to_owned())
            .unwrap_or_default()
    }

    /// Parameters such as `kind=inner` and `hint.strategy=shuffle`.
    pub fn parameters(&self) -> Vec<OperatorParameter> {
        children(&self.0, SyntaxKind::OperatorParameter)
            .map(OperatorParameter)
            .collect()
    }

    /// Value of a parameter as text.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters()
            .into_iter()
            .find(|parameter| parameter.name() == name)
            .map(|parameter| parameter.value())
    }

    /// The first expression that is a direct child: a predicate, a count, the right side of a join.
    pub fn expression(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }

    /// The comma-separated expressions of the operator.
    pub fn list(&self) -> Vec<Expr> {
        child(&self.0, SyntaxKind::Expressions)
            .map(|list| expressions(&list).collect())
            .unwrap_or_default()
    }

    /// The comma-separated sort keys of `sort`, `top` and `project-reorder`.
    pub fn ordered(&self) -> Vec<Ordered> {
        child(&self.0, SyntaxKind::Expressions)
            .map(|list| {
                children(&list, SyntaxKind::OrderedExpression)
                    .map(Ordered)
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The items of the operator's list as nodes: expressions, ordered expressions, wildcards, and the
    /// clauses that belong to the item before them.
    pub fn items(&self) -> Vec<SyntaxNode> {
        child(&self.0, SyntaxKind::Expressions)
            .map(|list| list.children().collect())
            .unwrap_or_default()
    }

    /// The expressions of the `by` clause.
    pub fn by(&self) -> Vec<Expr> {
        child(&self.0, SyntaxKind::ByClause)
            .and_then(|clause| child(&clause, SyntaxKind::Expressions))
            .map(|list| expressions(&list).collect())
            .unwrap_or_default()
    }

    /// The expressions of the `on` clause.
    pub fn on(&self) -> Vec<Expr> {
        child(&self.0, SyntaxKind::OnClause)
            .map(|clause| match child(&clause, SyntaxKind::Expressions) {
                Some(list) => expressions(&list).collect(),
                None => expressions(&clause).collect(),
            })
            .unwrap_or_default()
    }

    /// The expression of a clause such as `from`, `to`, `step`, `limit`.
    pub fn clause(&self, kind: SyntaxKind) -> Option<Expr> {
        child(&self.0, kind).and_then(|clause| expressions(&clause).next())
    }

    /// The name given by `as`, `range` or `render`.
    pub fn name(&self) -> Option<Name> {
        child(&self.0, SyntaxKind::NameReference).map(Name)
    }

    /// Declared columns of `datatable`, `externaldata`, `parse-kv`.
    pub fn columns(&self) -> Vec<ColumnDeclaration> {
        child(&self.0, SyntaxKind::ColumnDeclarations)
            .map(|columns| ColumnDeclaration::list(&columns))
            .unwrap_or_default()
    }

    /// The call of `evaluate` and `invoke`.
    pub fn call(&self) -> Option<Call> {
        child(&self.0, SyntaxKind::CallExpression).map(Call)
    }
}

node! {
    /// A parameter of an operator.
    OperatorParameter = OperatorParameter
}

impl OperatorParameter {
    /// Its name; hints keep their prefix: `hint.strategy`.
    pub fn name(&self) -> String {
        if let Some(name) = child(&self.0, SyntaxKind::NameReference) {
            return name.text().to_string();
        }
        tokens(&self.0)
            .take_while(|token| token.kind() != SyntaxKind::Equal)
            .map(|token| token.text().to_owned())
            .collect()
    }

    /// Its value, when that is an expression: in a `with` clause, and behind `kind=` a name.
    pub fn expression(&self) -> Option<Expr> {
        let name = child(&self.0, SyntaxKind::NameReference);
        expressions(&self.0)
            .filter(|value| name.as_ref() != Some(value.syntax()))
            .last()
    }

    /// Its value as written.
    pub fn value(&self) -> String {
        self.0
            .children_with_tokens()
            .filter(|element| !element.kind().is_trivia())
            .skip_while(|element| element.kind() != SyntaxKind::Equal)
            .skip(1)
            .map(|element| match element {
                SyntaxElement::Node(node) => node.text().to_string(),
                SyntaxElement::Token(token) => token.text().to_owned(),
            })
            .collect()
    }
}

node! {
    /// An expression with a direction.
    Ordered = OrderedExpression
}

impl Ordered {
    /// What is ordered by; absent for a wildcard.
    pub fn expression(&self) -> Option<Expr> {
        self.0.children().next().and_then(Expr::cast)
    }

    /// Whether a word such as `asc` or `first` is there.
    pub fn has(&self, word: &str) -> bool {
        tokens(&self.0).any(|token| token.text() == word)
    }
}

node! {
    /// `name: type`.
    ColumnDeclaration = ColumnDeclaration
}

impl ColumnDeclaration {
    /// The declarations in a list.
    pub(crate) fn list(columns: &SyntaxNode) -> Vec<Self> {
        children(columns, SyntaxKind::ColumnDeclaration)
            .map(Self)
            .collect()
    }

    /// The column's name.
    pub fn name(&self) -> Option<Name> {
        child(&self.0, SyntaxKind::NameReference).map(Name)
    }

    /// The name of its type, when given.
    pub fn type_name(&self) -> Option<String> {
        let word = tokens(&self.0).find(|token| token.kind() == SyntaxKind::Word)?;
        Some(word.text().to_owned())
    }
}
