//! `activity_counts_metrics`: rows, and different values, for each window that has rows.

use std::collections::HashSet;

use kql_analysis::order::compare;
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use crate::builder::TableBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::interrupt::Pace;
use crate::key::Groups;
use crate::rows_of_keys::RowsOfKeys;
use crate::table::Table;

/// One row per series and window, windows in order: the number of rows, of different values, of values that
/// no window of the series before has, and of all values up to here.
pub(super) fn counts(input: &Table, schema: &Schema) -> Result<Table, EvalError> {
    let mut table = TableBuilder::new(schema.clone());
    let [dimensions @ .., windows, values] = input.columns() else {
        return Ok(table.finish());
    };
    let values = Groups::of(std::slice::from_ref(values), input.rows());
    let mut pace = Pace::default();
    for parts in parts(input, dimensions, windows) {
        let mut known: HashSet<u32> = HashSet::new();
        for part in parts {
            let (mut different, before) = (HashSet::new(), known.len());
            for row in &part {
                pace.row()?;
                let value = values.of_row.get(*row as usize).copied();
                different.extend(value);
                known.extend(value);
            }
            let first = part.first().map_or(0, |row| *row as usize);
            table.push(0, windows.get(first));
            for (index, column) in dimensions.iter().enumerate() {
                table.push(1 + index, column.get(first));
            }
            let new = known.len() - before;
            let counts = [part.len(), different.len(), new, known.len()];
            for (index, count) in counts.into_iter().enumerate() {
                table.push(1 + dimensions.len() + index, Value::Long(count as i64));
            }
            table.end_row();
        }
    }
    Ok(table.finish())
}

/// The rows of each window of each series, windows in order.
fn parts(input: &Table, dimensions: &[Column], windows: &Column) -> Vec<Vec<Vec<u32>>> {
    let series = Groups::of(dimensions, input.rows());
    let of_windows = Groups::of(std::slice::from_ref(windows), input.rows());
    let parts = Groups::of(dimensions, input.rows()).and(&of_windows);
    let rows = RowsOfKeys::of(&parts.of_row, parts.len());
    let mut of_series = vec![Vec::new(); series.len()];
    for (part, first) in parts.first_rows.iter().enumerate() {
        let group = series.of_row.get(*first as usize);
        if let Some(parts) = group.and_then(|group| of_series.get_mut(*group as usize)) {
            parts.push(rows.of_keys(part..part + 1).to_vec());
        }
    }
    let start = |part: &Vec<u32>| windows.get(part.first().map_or(0, |row| *row as usize));
    for parts in &mut of_series {
        parts.sort_by(|left, right| compare(&start(left), &start(right)));
    }
    of_series
}
