//! Functions of the columns around a call, which the binder writes out because it knows the columns.

use std::ops::Range;

use kql_syntax::ast::Expr as Syntax;

use super::super::Binder;
use super::super::literals::constant;
use super::super::names::derived;
use super::super::scope::Row;
use crate::plan::{Expr, ExprKind};
use crate::registry::function_signatures;
use crate::types::{ScalarType, Schema};
use crate::value::Value;

impl Binder<'_> {
    /// `column_ifexists("name", default)`: decided here, because the columns are known.
    pub(super) fn column_if_exists(
        &mut self,
        arguments: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let [column, default] = arguments else {
            let message = "`column_ifexists` takes a column name and a value";
            self.error("RS2010", message, None, range);
            return None;
        };
        let name = self.expression(column, row)?;
        let ExprKind::Literal(Value::String(text)) = &name.kind else {
            let message = "the column name must be a text constant";
            self.error("RS2013", message, None, column.range());
            return None;
        };
        let default = self.expression(default, row)?;
        let known = |schema| Some((schema, Schema::index_of(schema, text)?));
        let Some((schema, index)) = row.schema.and_then(known) else {
            return Some(Expr { range, ..default });
        };
        let column = self.column(schema, index, range);
        // The checker takes the type of the other value, the engine the column's.
        let ty = if self.is_checker() {
            default.ty
        } else {
            column.ty
        };
        Some(Expr { ty, ..column })
    }

    /// `pack_all(ignore_null_empty?)`: a bag of all columns. The engine's call has the flag first and then
    /// names and values in turn.
    pub(super) fn pack_all(
        &mut self,
        flag: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let flag = match flag {
            [] => constant(Value::Bool(false), ScalarType::Bool, range.clone()),
            [flag] => self.predicate(flag, &Row::none())?,
            _ => {
                let message = "`pack_all` takes at most one argument";
                self.error("RS2010", message, None, range);
                return None;
            }
        };
        let Some(schema) = row.schema else {
            let message = "`pack_all` needs the columns of a table";
            self.error("RS2004", message, None, range);
            return None;
        };
        let all: Vec<usize> = (0..schema.len()).collect();
        self.packed(schema, &all, flag, range)
    }

    /// A bag of columns under their own names; the flag leaves out empty ones.
    pub(crate) fn packed(
        &self,
        schema: &Schema,
        columns: &[usize],
        flag: Expr,
        range: Range<usize>,
    ) -> Option<Expr> {
        let pack = function_signatures("pack_all").first()?;
        let mut arguments = vec![flag];
        for index in columns {
            let key = Value::String(schema.columns.get(*index)?.name.as_str().into());
            arguments.push(constant(key, ScalarType::String, range.clone()));
            arguments.push(self.column(schema, *index, range.clone()));
        }
        Some(Expr {
            kind: ExprKind::Call(pack.declared, arguments),
            ty: ScalarType::Dynamic,
            range,
        })
    }

    /// `bag_pack_columns(a, b)`: a bag of columns under their own names.
    pub(super) fn pack_columns(
        &mut self,
        columns: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let pack = function_signatures("bag_pack").first()?;
        let mut arguments = Vec::new();
        for column in columns {
            let value = self.expression(column, row)?;
            let Some(name) = derived(column).filter(|_| matches!(value.kind, ExprKind::Column(_)))
            else {
                let message = "`bag_pack_columns` takes names of columns";
                self.error("RS2019", message, None, column.range());
                return None;
            };
            let key = Value::String(name.into());
            arguments.push(constant(key, ScalarType::String, column.range()));
            arguments.push(value);
        }
        Some(Expr {
            kind: ExprKind::Call(pack.declared, arguments),
            ty: ScalarType::Dynamic,
            range,
        })
    }

    /// A call that may have `*` as its only argument, for all columns.
    pub(super) fn of_columns(
        &mut self,
        name: &str,
        columns: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let mut arguments = Vec::new();
        for column in columns {
            match (column, row.schema) {
                (Syntax::Star(_) | Syntax::Wildcard(_), Some(schema)) if columns.len() == 1 => {
                    let all =
                        (0..schema.len()).map(|index| self.column(schema, index, column.range()));
                    arguments.extend(all);
                }
                _ => arguments.push(self.expression(column, row)?),
            }
        }
        self.called(name, arguments, range)
    }

    /// `column_names_of(table)`: known before the query runs.
    pub(super) fn column_names(
        &mut self,
        arguments: &[Syntax],
        range: Range<usize>,
    ) -> Option<Expr> {
        let [table] = arguments else {
            self.error("RS2010", "`column_names_of` takes one table", None, range);
            return None;
        };
        let schema = self.tabular(table)?.schema;
        let names = schema.columns.iter();
        let names: Vec<Value> = names
            .map(|column| Value::String(column.name.as_str().into()))
            .collect();
        Some(constant(Value::array(names), ScalarType::Dynamic, range))
    }
}
