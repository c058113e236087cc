//! Calls of functions: once for constants, once per distinct text, or row by row.

use kql_analysis::plan::{Expr, ExprKind};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::window;
use crate::builder::ColumnBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::{Context, NEIGHBOURS};
use crate::functions::{Ctx, Kernel, kernel, kernel_of_constants};
use crate::operators::Runner;
use crate::table::Table;

impl Runner<'_> {
    pub(super) fn call(
        &mut self,
        name: &str,
        args: &[Expr],
        ty: ScalarType,
        table: &Table,
    ) -> Result<Column, EvalError> {
        let columns = self.each_column(args, table)?;
        if let Some(window) = window::function(name) {
            self.note(|trace| trace.context(Context::Neighbours(NEIGHBOURS)));
            return Ok(window(&columns, ty, table.rows()));
        }
        let ctx = Ctx {
            now: self.options.now,
            limits: self.options.limits,
        };
        if name == "assert" && table.rows() == 0 && args.iter().all(is_constant) {
            // A condition that does not hold ends the query even where there is no row.
            self.constant_call(name, args, ty)?;
        }
        let of_constants = match args {
            [only] if is_constant(only) => kernel_of_constants(name),
            _ => None,
        };
        match of_constants.or_else(|| kernel(name)) {
            Some(Kernel::Row(row)) => {
                map_rows(&columns, ty, table.rows(), |values| row(&ctx, values))
            }
            Some(Kernel::Typed(typed)) => {
                let types: Vec<ScalarType> = args.iter().map(|arg| arg.ty).collect();
                map_rows(&columns, ty, table.rows(), |values| {
                    typed(&ctx, values, &types)
                })
            }
            None => Err(
                EvalError::new(format!("the function {name} is not supported"))
                    .with_hint("The support page lists the functions that are."),
            ),
        }
    }
}

impl Runner<'_> {
    /// A call of constants, computed once.
    fn constant_call(
        &mut self,
        name: &str,
        args: &[Expr],
        ty: ScalarType,
    ) -> Result<Column, EvalError> {
        let unit = Table::with_rows(Default::default(), Vec::new(), 1);
        self.call(name, args, ty, &unit)
    }
}

/// Whether an expression is made of constants of the query alone.
fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) => true,
        ExprKind::Call(_, args) => args.iter().all(is_constant),
        _ => false,
    }
}

/// The column of a function's results over the rows of its arguments.
pub(super) fn map_rows(
    args: &[Column],
    ty: ScalarType,
    rows: usize,
    mut function: impl FnMut(&[Value]) -> Result<Value, EvalError>,
) -> Result<Column, EvalError> {
    let mut values: Vec<Value> = args.iter().map(|column| column.get(0)).collect();
    let varying = |column: &&Column| column.as_constant().is_none();
    let mut changing = args.iter().enumerate().filter(|(_, arg)| varying(arg));
    match (changing.next(), changing.next()) {
        _ if rows == 0 => Ok(ColumnBuilder::new(ty).finish()),
        (None, _) => Ok(Column::constant(&function(&values)?, ty, rows)),
        (Some((place, column)), None) if column.texts().is_some() => {
            map_texts(column, ty, |text| {
                if let Some(slot) = values.get_mut(place) {
                    *slot = text;
                }
                function(&values)
            })
        }
        _ => {
            let mut result = ColumnBuilder::new(ty);
            for row in 0..rows {
                let cells = values.iter_mut().zip(args);
                cells.for_each(|(value, column)| *value = column.get(row));
                result.push(&function(&values)?);
            }
            Ok(result.finish())
        }
    }
}

/// The results of a function of one text column, computed when a text is first met.
fn map_texts(
    column: &Column,
    ty: ScalarType,
    mut function: impl FnMut(Value) -> Result<Value, EvalError>,
) -> Result<Column, EvalError> {
    let Some((codes, texts)) = column.texts() else {
        return Ok(ColumnBuilder::new(ty).finish());
    };
    let mut known: Vec<Option<Value>> = vec![None; texts.len()];
    let mut result = ColumnBuilder::new(ty);
    for row in 0..codes.len() {
        let code = codes.get(row).unwrap_or_default();
        let Some(slot) = known.get_mut(code as usize) else {
            continue;
        };
        if slot.is_none() {
            *slot = Some(function(column.get(row))?);
        }
        result.push(slot.as_ref().unwrap_or(&Value::Null));
    }
    Ok(result.finish())
}
