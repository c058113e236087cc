//! Operators that keep some rows as they are, or count them: `where`, `distinct`, `take`, `count`.

use kql_analysis::plan::{Expr, Node, Plan};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::{Runner, explain, source};
use crate::column::Column;
use crate::error::EvalError;
use crate::key::Groups;
use crate::table::Table;

/// The rows whose predicate is true.
pub(super) fn filter(
    runner: &mut Runner<'_>,
    input: &Plan,
    predicate: &Expr,
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    let kept = runner.column(predicate, &table)?.true_rows();
    if kept.len() == table.rows() {
        return Ok(table);
    }
    if kept.is_empty() && runner.options.explain {
        runner.met = explain::met(runner, predicate, &table)?;
    }
    Ok(table.take(&kept))
}

/// The first of each set of equal rows.
pub(super) fn distinct(table: &Table) -> Table {
    table.take(&Groups::of(table.columns(), table.rows()).first_rows)
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
