//! Rows by time, so that a run costs what its window holds and not what the log holds.

use kql_analysis::value::Value;
use kql_engine::Table;

use crate::prepared::Tables;
use crate::replay::TIME_COLUMN;
use crate::window::Window;

/// Tables with their rows in order of `TimeGenerated`.
pub(super) struct TimeIndex<'t> {
    entries: Vec<Entry<'t>>,
}

struct Entry<'t> {
    name: &'t str,
    table: &'t Table,
    /// Time and row, in order; `None` for a table without times.
    times: Option<Vec<(i64, u32)>>,
}

impl<'t> TimeIndex<'t> {
    /// Sorts the rows of every table that has times.
    pub fn new(tables: &'t Tables) -> Self {
        let entry = |(name, table): (&'t String, &'t Table)| Entry {
            name,
            table,
            times: times(table),
        };
        Self {
            entries: tables.iter().map(entry).collect(),
        }
    }

    /// The rows within a window, in the order of the log. Tables without times are kept whole.
    pub fn rows_in(&self, window: Window) -> Tables {
        let slice = |entry: &Entry<'_>| {
            let table = match &entry.times {
                Some(times) => within(entry.table, times, window),
                None => entry.table.clone(),
            };
            (entry.name.to_owned(), table)
        };
        self.entries.iter().map(slice).collect()
    }

    /// The times of all rows, table by table, each in order.
    pub fn times(&self) -> impl Iterator<Item = i64> + '_ {
        let times = self.entries.iter().filter_map(|entry| entry.times.as_ref());
        times.flatten().map(|(time, _)| *time)
    }
}

fn times(table: &Table) -> Option<Vec<(i64, u32)>> {
    let column = table.column_named(TIME_COLUMN)?;
    let cells = column.iter().zip(0..);
    let mut times: Vec<(i64, u32)> = cells
        .filter_map(|(value, row)| match value {
            Value::DateTime(ticks) => Some((ticks, row)),
            _ => None,
        })
        .collect();
    times.sort_unstable();
    Some(times)
}

fn within(table: &Table, times: &[(i64, u32)], window: Window) -> Table {
    let place = |time: i64| times.partition_point(|(known, _)| *known < time);
    let inside = times.get(place(window.from)..place(window.to.max(window.from)));
    let mut rows: Vec<u32> = inside
        .unwrap_or_default()
        .iter()
        .map(|(_, row)| *row)
        .collect();
    if rows.len() == table.rows() {
        return table.clone();
    }
    rows.sort_unstable();
    table.take(&rows)
}
