//! Calls of functions: once for constants, once per distinct text, or row by row.

use std::sync::Arc;

use kql_analysis::plan::{Expr, ExprKind};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use kql_syntax::apart;

use super::{reach, typed, window};
use crate::builder::ColumnBuilder;
use crate::codes::Codes;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::{Context, NEIGHBOURS};
use crate::functions::{Ctx, Kernel, kernel, kernel_of_constants};
use crate::interrupt::{self, Pace};
use crate::operators::Runner;
use crate::room::{self, Room};
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
        let held = self.held();
        let columns = self.each_column(args, table)?;
        let pairs = args.iter().zip(&columns);
        pairs.for_each(|(arg, column)| self.hold(arg, column));
        let room = self.room();
        self.hold_again(held);
        room.check(0)?;
        interrupt::check()?;
        if let Some(window) = window::function(name) {
            self.note(|trace| {
                // What an argument looks up elsewhere for other rows than its own is not told apart.
                let inner = trace
                    .ranges_since(lookups)
                    .filter(|_| trace.is_over_input());
                let near = inner.map(|inner| {
                    let own = reach::reach(name, &columns, table.rows());
                    reach::joined(own, &inner)
                });
                trace.context(near.map_or(Context::Neighbours(NEIGHBOURS), Context::Ranges));
            });
            return window(&columns, ty, table.rows());
        }
        if let Some(column) = apart(|| typed::call(name, &columns, ty)) {
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
        let Some(kernel) = of_constants.or_else(|| kernel(name)) else {
            let message = format!("the function {name} is not supported");
            return Err(
                EvalError::new(message).with_hint("The support page lists the functions that are.")
            );
        };
        if let Kernel::Test(test) = kernel
            && let Some(column) = apart(|| typed::tested(test, &columns))
        {
            return Ok(column);
        }
        let types: Vec<ScalarType> = args.iter().map(|arg| arg.ty).collect();
        apart(|| {
            map_rows(&columns, ty, table.rows(), room, |values| {
                kernel.call(&ctx, values, &types)
            })
        })
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
    room: Room,
    mut function: impl FnMut(&[Value]) -> Result<Value, EvalError>,
) -> Result<Column, EvalError> {
    let mut values: Vec<Value> = args.iter().map(|column| column.get(0)).collect();
    let varying = |column: &&Column| column.as_constant().is_none();
    let mut changing = args.iter().enumerate().filter(|(_, arg)| varying(arg));
    match (changing.next(), changing.next()) {
        _ if rows == 0 => Ok(ColumnBuilder::new(ty).finish()),
        (None, _) => Ok(Column::constant(&function(&values)?, ty, rows)),
        (Some((place, column)), None) if let Some((codes, texts)) = repeated(column) => {
            let mut of_text = |text| {
                if let Some(slot) = values.get_mut(place) {
                    *slot = text;
                }
                function(&values)
            };
            if ty == ScalarType::Bool {
                let truth = |text: &Arc<str>| match of_text(Value::String(Arc::clone(text))) {
                    Ok(Value::Bool(truth)) => Some(truth),
                    _ => None,
                };
                if let Some(column) = truths_of_texts(codes, texts, truth) {
                    return Ok(column);
                }
            }
            map_texts(column, codes, texts, ty, room, of_text)
        }
        _ => {
            let mut result = ColumnBuilder::new(ty);
            let mut pace = Pace::default();
            let mut owned = 0;
            for row in 0..rows {
                pace.row()?;
                let cells = values.iter_mut().zip(args);
                cells.for_each(|(value, column)| *value = column.get(row));
                let value = function(&values)?;
                owned += owned_in(ty, &value);
                result.push(&value);
                room.check(result.held_bytes() + owned)?;
            }
            Ok(result.finish())
        }
    }
}

