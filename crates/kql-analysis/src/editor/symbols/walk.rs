//! Statements, queries and expressions: which names they declare and which they use.

use kql_syntax::SyntaxKind::{
    self, Arguments, Body, CallExpression, ColumnDeclaration, ColumnDeclarations, DeclareStatement,
    DynamicLiteral, ExpressionStatement, Lambda, LetStatement, MemberExpression, NameReference,
    NamedExpression, OperatorParameter, Parameter, Parameters, ParenthesizedExpression, Pipeline,
    SetStatement, TypeOfExpression, WildcardName,
};
use kql_syntax::SyntaxNode;
use kql_syntax::ast::{Name, Operator, Pattern};

use super::{Columns, SymbolKind, Symbols};

/// Child nodes that are names.
pub(super) fn names(node: &SyntaxNode) -> Vec<SyntaxNode> {
    of_kind(node, NameReference)
}

/// Child nodes of a kind.
pub(super) fn of_kind(node: &SyntaxNode, kind: SyntaxKind) -> Vec<SyntaxNode> {
    node.children()
        .filter(|child| child.kind() == kind)
        .collect()
}

/// The first child node of a kind.
pub(super) fn first(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

/// The text of a name.
pub(super) fn text(name: &SyntaxNode) -> String {
    Name::cast(name.clone())
        .map(|name| name.text())
        .unwrap_or_default()
}

impl<'c> Symbols<'c> {
    /// Statements of a query or of a function's body; gives the columns of the last table.
    pub(super) fn statements(&mut self, node: &SyntaxNode) -> Columns<'c> {
        let mut last = Columns::default();
        for child in node.children() {
            match child.kind() {
                LetStatement => self.let_statement(&child),
                ExpressionStatement => {
                    if let Some(query) = child.children().next() {
                        last = self.query(&query, &Columns::default());
                    }
                }
                DeclareStatement => match Pattern::of(&child) {
                    Some(pattern) => self.pattern(&pattern),
                    None => self.parameters(&child),
                },
                SetStatement => {}
                _ => self.children(&child, &Columns::default()),
            }
        }
        last
    }

    fn let_statement(&mut self, node: &SyntaxNode) {
        let mut children = node.children();
        let Some(name) = children.next().filter(|name| name.kind() == NameReference) else {
            return;
        };
        let Some(value) = children.next() else {
            return;
        };
        let (kind, columns) = match value.kind() {
            Lambda => (SymbolKind::Function, self.lambda(&value)),
            _ => (SymbolKind::Let, self.query(&value, &Columns::default())),
        };
        if let Some((text, id)) = self.declare(&name, kind) {
            self.define(text, id, columns);
        }
    }

    fn lambda(&mut self, node: &SyntaxNode) -> Columns<'c> {
        self.scopes.push(Default::default());
        if let Some(parameters) = first(node, Parameters) {
            self.parameters(&parameters);
        }
        let body = first(node, Body);
        let columns = body.map(|body| self.statements(&body)).unwrap_or_default();
        self.scopes.pop();
        columns
    }

    fn pattern(&mut self, pattern: &Pattern) {
        self.scopes.push(Default::default());
        for parameter in pattern.parameters().into_iter().chain(pattern.path()) {
            let name = first(parameter.syntax(), NameReference);
            let declared = name.and_then(|name| self.declare(&name, SymbolKind::Parameter));
            if let Some((text, id)) = declared {
                self.define(text, id, Columns::default());
            }
        }
        for case in pattern.cases() {
            self.scopes.push(Default::default());
            self.statements(case.body.syntax());
            self.scopes.pop();
        }
        self.scopes.pop();
        let name = first(pattern.syntax(), NameReference);
        let declared = name.and_then(|name| self.declare(&name, SymbolKind::Function));
        if let Some((text, id)) = declared {
            self.define(text, id, Columns::default());
        }
    }

    fn parameters(&mut self, list: &SyntaxNode) {
        for parameter in of_kind(list, Parameter) {
            let mut children = parameter.children();
            let Some(name) = children.next().filter(|name| name.kind() == NameReference) else {
                continue;
            };
            for default in children {
                self.expression(&default, &Columns::default());
            }
            if let Some((text, id)) = self.declare(&name, SymbolKind::Parameter) {
                self.define(text, id, Columns::default());
            }
        }
    }

    /// An expression that may be a table; gives its columns.
    pub(super) fn query(&mut self, node: &SyntaxNode, outer: &Columns<'c>) -> Columns<'c> {
        match node.kind() {
            Pipeline => {
                let mut children = node.children();
                let source = children.next();
                let columns = source.map(|source| self.query(&source, outer));
                self.operators(children, columns.unwrap_or_default())
            }
            ParenthesizedExpression => match node.children().next() {
                Some(inner) => self.query(&inner, outer),
                None => Columns::default(),
            },
            NameReference => self.table(node, outer),
            CallExpression => self.tabular_call(node, outer),
            _ if Operator::cast(node.clone()).is_some() => self.operator(node, Columns::default()),
            _ => {
                self.expression(node, outer);
                Columns::default()
            }
        }
    }

    pub(super) fn operators(
        &mut self,
        operators: impl Iterator<Item = SyntaxNode>,
        columns: Columns<'c>,
    ) -> Columns<'c> {
        operators.fold(columns, |columns, operator| {
            self.operator(&operator, columns)
        })
    }

    fn table(&mut self, node: &SyntaxNode, outer: &Columns<'c>) -> Columns<'c> {
        let name = text(node);
        self.refer(node, outer);
        if let Some(declared) = self.lookup(&name) {
            return declared.columns.clone();
        }
        let schema = self.catalog.tables.get(&name);
        Columns {
            known: Default::default(),
            tables: schema.into_iter().collect(),
        }
    }

    fn tabular_call(&mut self, node: &SyntaxNode, outer: &Columns<'c>) -> Columns<'c> {
        let name = names(node).first().map(text).unwrap_or_default();
        let arguments = first(node, Arguments);
        if matches!(name.as_str(), "materialize" | "view") {
            let inner = arguments.and_then(|list| list.children().next());
            return inner
                .map(|inner| self.query(&inner, outer))
                .unwrap_or_default();
        }
        self.expression(node, outer);
        let declared = self.lookup(&name);
        declared
            .map(|declared| declared.columns.clone())
            .unwrap_or_default()
    }

    /// The names in an expression.
    pub(super) fn expression(&mut self, node: &SyntaxNode, columns: &Columns<'c>) {
        match node.kind() {
            NameReference => {
                self.refer(node, columns);
            }
            Pipeline => {
                self.query(node, columns);
            }
            CallExpression => self.call(node, columns),
            MemberExpression => self.member(node, columns),
            NamedExpression => {
                for value in node.children().skip(1) {
                    self.expression(&value, columns);
                }
            }
            DynamicLiteral | TypeOfExpression | OperatorParameter | ColumnDeclarations
            | ColumnDeclaration | WildcardName => {}
            _ if Operator::cast(node.clone()).is_some() => {
                self.operator(node, Columns::default());
            }
            _ => self.children(node, columns),
        }
    }

    pub(super) fn children(&mut self, node: &SyntaxNode, columns: &Columns<'c>) {
        for child in node.children() {
            self.expression(&child, columns);
        }
    }

    fn call(&mut self, node: &SyntaxNode, columns: &Columns<'c>) {
        if let Some(name) = names(node).first()
            && let Some(id) = self.lookup(&text(name)).map(|declared| declared.id)
        {
            let range = kql_syntax::ast::range_of(name);
            self.places.push((range, id, false));
        }
        if let Some(arguments) = first(node, Arguments) {
            self.children(&arguments, columns);
        }
    }

    /// `base.name`: the name is a key of a value, not a column.
    fn member(&mut self, node: &SyntaxNode, columns: &Columns<'c>) {
        let mut children = node.children();
        if let Some(base) = children.next() {
            self.expression(&base, columns);
        }
        for member in children.filter(|member| member.kind() == CallExpression) {
            self.expression(&member, columns);
        }
    }
}
