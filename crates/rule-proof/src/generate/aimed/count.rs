//! Logs aimed at what a difference says about numbers of rows: one row more or less, and as many rows as a
//! number of the difference.

use kql_analysis::value::Value;

use super::change::{Rows, changed, chosen_rows};
use crate::focus::Focus;
use crate::generate::bases::Base;
use crate::generate::candidates::whole_numbers;
use crate::generate::mutate::vary;
use crate::generate::pool::Pool;
use crate::log::Row;

/// Columns besides those of a difference that counted rows differ in.
const MAX_VARIED: usize = 12;
/// Numbers of the query that rows are counted up to where a difference has none.
const MAX_NUMBERS: usize = 6;
/// Largest number of the query that rows are counted up to.
const MAX_COUNT: i64 = 300;
/// Largest number that is taken for a threshold where nothing says so; beyond are mostly statuses.
pub(in crate::generate) const MAX_THRESHOLD: i64 = 100;

impl Pool<'_> {
    /// As many rows as a number of the difference, one less and one more; all alike, or each with a value of
    /// its own in a column of the difference.
    pub(super) fn counted(
        &self,
        base: &Base,
        focus: &Focus,
        columns: &[(usize, usize)],
    ) -> Vec<Base> {
        let mut logs = Vec::new();
        let numbers = self.numbers(focus).into_iter();
        for number in numbers.filter(|number| (1..=MAX_COUNT).contains(number)) {
            for count in [number, number + 1, number - 1] {
                let count = usize::try_from(count).unwrap_or_default();
                for (sheet, row) in chosen_rows(&base.log) {
                    let own = columns.iter().filter(|(at, _)| *at == sheet);
                    let own = own.map(|(_, column)| *column).take(3);
                    let others = self.columns(&base.log, sheet).into_iter().take(MAX_VARIED);
                    let varied = own.chain(others).map(Some);
                    for varied in [None].into_iter().chain(varied) {
                        let made = repeated(base, (sheet, row), (count, count), varied);
                        logs.extend(
                            made.iter()
                                .flat_map(|made| self.one_more(made, (sheet, columns))),
                        );
                        logs.extend(made);
                        let several = varied.and(self.enough(count));
                        logs.extend(several.and_then(|several| {
                            repeated(base, (sheet, row), (several, count), varied)
                        }));
                    }
                }
            }
        }
        logs
    }

    /// Numbers of a difference; when it has none, as where a threshold has a name, some of the query.
    fn numbers(&self, focus: &Focus) -> Vec<i64> {
        let own = whole_numbers(focus);
        match own.is_empty() {
            true => self
                .reading
                .numbers
                .iter()
                .copied()
                .filter(|number| *number <= MAX_THRESHOLD)
                .take(MAX_NUMBERS)
                .collect(),
            false => own,
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
