//! Operators that keep some rows as they are, or count them: `where`, `distinct`, `take`, `count`.

use kql_analysis::plan::{Expr, Node, Plan};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::{Runner, met, source};
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::{Links, MAX_REASONS, Why, failing, places};
use crate::key::Groups;
use crate::table::Table;

/// The rows whose predicate is true.
pub(super) fn filter(
    runner: &mut Runner<'_>,
    input: &Plan,
    predicate: &Expr,
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    runner.note(|trace| {
        trace.conditions(places(predicate));
        trace.over_input(true);
    });
    let kept = runner.rows_where(predicate, &table)?;
    if kept.len() == table.rows() {
        return Ok(table);
    }
    if kept.is_empty() && runner.options.explain {
        runner.met = met::met(runner, predicate, &table)?;
    }
    note_dropped(runner, predicate, &table, &kept)?;
    runner.note(|trace| trace.link(0, Links::One(kept.clone())));
    Ok(table.take(&kept))
}

/// Notes why watched rows are not kept.
fn note_dropped(
    runner: &mut Runner<'_>,
    predicate: &Expr,
    table: &Table,
    kept: &[u32],
) -> Result<(), EvalError> {
    let mut watched = runner.asked(|trace| trace.watched(0));
    watched.retain(|row| kept.binary_search(row).is_err());
    for row in watched.into_iter().take(MAX_REASONS) {
        let parts = failing(runner, predicate, table, row)?;
        runner.note(|trace| trace.reason(0, row, Why::Condition { parts }));
    }
    Ok(())
}

/// The first of each set of equal rows.
pub(super) fn distinct(runner: &mut Runner<'_>, input: &Plan) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    let groups = Groups::of(table.columns(), table.rows());
    runner.note(|trace| trace.link(0, Links::Group(groups.of_row.clone())));
    Ok(table.take(&groups.first_rows))
}

/// The first rows.
pub(super) fn take(
    runner: &mut Runner<'_>,
    input: &Plan,
    count: &Expr,
) -> Result<Table, EvalError> {
    let count = row_count(runner, count)?;
    if let Node::Range { from, to, step, .. } = &input.node {
        // A range may be longer than a table; no more of it is made than is taken.
        let table = source::range(runner, [from, to, step], &input.schema, count)?;
        runner.rows_in = table.rows();
        return Ok(table);
    }
    Ok(runner.plan(input)?.first(count))
}

/// A number of rows; nothing and negative numbers are none.
pub(super) fn row_count(runner: &mut Runner<'_>, count: &Expr) -> Result<usize, EvalError> {
    let count = match runner.constant(count)? {
        Value::Int(count) => i64::from(count),
        Value::Long(count) => count,
        Value::Real(count) => count as i64,
        _ => 0,
    };
    Ok(usize::try_from(count).unwrap_or(0))
}

/// The number of rows, as one row.
pub(super) fn count(table: &Table, schema: &Schema) -> Table {
    let count = Value::Long(table.rows() as i64);
    let columns = schema.columns.iter();
    let columns = columns.map(|column| Column::constant(&count, column.ty, 1));
    let columns = columns.collect();
    Table::with_rows(schema.clone(), columns, 1)
}
