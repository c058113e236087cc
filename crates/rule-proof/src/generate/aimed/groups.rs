//! Logs aimed at how many groups of rows are kept: the rows of a base as often as a number of the difference, and
//! once more, each time with another value in a column or at another time.

use kql_analysis::value::Value;

use super::moved;
use crate::focus::Focus;
use crate::generate::bases::Base;
use crate::generate::in_turn;
use crate::generate::pool::{Pool, text};
use crate::generate::vary::vary;
use crate::log::{Row, TIME_COLUMN};

/// Largest number of groups, and of their rows.
const MAX_GROUPS: i64 = 40;
const MAX_ROWS: usize = 400;
/// Columns in which the groups differ, and spans by which they lie apart.
const MAX_COLUMNS: usize = 10;
const MAX_SPANS: usize = 2;

/// What is made of a row in the group of a number.
type Change<'c> = &'c dyn Fn(&mut Row, usize);

impl Pool<'_> {
    /// The rows of the base in as many groups as a number of the difference.
    pub(super) fn in_groups(&self, base: &Base, focus: &Focus) -> Vec<Base> {
        let numbers = self.numbers_of_both(focus).into_iter();
        let counts: Vec<i64> = numbers
            .flat_map(|number| [number.saturating_add(1), number])
            .collect();
        self.groups(base, &counts)
    }

    /// The rows of the base in so many groups.
    pub(in crate::generate) fn groups(&self, base: &Base, counts: &[i64]) -> Vec<Base> {
        let counts = counts
            .iter()
            .filter(|count| (1..=MAX_GROUPS).contains(*count));
        let counts: Vec<usize> = counts
            .filter_map(|one| usize::try_from(*one).ok())
            .collect();
        let sheets = 0..base.log.sheets.len();
        let kinds = sheets.flat_map(|at| {
            let counts = counts.iter().copied();
            counts.map(move |count| self.so_many_groups(base, at, count))
        });
        in_turn(kinds.collect())
    }

    fn so_many_groups(&self, base: &Base, at: usize, count: usize) -> Vec<Base> {
        let Some(sheet) = base.log.sheets.get(at) else {
            return Vec::new();
        };
        let mut logs = Vec::new();
        for column in self
            .varied_columns(&base.log, at)
            .into_iter()
            .take(MAX_COLUMNS)
        {
            let name = sheet
                .columns
                .get(column)
                .map_or("", |one| one.name.as_str());
            let behind = |row: &mut Row, number: usize| vary(row, column, number);
            let before =
                |row: &mut Row, number: usize| self.vary_start(row, (column, name), number);
            let ways: [Change<'_>; 2] = [&behind, &before];
            logs.extend(
                ways.iter()
                    .filter_map(|way| grouped(base, (at, count), *way)),
            );
        }
        let spans = self.reading.spans.iter().copied();
        let spans = spans.filter(|span| span.saturating_mul(count as i64) < self.period);
        for span in spans.take(MAX_SPANS) {
            let Some(time) = sheet.column(TIME_COLUMN) else {
                break;
            };
            let earlier = |row: &mut Row, number: usize| {
                let delta = span.saturating_mul(number as i64);
                change(row, time, &|cell| moved(cell, -delta));
            };
            logs.extend(grouped(base, (at, count), &earlier));
        }
        logs
    }

    /// Makes the beginning of a text different from those of other numbers.
    fn vary_start(&self, row: &mut Row, (column, name): (usize, &str), number: usize) {
        change(row, column, &|cell| match cell {
            Value::String(known) => {
                let made = format!("x{number}{known}");
                match self.carrying.is_natural(&made, name) {
                    true => text(&made),
                    false => cell.clone(),
                }
            }
            other => other.clone(),
        });
    }
}

fn change(row: &mut Row, column: usize, value: &dyn Fn(&Value) -> Value) {
    if let Some(cell) = std::sync::Arc::make_mut(row).get_mut(column) {
        *cell = value(cell);
    }
}

/// The base with so many groups of the rows of a sheet, the first as they are; nothing when that is too many.
fn grouped(base: &Base, (at, count): (usize, usize), way: Change<'_>) -> Option<Base> {
    let mut made = base.clone();
    let sheet = made.log.sheets.get_mut(at)?;
    let rows = std::mem::take(&mut sheet.rows);
    if rows.is_empty() || rows.len() * count > MAX_ROWS {
        return None;
    }
    for number in 0..count {
        sheet.rows.extend(rows.iter().map(|row| {
            let mut row = row.clone();
            if number > 0 {
                way(&mut row, number);
            }
            row
        }));
    }
    Some(made)
}
