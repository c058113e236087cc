//! How many rows a run reads.

use super::simulate::{RunOutcome, TimelineRun};
use crate::prepared::Tables;
use crate::replay::TIME_COLUMN;
use crate::window::times;

/// The times of all rows, to count those that runs read.
#[derive(Debug)]
pub struct RowTimes {
    sorted: Vec<i64>,
    /// Rows of tables without a time, which every run reads.
    untimed: usize,
}

impl RowTimes {
    /// The times of the rows of tables.
    pub fn of(tables: &Tables) -> Self {
        let mut sorted: Vec<i64> = times(tables).collect();
        sorted.sort_unstable();
        let tables = tables.values();
        let untimed = tables.filter(|table| table.schema().index_of(TIME_COLUMN).is_none());
        Self {
            sorted,
            untimed: untimed.map(|table| table.rows()).sum(),
        }
    }

    /// Rows of all tables that a run reads; a run that is paused reads none.
    pub fn read_by(&self, run: &TimelineRun) -> usize {
        let before = |time: i64| self.sorted.partition_point(|row| *row < time);
        match run.outcome {
            RunOutcome::Suppressed => 0,
            _ => {
                let timed = before(run.window.to).saturating_sub(before(run.window.from));
                self.untimed + timed
            }
        }
    }
}
