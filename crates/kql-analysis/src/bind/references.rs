//! What names, members and indexes in an expression refer to.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Index, Lambda, Member};

use super::Binder;
use super::expressions::has_column;
use super::literals::constant;
use super::scope::{Binding, Row};
use crate::catalog::nearest;
use crate::plan::{Expr, ExprKind};
use crate::types::{ScalarType, Schema};
use crate::value::Value;

/// Code of a column that only running the query can tell to exist.
pub(crate) const UNDECLARED: &str = "RS3003";

impl Binder<'_> {
    /// A column of a schema, by index.
    pub(crate) fn column(&self, schema: &Schema, index: usize, range: Range<usize>) -> Expr {
        let column = schema.columns.get(index);
        let ty = column.map_or(ScalarType::Unknown, |column| column.ty);
        Expr {
            kind: ExprKind::Column(index),
            ty,
            range,
        }
    }

    /// A name: a column of the row, or else what the query declares.
    pub(crate) fn name(&mut self, name: &str, row: &Row<'_>, range: Range<usize>) -> Option<Expr> {
        if let Some(schema) = row.schema
            && let Some(index) = schema.index_of(name)
        {
            return Some(self.column(schema, index, range));
        }
        match self.lookup(name) {
            Some(Binding::Scalar { expr, row: owner }) => {
                let (expr, owner) = (expr.as_ref().clone(), *owner);
                self.argument_of_row(expr, owner, row, range)
            }
            Some(Binding::Table(_)) => {
                let message = format!("`{name}` is a table, not a value");
                let hint = format!("use `toscalar({name})` for its first value");
                self.error("RS2004", &message, Some(hint), range);
                None
            }
            Some(Binding::Lambda { lambda, .. }) if needs_no_argument(lambda) => {
                self.call_lambda(name, &[], row, range)
            }
            Some(Binding::Lambda { .. }) => {
                let message = format!("`{name}` is a function, not a value");
                let hint = format!("call it: `{name}()`");
                self.error("RS2004", &message, Some(hint), range);
                None
            }
            Some(Binding::Pattern { .. }) => {
                let message = format!("`{name}` is a pattern, not a value");
                let hint = format!("it gives a table: `{name}(\"text\")`");
                self.error("RS2004", &message, Some(hint), range);
                None
            }
            Some(Binding::Erroneous) => None,
            Some(Binding::Element(_)) => Some(constant(Value::Null, ScalarType::Dynamic, range)),
            None => self.unknown_name(name, row, range),
        }
    }

    /// A lambda's argument; one with columns belongs to the row of the call alone.
    fn argument_of_row(
        &mut self,
        expr: Expr,
        owner: usize,
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        if owner != row.id && has_column(&expr) {
            let message =
                "a value that differs from row to row cannot be used inside a table of its own";
            let hint = "join the tables instead".to_owned();
            self.error("RS3002", message, Some(hint), range);
            return None;
        }
        Some(Expr { range, ..expr })
    }

    /// A name that nobody declares: a column that an open table may have, or an error.
    fn unknown_name(&mut self, name: &str, row: &Row<'_>, range: Range<usize>) -> Option<Expr> {
        if row.schema.is_some_and(|schema| schema.open) {
            return self.inferred_column(name, range);
        }
        if let Some(context) = &self.aggregation
            && row.schema.is_none()
            && context.input.index_of(name).is_some()
        {
            let hint = "put it behind `by`, or inside an aggregate such as `take_any(…)`";
            let message = format!("`{name}` is a column, not an aggregate");
            self.error("RS2020", &message, Some(hint.to_owned()), range);
            return None;
        }
        let columns = row.schema.iter().flat_map(|schema| &schema.columns);
        let columns = columns.map(|column| column.name.as_str());
        let near = nearest(name, columns.chain(self.declared())).map(str::to_owned);
        let message = format!("there is no column or value `{name}`");
        self.misspelt("RS2006", &message, near, range.clone(), range);
        None
    }

    /// A column that an open table is believed to have.
    pub(crate) fn inferred_column(&mut self, name: &str, range: Range<usize>) -> Option<Expr> {
        if !self.inferred.iter().any(|known| known == name) {
            self.inferred.push(name.to_owned());
        }
        // One such column is enough to tell that the query cannot be run.
        let mut known = self.diagnostics.iter();
        if !known.any(|found| found.code == UNDECLARED) {
            let message = format!("reading `{name}`, which no table is known to have,");
            self.refuse(UNDECLARED, &message, None, range);
        }
        None
    }

    /// `base.name`: a column of what a pattern or a step names, or a property of a dynamic value.
    pub(super) fn member(&mut self, member: &Member, row: &Row<'_>) -> Option<Expr> {
        let range = member.range();
        let Some(Syntax::Name(name)) = member.member() else {
            self.unsupported("this path", range);
            return None;
        };
        if let Some(column) = self.element_column(member) {
            return column;
        }
        if let Some(column) = self.step_column(member, row) {
            return column;
        }
        let base = self.expression(&member.base()?, row)?;
        let text = Value::String(name.text().into());
        let key = constant(text, ScalarType::String, name.range());
        self.element(base, key, range)
    }

    /// `base[index]`.
    pub(super) fn index(&mut self, index: &Index, row: &Row<'_>) -> Option<Expr> {
        let base = self.expression(&index.base()?, row)?;
        let key = self.expression(&index.index()?, row)?;
        self.element(base, key, index.range())
    }

    /// A property or an element of a dynamic value.
    fn element(&mut self, base: Expr, key: Expr, range: Range<usize>) -> Option<Expr> {
        if !matches!(base.ty, ScalarType::Dynamic | ScalarType::Unknown) {
            let message = format!("a value of type {} has no members", base.ty.name());
            let hint = "convert it with `parse_json(…)` when it holds JSON text";
            self.error("RS2007", &message, Some(hint.to_owned()), range);
            return None;
        }
        let ty = base.ty;
        let kind = ExprKind::Index(Box::new(base), Box::new(key));
        Some(Expr { kind, ty, range })
    }
}

/// Whether a user function can be called by its name alone.
fn needs_no_argument(lambda: &Lambda) -> bool {
    let parameters = lambda.parameters();
    parameters
        .iter()
        .all(|parameter| parameter.default().is_some())
}
