//! Logs with rows of one table only, for rules that read several: what a difference in one arm of a union does is
//! seen where the rule fires on rows of that arm alone.

use std::collections::BTreeSet;

use super::aimed::MAX_THRESHOLD;
use super::bases::{self, Base};
use super::{Generator, in_turn};
use crate::focus::Focus;
use crate::log::Kept;

/// Rows of such a log where the rules count up to no number; a few so that small numbers are passed.
const FEW_ROWS: usize = 3;

impl Generator<'_> {
    /// Made-up rows of one table, alike: a few, and one more than the rules count up to.
    pub fn alone(&mut self, table: &str, kept: &Kept, time: i64) -> Vec<Base> {
        let time = self.corpus.first().map_or(time, |base| base.time);
        let only: Kept = kept
            .iter()
            .filter(|(name, _)| *name == table)
            .map(|(name, columns)| (name.clone(), columns.clone()))
            .collect();
        let mut made = bases::made_up(&self.pool, &mut self.random, &only, time);
        let Some(sheet) = made.log.sheets.first_mut() else {
            return Vec::new();
        };
        let numbers = self.pool.reading.numbers.iter().copied();
        let largest = numbers.filter(|number| (1..=MAX_THRESHOLD).contains(number));
        let enough = largest
            .max()
            .and_then(|number| usize::try_from(number + 1).ok());
        sheet.rows.truncate(1);
        let counts: BTreeSet<usize> = [FEW_ROWS].into_iter().chain(enough).collect();
        let rows = sheet.rows.clone();
        let logs = counts.into_iter().map(|count| {
            let mut made = made.clone();
            if let Some(sheet) = made.log.sheets.first_mut() {
                sheet.rows = rows.iter().cycle().take(count).cloned().collect();
            }
            made
        });
        logs.filter(|base| base.log.rows() > 0).collect()
    }

    /// A log with another value in all rows of one of its columns, for each column that decides something and
    /// each value that the rules hold against it.
    pub fn with_other_columns(&self, base: &Base) -> Vec<Base> {
        let focus = Focus::default();
        let sheets = 0..base.log.sheets.len();
        let places = sheets.flat_map(|sheet| {
            let columns = self.pool.columns(&base.log, sheet).into_iter();
            columns.map(move |column| (sheet, column))
        });
        // Copies with another value beside the rows as they are would hide what a value does by itself.
        let is_as_long = |made: &Base| made.log.rows() == base.log.rows();
        let logs = places.map(|at| {
            let logs = self.pool.cells(base, &focus, at).into_iter();
            logs.filter(is_as_long).collect()
        });
        in_turn(logs.collect())
    }

    /// Whether some log to start from has rows of one table only.
    pub fn has_alone(&self, table: &str) -> bool {
        self.corpus.iter().any(|base| {
            let mut filled = base
                .log
                .sheets
                .iter()
                .filter(|sheet| !sheet.rows.is_empty());
            filled.next().is_some_and(|sheet| sheet.table == table) && filled.next().is_none()
        })
    }
}