/// Bytes that a value owns in a column of a type: texts of text columns are counted with their dictionary.
fn owned_in(ty: ScalarType, value: &Value) -> usize {
    match ty {
        ScalarType::Dynamic | ScalarType::Unknown => room::owned(value),
        _ => 0,
    }
}

/// The codes and texts of a column that has not many more texts than rows.
pub(super) fn repeated(column: &Column) -> Option<(&Codes, &[Arc<str>])> {
    let (codes, texts) = column.texts()?;
    (texts.len() / 4 <= codes.len()).then_some((codes, texts))
}

/// The truth of each cell, given that of a text: of few texts all are asked about at once, of many, or when one
/// has none, each when it is first met. `None` when a text that was met has none, or when the run is to end.
pub(super) fn truths_of_texts(
    codes: &Codes,
    texts: &[Arc<str>],
    mut truth: impl FnMut(&Arc<str>) -> Option<bool>,
) -> Option<Column> {
    let mut pace = Pace::default();
    let mut asked = |text: &Arc<str>| truth(text).filter(|_| !pace.is_over());
    if texts.len() <= codes.len() / 4 {
        let of_code: Option<Vec<bool>> = texts.iter().map(&mut asked).collect();
        // What has no truth may stand in no row.
        if let Some(of_code) = of_code {
            return Some(Column::from_truths(codes.truths(&of_code)));
        }
    }
    let mut of_code: Vec<Option<bool>> = vec![None; texts.len()];
    let mut truths = Vec::with_capacity(codes.len());
    let mut goes_on = true;
    codes.for_each(|code| {
        let known = of_code.get_mut(code as usize).zip(texts.get(code as usize));
        let Some((slot, text)) = known.filter(|_| goes_on) else {
            return;
        };
        if slot.is_none() {
            *slot = asked(text);
        }
        match slot {
            Some(truth) => truths.push(*truth),
            None => goes_on = false,
        }
    });
    goes_on.then(|| Column::from_truths(truths))
}

/// The results of a function of one text column, computed when a text is first met. A function that changes no
/// text gives the column itself.
fn map_texts(
    column: &Column,
    codes: &Codes,
    texts: &[Arc<str>],
    ty: ScalarType,
    room: Room,
    mut function: impl FnMut(Value) -> Result<Value, EvalError>,
) -> Result<Column, EvalError> {
    /// Stands for a text that has not been met.
    const UNMET: u32 = u32::MAX;
    let mut places = vec![UNMET; texts.len()];
    let mut results = ColumnBuilder::new(ty);
    // Texts that are their own results, as long as all are.
    let mut unchanged = (ty == ScalarType::String && column.ty() == ty).then(Vec::new);
    let mut rows = Vec::with_capacity(codes.len());
    let (mut failed, mut owned) = (None, 0);
    let mut pace = Pace::default();
    let mut result = |text: &Arc<str>, place: &mut u32| {
        pace.row()?;
        let value = function(Value::String(Arc::clone(text)))?;
        if let Some(same) = &mut unchanged {
            *place = same.len() as u32;
            if matches!(&value, Value::String(result) if Arc::ptr_eq(result, text)) {
                same.push(value);
                return Ok(());
            }
            let same = unchanged.take().unwrap_or_default();
            same.iter().for_each(|text| results.push(text));
        }
        *place = results.len() as u32;
        owned += owned_in(ty, &value);
        results.push(&value);
        room.check(results.held_bytes() + owned)
    };
    codes.for_each(|code| {
        let known = places.get_mut(code as usize).zip(texts.get(code as usize));
        let Some((place, text)) = known else {
            return;
        };
        if *place == UNMET && failed.is_none() {
            failed = result(text, place).err();
        }
        rows.push(*place);
    });
    match failed {
        Some(error) => Err(error),
        None if unchanged.is_some() => Ok(column.clone()),
        // Each row has a text of its own.
        None if results.len() == rows.len() => Ok(results.finish()),
        None => results.finish().take_in_run(&rows),
    }
}
