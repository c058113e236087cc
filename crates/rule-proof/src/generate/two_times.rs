//! Logs whose rows come twice, the second time earlier and with other values in some columns.

use super::aimed::moved;
use super::{Base, Generator};
use crate::log::{Sheet, TIME_COLUMN};
use crate::reading::{Source, Sources};

impl Generator<'_> {
    /// The logs to start from on which the original fired.
    pub fn firing(&self) -> &[Base] {
        &self.firing
    }

    /// The rows of a log, and the same so much earlier: as they are, with other values in all of these columns, and
    /// in each of them alone.
    pub fn at_two_times(&self, base: &Base, distance: i64, columns: &[Sources]) -> Vec<Base> {
        let all: Sources = columns.iter().flatten().cloned().collect();
        let changed = [Sources::new(), all]
            .into_iter()
            .chain(columns.iter().cloned());
        let logs = changed.map(|columns| {
            let mut made = base.clone();
            for sheet in &mut made.log.sheets {
                self.again(sheet, distance, &columns);
            }
            made
        });
        logs.collect()
    }

    /// Adds the rows of a sheet once more.
    fn again(&self, sheet: &mut Sheet, distance: i64, columns: &Sources) {
        let first = sheet.rows.len();
        sheet.rows.extend_from_within(..);
        for column in 0..sheet.columns.len() {
            let source: Source = super::Pool::source(sheet, column);
            let is_time = source.column == TIME_COLUMN;
            let is_other = columns.contains(&source) && !self.pool.is_fixed(&source.column);
            for row in first..sheet.rows.len() {
                let Some(cell) = sheet.rows.get(row).and_then(|row| row.get(column)).cloned()
                else {
                    continue;
                };
                match () {
                    () if is_time => sheet.set(row, column, moved(&cell, -distance)),
                    () if is_other => {
                        let other = self.pool.other_value(sheet, column, &cell);
                        sheet.set(row, column, other);
                    }
                    () => {}
                }
            }
        }
    }
}
