//! `project` and `extend`, and the tuple form of `extend`.

use kql_analysis::plan::{Expr, NamedExpr, Plan};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::Runner;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::Trace;
use crate::table::Table;

/// The columns of these expressions.
pub(super) fn project(
    runner: &mut Runner<'_>,
    input: &Plan,
    columns: &[NamedExpr],
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    runner.note(over_input);
    named(runner, &table, columns)
}

/// Expressions are over the rows of the input.
fn over_input(trace: &mut Trace) {
    trace.over_input(true);
}

/// A table of named expressions over the rows of another.
pub(super) fn named(
    runner: &mut Runner<'_>,
    table: &Table,
    columns: &[NamedExpr],
) -> Result<Table, EvalError> {
    let schema = columns
        .iter()
        .map(|column| (column.name.as_str(), column.expr.ty));
    let schema = Schema::new(schema);
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns {
        let cell = runner.column(&column.expr, table)?;
        runner.hold(&column.expr, &cell);
        cells.push(cell.with_type(column.expr.ty));
    }
    Ok(Table::with_rows(schema, cells, table.rows()))
}

/// The input with columns added or replaced.
pub(super) fn extend(
    runner: &mut Runner<'_>,
    input: &Plan,
    columns: &[(usize, Expr)],
    schema: &Schema,
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    runner.note(over_input);
    extended(runner, &table, columns, schema)
}

/// A table with columns added or replaced.
pub(super) fn extended(
    runner: &mut Runner<'_>,
    table: &Table,
    columns: &[(usize, Expr)],
    schema: &Schema,
) -> Result<Table, EvalError> {
    let mut written = Vec::with_capacity(columns.len());
    for (target, expr) in columns {
        let column = runner.column(expr, table)?;
        runner.hold(expr, &column);
        written.push((*target, column));
    }
    Ok(overlay(table, written, schema))
}

/// The input with the elements of an array in columns added or replaced.
pub(super) fn extend_tuple(
    runner: &mut Runner<'_>,
    input: &Plan,
    targets: &[usize],
    expr: &Expr,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    runner.note(over_input);
    let arrays = runner.column(expr, &table)?;
    let written = targets.iter().enumerate().map(|(place, target)| {
        let ty = schema.columns.get(*target).map(|column| column.ty);
        let cells = arrays.iter().map(|array| match array {
            Value::Array(items) => items.get(place).cloned().unwrap_or(Value::Null),
            _ => Value::Null,
        });
        (*target, Column::from_values(ty.unwrap_or(expr.ty), cells))
    });
    let written = written.collect();
    Ok(overlay(&table, written, schema))
}

/// The table of the schema given: written columns where there are any, the table's own elsewhere.
pub(super) fn overlay(table: &Table, written: Vec<(usize, Column)>, schema: &Schema) -> Table {
    let columns = schema.columns.iter().enumerate().map(|(index, target)| {
        let column = written.iter().rfind(|(target, _)| *target == index);
        let column = column.map(|(_, column)| column).or(table.column(index));
        match column {
            Some(column) => column.with_type(target.ty),
            None => Column::constant(&Value::Null, target.ty, table.rows()),
        }
    });
    let columns = columns.collect();
    Table::with_rows(schema.clone(), columns, table.rows())
}
