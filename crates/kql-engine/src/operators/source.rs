//! Where rows come from: given tables, literal rows, `print` and `range`.

use kql_analysis::order::compare;
use kql_analysis::plan::{Expr, NamedExpr};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::Runner;
use crate::builder::TableBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::interrupt::Pace;
use crate::picked::Picker;
use crate::run::TIME_COLUMN;
use crate::table::Table;

/// The given table of this name, with the columns of the schema; columns that it lacks, or that nothing
/// reads, are null.
pub(super) fn given(
    runner: &mut Runner<'_>,
    name: &str,
    unread: &[bool],
    schema: &Schema,
) -> Result<Table, EvalError> {
    let Some(table) = runner.tables.get(name) else {
        return Err(EvalError::new(format!("there is no table {name}"))
            .with_hint("Load logs that fill it, or name a table that is loaded."));
    };
    // An explanation shows all columns.
    let unread = if runner.trace.is_some() { &[] } else { unread };
    let inside = match (runner.options.time_window, table.column_named(TIME_COLUMN)) {
        (Some((from, to)), Some(times)) if !times.is_in_time(from, to) => {
            times.rows_in_time(from, to)
        }
        _ => None,
    };
    // Most windows hold all rows or a few.
    let inside = inside.filter(|rows| rows.len() < table.rows());
    runner.note(|trace| trace.read(name, inside.as_deref().cloned()));
    let rows = inside.as_ref().map_or(table.rows(), |rows| rows.len());
    runner.rows_in = rows;
    let mut picker = inside.map(Picker::new);
    let columns = schema.columns.iter().enumerate().map(|(index, wanted)| {
        let is_read = unread.get(index) != Some(&true);
        match table.column_named(&wanted.name).filter(|_| is_read) {
            Some(column) => match &mut picker {
                Some(picker) => picker.column(column).with_type(wanted.ty),
                None => column.with_type(wanted.ty),
            },
            None => Column::constant(&Value::Null, wanted.ty, rows),
        }
    });
    let columns = columns.collect();
    Ok(Table::with_rows(schema.clone(), columns, rows))
}

/// The rows of a `datatable`.
pub(super) fn literal(rows: &[Vec<Value>], schema: &Schema) -> Table {
    let mut table = TableBuilder::new(schema.clone());
    for row in rows {
        for (column, value) in row.iter().enumerate() {
            table.push(column, value.clone());
        }
        table.end_row();
    }
    table.finish()
}

/// One row of expressions.
pub(super) fn print(
    runner: &mut Runner<'_>,
    columns: &[NamedExpr],
    schema: &Schema,
) -> Result<Table, EvalError> {
    let unit = Table::with_rows(Schema::default(), Vec::new(), 1);
    let columns: Result<Vec<Column>, EvalError> = columns
        .iter()
        .map(|column| runner.column(&column.expr, &unit))
        .collect();
    Ok(Table::with_rows(schema.clone(), columns?, 1).with_schema(schema))
}

/// The values from the first to the last bound, both included, and no more than `most`.
pub(super) fn range(
    runner: &mut Runner<'_>,
    [from, to, step]: [&Expr; 3],
    schema: &Schema,
    most: usize,
) -> Result<Table, EvalError> {
    let (from, to) = (runner.constant(from)?, runner.constant(to)?);
    let step = runner.constant(step)?;
    let upwards = is_positive(&step).ok_or_else(|| {
        EvalError::new("the step of range is zero or null")
            .with_hint("Give a step that leads from the first value to the last.")
    })?;
    let mut table = TableBuilder::new(schema.clone());
    let mut pace = Pace::default();
    for index in 0..i64::try_from(most).unwrap_or(i64::MAX) {
        pace.row()?;
        let Some(value) = step_from(&from, &step, index) else {
            break;
        };
        let order = compare(&value, &to);
        let beyond = if upwards {
            order.is_gt()
        } else {
            order.is_lt()
        };
        if beyond || matches!(to, Value::Null) {
            break;
        }
        runner
            .options
            .limits
            .check_rows("range", table.rows() + 1)?;
        table.push(0, value);
        table.end_row();
    }
    Ok(table.finish())
}

/// Whether a step leads upwards; `None` when it leads nowhere.
pub(super) fn is_positive(step: &Value) -> Option<bool> {
    match step {
        Value::Int(number) if *number != 0 => Some(*number > 0),
        Value::Long(number) | Value::TimeSpan(number) if *number != 0 => Some(*number > 0),
        Value::Real(number) if *number != 0.0 && !number.is_nan() => Some(*number > 0.0),
        Value::Decimal(number) if !number.is_zero() => Some(number.to_real() > 0.0),
        _ => None,
    }
}

/// The value `index` steps after a start; `None` when they do not add up.
pub(super) fn step_from(start: &Value, step: &Value, index: i64) -> Option<Value> {
    let whole = |start: i64, step: i64| step.checked_mul(index)?.checked_add(start);
    Some(match (start, step) {
        (Value::DateTime(start), Value::TimeSpan(step)) => Value::DateTime(whole(*start, *step)?),
        (Value::TimeSpan(start), Value::TimeSpan(step)) => Value::TimeSpan(whole(*start, *step)?),
        (start, step) => match (as_whole(start), as_whole(step)) {
            (Some(start), Some(step)) => Value::Long(whole(start, step)?),
            _ => Value::Real(as_real(start)? + as_real(step)? * index as f64),
        },
    })
}

fn as_whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(i64::from(*number)),
        Value::Long(number) => Some(*number),
        _ => None,
    }
}

fn as_real(value: &Value) -> Option<f64> {
    match value {
        Value::Real(number) => Some(*number),
        Value::Decimal(number) => Some(number.to_real()),
        other => as_whole(other).map(|number| number as f64),
    }
}
