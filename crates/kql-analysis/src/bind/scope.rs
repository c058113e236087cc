//! Names that a query declares, and the row that an expression may read.

use std::collections::BTreeMap;

use kql_syntax::ast::{Lambda, Pattern};

use super::Binder;
use crate::plan::Expr;
use crate::types::Schema;

/// What a declared name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Binding {
    /// A scalar; `row` is the row its columns belong to, when it has any.
    Scalar { expr: Box<Expr>, row: usize },
    /// An entry of the shared tables.
    Table(usize),
    /// A user function; it sees the first `depth` scopes.
    Lambda { lambda: Lambda, depth: usize },
    /// Tables by texts; their bodies see the first `depth` scopes.
    Pattern { pattern: Pattern, depth: usize },
    /// A node or an edge that a pattern of a graph names.
    Element(Box<super::graph::Element>),
    /// A name whose declaration has an error.
    Erroneous,
}

impl From<Expr> for Binding {
    fn from(expr: Expr) -> Self {
        Self::Scalar {
            expr: Box::new(expr),
            row: 0,
        }
    }
}

/// Names of one level: the query's, or a lambda body's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub names: BTreeMap<String, Binding>,
}

/// The columns that an expression may read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    /// Columns; `None` where only names declared by `let` are visible.
    pub schema: Option<&'a Schema>,
    /// Tells rows apart, so that a lambda's argument is not read from another row; 0 is no row.
    pub id: usize,
}

impl Row<'_> {
    /// No row at all.
    pub fn none() -> Self {
        Self {
            schema: None,
            id: 0,
        }
    }
}

impl Binder<'_> {
    /// The row of a table.
    pub(crate) fn row<'a>(&mut self, schema: &'a Schema) -> Row<'a> {
        self.rows += 1;
        Row {
            schema: Some(schema),
            id: self.rows,
        }
    }

    pub(crate) fn define(&mut self, name: String, binding: Binding) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.insert(name, binding);
        }
    }

    /// The innermost declaration of a name.
    pub(crate) fn lookup(&self, name: &str) -> Option<&Binding> {
        self.scopes
            .iter()
            .rev()
            .find_map(|scope| scope.names.get(name))
    }

    /// All declared names, for hints.
    pub(crate) fn declared(&self) -> impl Iterator<Item = &str> {
        self.scopes
            .iter()
            .flat_map(|scope| scope.names.keys().map(String::as_str))
    }
}
