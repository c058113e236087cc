//! The matches that a `scan` gives, with the rows behind them.

use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::states::Match;
use crate::builder::TableBuilder;

/// Most numbers of rows behind all matches.
const MAX_BEHIND: usize = 1 << 20;

/// The result so far, with the input row of each of its rows.
pub(super) struct Output {
    pub(super) table: TableBuilder,
    /// Numbers of the input rows.
    pub(super) rows: Vec<u32>,
    /// The rows behind each row of the result; `None` when there are more than [`MAX_BEHIND`].
    pub(super) behind: Option<Vec<Vec<u32>>>,
    /// Whether the last column is the number of the sequence.
    pub(super) match_id: bool,
    /// Numbers of rows that `behind` holds.
    held: usize,
}

impl Output {
    pub(super) fn of(schema: &Schema, match_id: bool, traced: bool) -> Self {
        Self {
            table: TableBuilder::new(schema.clone()),
            rows: Vec::new(),
            behind: traced.then(Vec::new),
            match_id,
            held: 0,
        }
    }

    /// Adds a match as a row.
    pub(super) fn write(&mut self, record: &Match, sequence: i64) {
        for (column, value) in record.cells.iter().enumerate() {
            self.table.push(column, value.clone());
        }
        if self.match_id {
            let column = record.cells.len();
            self.table.push(column, Value::Long(sequence));
        }
        self.table.end_row();
        self.rows.push(record.row);
        self.keep(&record.behind);
    }

    /// Keeps the rows behind a row of the result.
    fn keep(&mut self, rows: &[u32]) {
        self.held += rows.len();
        match self.held > MAX_BEHIND {
            true => self.behind = None,
            false => self
                .behind
                .iter_mut()
                .for_each(|all| all.push(rows.to_vec())),
        }
    }
}
