//! `activity_counts_metrics`: rows, and different values, for each window that has rows.

use std::collections::HashSet;

use kql_analysis::order::compare;
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use crate::builder::TableBuilder;
use crate::key::{Groups, Key};
use crate::table::Table;

/// One row per series and window, windows in order: the number of rows, of different values, of values that
/// no window of the series before has, and of all values up to here.
pub(super) fn counts(input: &Table, schema: &Schema) -> Table {
    let mut table = TableBuilder::new(schema.clone());
    let [dimensions @ .., windows, values] = input.columns() else {
        return table.finish();
    };
    let series = Groups::of(dimensions, input.rows());
    let mut of_series: Vec<Vec<usize>> = vec![Vec::new(); series.first_rows.len()];
    for (row, group) in series.of_row.iter().enumerate() {
        if let Some(rows) = of_series.get_mut(*group as usize) {
            rows.push(row);
        }
    }
    for mut rows in of_series {
        rows.sort_by(|left, right| compare(&windows.get(*left), &windows.get(*right)));
        let mut known: HashSet<Key> = HashSet::new();
        for window in rows.chunk_by(|left, right| windows.get(*left) == windows.get(*right)) {
            let keys = window.iter().map(|row| Key::of(&values.get(*row)));
            let keys: HashSet<Key> = keys.collect();
            let different = keys.len();
            let before = known.len();
            known.extend(keys);
            let first = window.first().copied().unwrap_or(0);
            table.push(0, windows.get(first));
            for (index, column) in dimensions.iter().enumerate() {
                table.push(1 + index, column.get(first));
            }
            let counts = [window.len(), different, known.len() - before, known.len()];
            for (index, count) in counts.into_iter().enumerate() {
                table.push(1 + dimensions.len() + index, Value::Long(count as i64));
            }
            table.end_row();
        }
    }
    table.finish()
}
