//! Logs aimed at what a difference says about numbers of rows: one row more or less, and as many rows as a
//! number of the difference.

use std::collections::BTreeSet;

use kql_analysis::value::Value;

use super::change::{Rows, changed, chosen_rows};
use crate::focus::Focus;
use crate::generate::bases::Base;
use crate::generate::candidates::whole_numbers;
use crate::generate::in_turn;
use crate::generate::pool::Pool;
use crate::generate::vary::{InPath, vary, vary_path};
use crate::log::{Log, Row};

/// Columns besides those of a difference that counted rows differ in.
const MAX_VARIED: usize = 12;
/// Numbers of the query that rows are counted up to where a difference has none.
const MAX_NUMBERS: usize = 6;
/// Largest number of the query that rows are counted up to.
const MAX_COUNT: i64 = 300;
/// Largest number that is taken for a threshold where nothing says so; beyond are mostly statuses.
pub(in crate::generate) const MAX_THRESHOLD: i64 = 100;

impl Pool<'_> {
    /// As many rows as one of these numbers, one less and one more; all alike, or each with a value of its own
    /// in a column of the difference.
    pub(super) fn counted(
        &self,
        base: &Base,
        numbers: &[i64],
        columns: &[(usize, usize)],
    ) -> Vec<Base> {
        let numbers = numbers.iter().copied();
        let numbers: Vec<i64> = numbers
            .filter(|number| (1..=MAX_COUNT).contains(number))
            .collect();
        let mut logs = Vec::new();
        for place in chosen_rows(&base.log) {
            let counts = numbers
                .iter()
                .flat_map(|number| [*number, number + 1, number - 1]);
            let each = counts.map(|count| {
                let count = usize::try_from(count).unwrap_or_default();
                self.so_many(base, (place, columns), count)
            });
            logs.extend(in_turn(each.collect()));
        }
        logs
    }

    /// So many copies of a row: all alike, or different in one column after the other.
    fn so_many(
        &self,
        base: &Base,
        ((sheet, row), columns): ((usize, usize), &[(usize, usize)]),
        count: usize,
    ) -> Vec<Base> {
        let mut logs = Vec::new();
        let varied = self.varied(&base.log, (sheet, columns)).into_iter();
        for varied in [None].into_iter().chain(varied.map(Some)) {
            let made = repeated(base, (sheet, row), (count, count), varied);
            logs.extend(
                made.iter()
                    .flat_map(|made| self.one_more(made, (sheet, columns))),
            );
            let several = varied
                .and(self.enough(count))
                .and_then(|several| repeated(base, (sheet, row), (several, count), varied));
            if let Some(column) = varied {
                logs.extend(in_paths(base, (sheet, row), (count, column)));
            }
            logs.extend(made);
            logs.extend(several);
        }
        logs
    }

    /// Columns that counted rows differ in: first those of the difference.
    fn varied(&self, log: &Log, (sheet, columns): (usize, &[(usize, usize)])) -> Vec<usize> {
        let own = columns.iter().filter(|(at, _)| *at == sheet);
        let all = self.varied_columns(log, sheet);
        let own = own.map(|(_, column)| *column);
        let own = own.filter(|column| all.contains(column)).take(3);
        let others = all.iter().copied().take(MAX_VARIED);
        let mut seen = BTreeSet::new();
        own.chain(others)
            .filter(|column| seen.insert(*column))
            .collect()
    }

    /// Numbers of the query besides those of a difference: a threshold may have a name, or stand further on.
    pub(super) fn other_numbers(&self, focus: &Focus) -> Vec<i64> {
        let own = whole_numbers(focus);
        let known = self.reading.numbers.iter().copied();
        let others = known.filter(|number| *number <= MAX_THRESHOLD && !own.contains(number));
        others.take(MAX_NUMBERS).collect()
    }

    /// Numbers of a difference, or else of the query.
    pub(super) fn numbers_of_both(&self, focus: &Focus) -> Vec<i64> {
        match whole_numbers(focus) {
            own if own.is_empty() => self.other_numbers(focus),
            own => own,
        }
    }

    /// Rows that exceed every number of the query, in whole groups of so many; nothing when the groups
    /// themselves do.
    fn enough(&self, group: usize) -> Option<usize> {
        let numbers = self.reading.numbers.iter().copied();
        let largest = numbers.filter(|number| *number <= MAX_THRESHOLD).max()?;
        let largest = usize::try_from(largest).ok()?;
        let times = (largest + 1).div_ceil(group.max(1));
        (group > 0 && times > 1).then_some(times * group)
    }

    /// The log with one more of its last rows, which is another one in each column of the difference.
    fn one_more(&self, base: &Base, (at, columns): (usize, &[(usize, usize)])) -> Vec<Base> {
        let Some(sheet) = base.log.sheets.get(at) else {
            return Vec::new();
        };
        let last = sheet.rows.len().saturating_sub(1);
        let own = columns.iter().filter(|(sheet, _)| *sheet == at).take(3);
        let logs = own.filter_map(|(_, column)| {
            let other = |cell: &Value| self.other_value(sheet, *column, cell);
            changed(base, (at, *column), Rows::CopyOfOne(last), &other)
        });
        logs.collect()
    }
}

/// The base without one of its rows, and with one of them twice.
pub(super) fn fewer_and_more(base: &Base) -> Vec<Base> {
    let mut logs = vec![base.clone()];
    for (at, row) in chosen_rows(&base.log) {
        let mut more = base.clone();
        if let Some(sheet) = more.log.sheets.get_mut(at) {
            sheet.rows.extend(sheet.rows.get(row).cloned());
        }
        let mut fewer = base.clone();
        if let Some(sheet) = fewer.log.sheets.get_mut(at) {
            sheet.rows.remove(row);
        }
        logs.extend([fewer, more]);
    }
    logs
}

/// The base with so many copies of a row that differ in the path of an address: in each of its last segments, and
/// in one more.
pub(in crate::generate) fn in_paths(
    base: &Base,
    at: (usize, usize),
    (count, column): (usize, usize),
) -> Vec<Base> {
    let is_address = |made: &Base| {
        let cell = made
            .log
            .sheets
            .get(at.0)
            .and_then(|sheet| sheet.rows.first()?.get(column).cloned());
        matches!(cell, Some(Value::String(known)) if known.contains("://"))
    };
    let places = [InPath::Last, InPath::BeforeLast, InPath::OneMore].into_iter();
    let ways = places.filter_map(|place| {
        let mut made = repeated(base, at, (count, count), None).filter(&is_address)?;
        let rows = made.log.sheets.get_mut(at.0)?.rows.iter_mut();
        rows.enumerate()
            .for_each(|(number, row)| vary_path(row, column, (number, place)));
        Some(made)
    });
    ways.collect()
}

/// The base with so many copies of a row in the place of a sheet's rows, so many of them different in a column.
pub(in crate::generate) fn repeated(
    base: &Base,
    (at, row): (usize, usize),
    (count, different): (usize, usize),
    varied: Option<usize>,
) -> Option<Base> {
    let mut made = base.clone();
    let sheet = made.log.sheets.get_mut(at)?;
    let first = sheet.rows.get(row)?.clone();
    let mut rows: Vec<Row> = vec![first; count];
    if let Some(column) = varied {
        rows.iter_mut()
            .enumerate()
            .for_each(|(number, row)| vary(row, column, number % different.max(1)));
    }
    sheet.rows = rows;
    Some(made)
}
