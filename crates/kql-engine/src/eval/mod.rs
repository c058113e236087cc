//! Evaluation of expressions over the rows of a table, column by column.
//!
//! What is constant is computed once, and what depends on one text column alone is computed once per
//! distinct text.

mod by_texts;
mod call;
mod condition;
mod membership;
mod reach;
mod typed;
mod window;

use kql_analysis::plan::{Expr, ExprKind};
use kql_analysis::value::Value;
use kql_syntax::apart;

use crate::column::Column;
use crate::error::EvalError;
use crate::interrupt;
use crate::operators::Runner;
use crate::table::Table;

/// Whether a function reads the rows around a row.
pub(crate) fn is_window(name: &str) -> bool {
    window::function(name).is_some()
}

impl Runner<'_> {
    /// The expression's value in every row.
    pub(crate) fn column(&mut self, expr: &Expr, table: &Table) -> Result<Column, EvalError> {
        let column = self.evaluate(expr, table).and_then(|column| {
            interrupt::still_wanted()?;
            Ok(column)
        });
        column.map_err(|error| error.at(expr.range.clone()))
    }

    /// The values of several expressions in every row.
    pub(crate) fn each_column(
        &mut self,
        exprs: &[Expr],
        table: &Table,
    ) -> Result<Vec<Column>, EvalError> {
        exprs.iter().map(|expr| self.column(expr, table)).collect()
    }

    /// The value of an expression without columns.
    pub(crate) fn constant(&mut self, expr: &Expr) -> Result<Value, EvalError> {
        let unit = Table::with_rows(Default::default(), Vec::new(), 1);
        let mut over = false;
        self.note(|trace| over = trace.over_input(false));
        let value = self.column(expr, &unit)?.get(0);
        self.note(|trace| {
            trace.over_input(over);
        });
        Ok(value)
    }

    fn evaluate(&mut self, expr: &Expr, table: &Table) -> Result<Column, EvalError> {
        let rows = table.rows();
        if let Some(column) = apart(|| self.by_texts(expr, table))? {
            return Ok(column);
        }
        match &expr.kind {
            ExprKind::Literal(value) => Ok(Column::constant(value, expr.ty, rows)),
            ExprKind::Column(index) => table
                .column(*index)
                .cloned()
                .ok_or_else(|| EvalError::new("the table lacks a column that the query reads")),
            ExprKind::Scalar(index) => {
                let value = self.scalar(*index)?;
                Ok(Column::constant(&value, expr.ty, rows))
            }
            ExprKind::Call(function, args) => {
                apart(|| self.call(function.name, args, expr.ty, table))
            }
            ExprKind::Index(base, index) => {
                let args = [self.column(base, table)?, self.column(index, table)?];
                let room = self.room();
                apart(|| call::map_rows(&args, expr.ty, rows, room, |values| Ok(element(values))))
            }
            ExprKind::In(list) => apart(|| self.membership(list, table)),
            ExprKind::Array(items) => {
                let items = self.each_column(items, table)?;
                let room = self.room();
                let array = |values: &[Value]| Ok(Value::array(values.to_vec()));
                apart(|| call::map_rows(&items, expr.ty, rows, room, array))
            }
        }
    }
}

/// Member of a bag or element of an array, counted from the end when negative; null when there is none.
fn element(values: &[Value]) -> Value {
    let found = match values {
        [Value::Bag(bag), Value::String(key)] => bag.get(key.as_ref()),
        [Value::Array(items), Value::Long(index)] => nth(items, *index),
        [Value::Array(items), Value::Int(index)] => nth(items, i64::from(*index)),
        _ => None,
    };
    found.cloned().unwrap_or(Value::Null)
}

fn nth(items: &[Value], index: i64) -> Option<&Value> {
    let index = if index < 0 {
        index.checked_add(items.len() as i64)?
    } else {
        index
    };
    items.get(usize::try_from(index).ok()?)
}
