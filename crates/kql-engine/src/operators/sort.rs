//! `sort` and `top`: stable, with each key's direction and place of nulls.

use std::cmp::Ordering;

use kql_analysis::order::compare;
use kql_analysis::plan::{Expr, Plan, SortKey};
use kql_analysis::value::Value;

use super::{Runner, select};
use crate::error::EvalError;
use crate::explain::Links;
use crate::table::Table;

/// All rows in the order of the keys; rows of equal keys stay in order.
pub(super) fn sort(
    runner: &mut Runner<'_>,
    input: &Plan,
    keys: &[SortKey],
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    let rows = order(runner, &table, keys)?;
    runner.note(|trace| trace.link(0, Links::One(rows.clone())));
    Ok(table.take(&rows))
}

/// The first rows in the order of the keys.
pub(super) fn top(
    runner: &mut Runner<'_>,
    input: &Plan,
    count: &Expr,
    keys: &[SortKey],
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    let count = select::row_count(runner, count)?;
    let mut rows = order(runner, &table, keys)?;
    rows.truncate(count);
    runner.note(|trace| trace.link(0, Links::One(rows.clone())));
    Ok(table.take(&rows))
}

/// The rows in the order of the keys.
pub(super) fn order(
    runner: &mut Runner<'_>,
    table: &Table,
    keys: &[SortKey],
) -> Result<Vec<u32>, EvalError> {
    let mut cells: Vec<Vec<Value>> = Vec::with_capacity(keys.len());
    for key in keys {
        cells.push(runner.column(&key.expr, table)?.iter().collect());
    }
    let mut rows: Vec<u32> = (0..table.rows() as u32).collect();
    rows.sort_by(|left, right| {
        let orders = keys.iter().zip(&cells).map(|(key, cells)| {
            let cell = |row: &u32| cells.get(*row as usize).unwrap_or(&Value::Null);
            compare_cells(key, cell(left), cell(right))
        });
        orders.fold(Ordering::Equal, Ordering::then)
    });
    Ok(rows)
}

fn compare_cells(key: &SortKey, left: &Value, right: &Value) -> Ordering {
    let null = |value: &Value| matches!(value, Value::Null);
    match (null(left), null(right)) {
        (true, true) => Ordering::Equal,
        (true, false) if key.nulls_first => Ordering::Less,
        (true, false) => Ordering::Greater,
        (false, true) if key.nulls_first => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) if key.descending => compare(right, left),
        (false, false) => compare(left, right),
    }
}
