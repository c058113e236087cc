//! Logs on which a rule may fire that fires on none of the tried ones: as many rows as it counts up to, alike
//! in all columns or in all but one.

use kql_analysis::types::ScalarType;

use super::Generator;
use super::aimed::{MAX_THRESHOLD, in_paths, repeated};
use super::bases::Base;
use super::pool::{typed, whole_of};
use crate::log::Log;

/// Rows that are copied.
const MAX_ROWS: usize = 8;
/// Columns in which the copies differ, one at a time.
const MAX_COLUMNS: usize = 16;
/// Numbers of a rule that are counted up to, the largest ones.
const MAX_NUMBERS: usize = 2;

impl Generator<'_> {
    /// Copies of a log's rows, one more than the rules count up to.
    pub fn reaching(&self, seed: &Base) -> Vec<Base> {
        let numbers = self.pool.reading.numbers.iter().rev().copied();
        let numbers = numbers.filter(|number| (1..=MAX_THRESHOLD).contains(number));
        let counts: Vec<usize> = numbers
            .take(MAX_NUMBERS)
            .filter_map(|number| usize::try_from(number + 1).ok())
            .collect();
        let seeds = [None, Some(0), Some(-1), Some(1)].into_iter();
        let seeds = seeds.filter_map(|beside| match beside {
            None => Some(seed.clone()),
            Some(beside) => self.with_numbers(seed, beside),
        });
        let mut logs = Vec::new();
        for seed in seeds {
            for (sheet, row) in rows(&seed.log) {
                let columns = self.pool.columns(&seed.log, sheet).into_iter();
                let varied = columns.take(MAX_COLUMNS).map(Some);
                for column in [None].into_iter().chain(varied) {
                    let copies = counts.iter().filter_map(|count| {
                        repeated(&seed, (sheet, row), (*count, *count), column)
                    });
                    logs.extend(copies);
                    let addresses = column.into_iter().flat_map(|column| {
                        let counts = counts.iter().copied();
                        counts.map(move |count| (count, column))
                    });
                    logs.extend(addresses.flat_map(|way| in_paths(&seed, (sheet, row), way)));
                }
            }
        }
        logs
    }

    /// The log with each number that a predicate asks for, or one just beside it; nothing when none does.
    fn with_numbers(&self, seed: &Base, beside: i64) -> Option<Base> {
        let mut made = seed.clone();
        let mut is_other = false;
        for sheet in &mut made.log.sheets {
            for at in 0..sheet.columns.len() {
                let ty = sheet.columns.get(at)?.ty;
                let is_number = matches!(ty, ScalarType::Int | ScalarType::Long | ScalarType::Real);
                let interest = self.pool.interest(sheet, at).filter(|_| is_number);
                let mut values = interest.into_iter().flat_map(|one| &one.values);
                let Some(number) = values.find_map(whole_of) else {
                    continue;
                };
                is_other = true;
                let number = typed(number.saturating_add(beside), ty);
                (0..sheet.rows.len()).for_each(|row| sheet.set(row, at, number.clone()));
            }
        }
        is_other.then_some(made)
    }
}

/// The first rows of each sheet.
fn rows(log: &Log) -> Vec<(usize, usize)> {
    let sheets = log.sheets.iter().enumerate();
    sheets
        .flat_map(|(at, sheet)| (0..sheet.rows.len().min(MAX_ROWS)).map(move |row| (at, row)))
        .collect()
}
