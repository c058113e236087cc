//! Small steps from one log to the next: a row more or less, a row in a neighbouring bin or group, groups of
//! different sizes, another value in a cell. Searches for a bound take one after the other.

use std::sync::Arc;

use kql_analysis::value::Value;

use super::aimed::{chosen_rows, moved};
use super::pool::Pool;
use super::vary::vary;
use super::{Base, Generator, in_turn};
use crate::focus::Focus;
use crate::log::{Row, TIME_COLUMN};

/// Rows of a log up to which it is changed further.
const MAX_ROWS: usize = 150;
/// Largest number of rows added or taken at once.
const MAX_AT_ONCE: usize = 60;
/// Columns in which added rows differ, and spans by which they lie earlier.
const MAX_COLUMNS: usize = 8;
const MAX_SPANS: usize = 4;
/// Sizes of two groups whose average, largest and smallest size are told apart.
const UNEVEN: [[usize; 2]; 3] = [[1, 2], [2, 1], [1, 4]];
/// Logs of one step.
const MAX_STEPS: usize = 400;
/// Columns whose cells are changed.
const MAX_CELLS: usize = 12;

impl Generator<'_> {
    /// Logs to start a search from: those on which the original fired, those with rows in which the place of a
    /// difference alone decides, and one row of each table, which adds nothing to what a search computes.
    pub fn starts(&self, foci: &[Focus]) -> Vec<Base> {
        let fired = self.firing.get(self.bases..).unwrap_or_default();
        let firing = self.firing.iter().take(self.bases);
        let deciding = self.corpus.iter().take(self.bases);
        let deciding = deciding.flat_map(|base| foci.iter().map(move |focus| (base, focus)));
        let deciding = deciding.filter_map(|(base, focus)| self.pool.deciding(base, focus));
        in_turn(vec![
            firing.cloned().collect(),
            deciding.collect(),
            self.corpus
                .iter()
                .take(self.bases)
                .map(first_rows)
                .collect(),
            self.diverging.clone(),
            fired.to_vec(),
        ])
    }

    /// Each log that is one step from this one; `missing` rows may be what a bound is away.
    pub fn steps_from(&self, base: &Base, focus: &Focus, missing: usize) -> Vec<Base> {
        if base.log.rows() > MAX_ROWS {
            return Vec::new();
        }
        let mut counts = vec![
            1,
            missing.saturating_sub(1),
            missing,
            missing.saturating_add(1),
        ];
        counts.retain(|count| (1..=MAX_AT_ONCE).contains(count));
        counts.sort_unstable();
        counts.dedup();
        let mut kinds = Vec::new();
        for at in chosen_rows(&base.log) {
            kinds.push(fewer(base, at, &counts));
            kinds.push(self.more(base, at, &counts));
            kinds.push(self.earlier(base, at, &counts));
            kinds.push(self.uneven(base, at));
        }
        kinds.push(shorter(base, &counts));
        kinds.push(doubled(base));
        kinds.push(self.with_other_cells(base, focus));
        let mut steps = in_turn(kinds);
        steps.truncate(MAX_STEPS);
        steps
    }

    /// So many copies of a row more: alike, and each with a value of its own in one of the columns.
    fn more(&self, base: &Base, at: (usize, usize), counts: &[usize]) -> Vec<Base> {
        let mut logs = Vec::new();
        for count in counts {
            logs.extend(with_copies(base, at, *count, &|_, _| {}));
            for column in self.varied(base, at.0) {
                logs.extend(with_copies(base, at, *count, &|row, number| {
                    vary(row, column, number + 1);
                }));
            }
        }
        logs
    }

    /// So many copies of a row, a span of the rules before it.
    fn earlier(&self, base: &Base, at: (usize, usize), counts: &[usize]) -> Vec<Base> {
        let Some(time) = time_column(base, at.0) else {
            return Vec::new();
        };
        let mut logs = Vec::new();
        for span in self.spans() {
            for count in counts {
                logs.extend(with_copies(base, at, *count, &|row, _| {
                    earlier_by(row, time, span);
                }));
            }
        }
        logs
    }

    /// Copies of a row in two groups of different sizes: in the two bins before it, and with two values of a
    /// column.
    fn uneven(&self, base: &Base, at: (usize, usize)) -> Vec<Base> {
        let mut logs = Vec::new();
        for [one, other] in UNEVEN {
            let group = |number: usize| if number < one { 1 } else { 2 };
            if let Some(time) = time_column(base, at.0) {
                for span in self.spans() {
                    logs.extend(with_copies(base, at, one + other, &|row, number| {
                        earlier_by(row, time, span.saturating_mul(group(number)));
                    }));
                }
            }
            for column in self.varied(base, at.0) {
                logs.extend(with_copies(base, at, one + other, &|row, number| {
                    vary(row, column, if number < one { 1 } else { 2 });
                }));
            }
        }
        logs
    }

    fn with_other_cells(&self, base: &Base, focus: &Focus) -> Vec<Base> {
        let sheets = 0..base.log.sheets.len();
        let filled = sheets.filter(|at| {
            base.log
                .sheets
                .get(*at)
                .is_some_and(|one| !one.rows.is_empty())
        });
        let places = filled.flat_map(|at| {
            let columns = self.pool.columns(&base.log, at).into_iter();
            columns.map(move |column| (at, column))
        });
        let cells = places.take(MAX_CELLS).flat_map(|at| {
            [
                self.pool.cells(base, focus, at),
                self.pool.single_cells(base, focus, at),
            ]
        });
        in_turn(cells.collect())
    }

    fn varied(&self, base: &Base, sheet: usize) -> Vec<usize> {
        let mut columns = self.pool.varied_columns(&base.log, sheet);
        columns.truncate(MAX_COLUMNS);
        columns
    }

    fn spans(&self) -> impl Iterator<Item = i64> {
        let Pool {
            reading, period, ..
        } = self.pool;
        let spans = reading.spans.iter().copied();
        spans.filter(move |span| *span < period).take(MAX_SPANS)
    }
}

