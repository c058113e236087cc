//! Calls of functions: once for constants, once per distinct text, or row by row.

use std::sync::Arc;

use kql_analysis::plan::{Expr, ExprKind};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::{typed, window};
use crate::builder::ColumnBuilder;
use crate::codes::Codes;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::{Context, NEIGHBOURS};
use crate::functions::{Ctx, Kernel, kernel, kernel_of_constants};
use crate::interrupt::Pace;
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
        let mut lookups = 0;
        self.note(|trace| lookups = trace.lookups());
        let columns = self.each_column(args, table)?;
        if let Some(window) = window::function(name) {
            self.note(|trace| {
                // What an argument looks up for other rows than its own is not told apart.
                let alone = trace.is_over_input() && trace.lookups() == lookups;
                let reach = || window::reach(name, &columns, table.rows());
                let near = alone.then(reach).flatten();
                trace.context(near.map_or(Context::Neighbours(NEIGHBOURS), Context::Ranges));
            });
            return Ok(window(&columns, ty, table.rows()));
        }
        if let Some(column) = typed::call(name, &columns, ty) {
            return Ok(column);
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
        (Some((place, column)), None) if let Some((codes, texts)) = repeated(column) => {
            map_texts(codes, texts, ty, |text| {
                if let Some(slot) = values.get_mut(place) {
                    *slot = text;
                }
                function(&values)
            })
        }
        _ => {
            let mut result = ColumnBuilder::new(ty);
            let mut pace = Pace::default();
            for row in 0..rows {
                pace.row()?;
                let cells = values.iter_mut().zip(args);
                cells.for_each(|(value, column)| *value = column.get(row));
                result.push(&function(&values)?);
            }
            Ok(result.finish())
        }
    }
}

/// The codes and texts of a column that has not many more texts than rows.
fn repeated(column: &Column) -> Option<(&Codes, &[Arc<str>])> {
    let (codes, texts) = column.texts()?;
    (texts.len() / 4 <= codes.len()).then_some((codes, texts))
}

/// The results of a function of one text column, computed when a text is first met.
fn map_texts(
    codes: &Codes,
    texts: &[Arc<str>],
    ty: ScalarType,
    mut function: impl FnMut(Value) -> Result<Value, EvalError>,
) -> Result<Column, EvalError> {
    /// Stands for a text that has not been met.
    const UNMET: u32 = u32::MAX;
    let mut places = vec![UNMET; texts.len()];
    let mut results = ColumnBuilder::new(ty);
    let mut rows = Vec::with_capacity(codes.len());
    let mut failed = None;
    codes.for_each(|code| {
        let known = places.get_mut(code as usize).zip(texts.get(code as usize));
        let Some((place, text)) = known else {
            return;
        };
        if *place == UNMET && failed.is_none() {
            *place = results.len() as u32;
            match function(Value::String(Arc::clone(text))) {
                Ok(result) => results.push(&result),
                Err(error) => failed = Some(error),
            }
        }
        rows.push(*place);
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(results.finish().take(&rows)),
    }
}