/// The base with the first row of each sheet only.
fn first_rows(base: &Base) -> Base {
    let mut made = base.clone();
    for sheet in &mut made.log.sheets {
        sheet.rows.truncate(1);
    }
    made
}

fn time_column(base: &Base, sheet: usize) -> Option<usize> {
    base.log.sheets.get(sheet)?.column(TIME_COLUMN)
}

fn earlier_by(row: &mut Row, time: usize, span: i64) {
    if let Some(cell) = Arc::make_mut(row).get_mut(time) {
        *cell = moved(cell, -span);
    }
}

/// The base with so many copies of a row more, each changed by its number.
fn with_copies(
    base: &Base,
    (sheet, row): (usize, usize),
    count: usize,
    change: &dyn Fn(&mut Row, usize),
) -> Option<Base> {
    let mut made = base.clone();
    let sheet = made.log.sheets.get_mut(sheet)?;
    let known = sheet.rows.get(row)?.clone();
    for number in 0..count {
        let mut copy = known.clone();
        change(&mut copy, number);
        sheet.rows.push(copy);
    }
    Some(made)
}

/// The base without so many rows that are like a row in every column, this one among them.
fn fewer(base: &Base, (at, row): (usize, usize), counts: &[usize]) -> Vec<Base> {
    let Some(known) = base
        .log
        .sheets
        .get(at)
        .and_then(|sheet| sheet.rows.get(row))
    else {
        return Vec::new();
    };
    let logs = counts.iter().filter_map(|count| {
        let mut made = base.clone();
        let sheet = made.log.sheets.get_mut(at)?;
        let mut left = *count;
        sheet.rows.retain(|one| {
            let goes = left > 0 && is_like(one, known);
            left -= usize::from(goes);
            !goes
        });
        (left == 0).then_some(made)
    });
    logs.collect()
}

/// The base without so many of the first rows of a sheet, or of the last.
fn shorter(base: &Base, counts: &[usize]) -> Vec<Base> {
    let sheets = 0..base.log.sheets.len();
    let ways = sheets.flat_map(|at| {
        let counts = counts.iter().copied();
        counts.flat_map(move |count| [(at, count, true), (at, count, false)])
    });
    let logs = ways.filter_map(|(at, count, is_first)| {
        let mut made = base.clone();
        let sheet = made.log.sheets.get_mut(at)?;
        let kept = sheet
            .rows
            .len()
            .checked_sub(count)
            .filter(|kept| *kept > 0)?;
        match is_first {
            true => drop(sheet.rows.drain(..count)),
            false => sheet.rows.truncate(kept),
        }
        Some(made)
    });
    logs.collect()
}

/// Whether two rows are the same but for their times.
pub(super) fn is_like(one: &Row, other: &Row) -> bool {
    let is_time = |value: &Value| matches!(value, Value::DateTime(_));
    let mut cells = one.iter().zip(other.iter());
    cells.all(|(one, other)| one == other || is_time(one) && is_time(other))
}

/// The base with every row of a sheet twice.
fn doubled(base: &Base) -> Vec<Base> {
    let sheets = 0..base.log.sheets.len();
    let logs = sheets.filter_map(|at| {
        let mut made = base.clone();
        let sheet = made.log.sheets.get_mut(at)?;
        sheet.rows.extend_from_within(..);
        (made.log.rows() > base.log.rows()).then_some(made)
    });
    logs.collect()
}
