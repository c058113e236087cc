//! Mixes of two kinds of rows: so many rows alike beside so many others. A share, an average or any measure of a
//! whole is a matter of how many there are of each.

use super::pool::Pool;
use super::steps::is_like;
use super::vary::vary;
use super::{Base, Generator};
use crate::log::Row;

/// Kinds of rows of one log that are mixed.
const MAX_KINDS: usize = 4;
/// Columns in which rows of one kind are made to differ.
const MAX_VARIED: usize = 8;

/// Rows that are alike, or differ in one column.
#[derive(Clone, Debug)]
struct Part {
    sheet: usize,
    row: Row,
    varied: Option<usize>,
}

/// Two kinds of rows beside the other rows of a log.
#[derive(Clone, Debug)]
pub(crate) struct Mix {
    rest: Base,
    parts: [Part; 2],
}

impl Mix {
    /// The log with so many rows of either kind.
    pub fn log(&self, counts: [usize; 2]) -> Base {
        let mut made = self.rest.clone();
        for (part, count) in self.parts.iter().zip(counts) {
            let Some(sheet) = made.log.sheets.get_mut(part.sheet) else {
                continue;
            };
            for number in 0..count {
                let mut row = part.row.clone();
                if let Some(column) = part.varied {
                    vary(&mut row, column, number + 1);
                }
                sheet.rows.push(row);
            }
        }
        made
    }
}

impl Generator<'_> {
    /// Mixes of the kinds of rows of a log: of two of them, and of one with rows that differ in a column.
    pub fn mixes(&self, base: &Base) -> Vec<Mix> {
        let kinds = kinds(base);
        let mut mixes = Vec::new();
        for (at, one) in kinds.iter().enumerate() {
            let others = kinds.iter().skip(at + 1);
            mixes.extend(others.map(|other| mix(base, [one, other])));
        }
        for one in &kinds {
            let columns = self.pool.varied_columns(&base.log, one.sheet).into_iter();
            mixes.extend(columns.take(MAX_VARIED).map(|column| {
                let varied = Some(column);
                let other = Part {
                    varied,
                    ..one.clone()
                };
                mix(base, [one, &other])
            }));
        }
        mixes
    }

    /// So many rows that no number of the rules, taken for a threshold, is beyond them.
    pub fn enough_rows(&self) -> usize {
        let Pool { reading, .. } = self.pool;
        let numbers = reading.numbers.iter().copied();
        let thresholds = numbers.filter(|number| *number <= super::aimed::MAX_THRESHOLD);
        thresholds
            .max()
            .map_or(1, |most| usize::try_from(most + 1).unwrap_or(1))
    }
}

/// The kinds of rows of a log, in order of appearance.
fn kinds(base: &Base) -> Vec<Part> {
    let mut kinds: Vec<Part> = Vec::new();
    for (sheet, rows) in base.log.sheets.iter().enumerate() {
        for row in &rows.rows {
            let is_known = |kind: &Part| kind.sheet == sheet && is_like(&kind.row, row);
            if kinds.len() < MAX_KINDS && !kinds.iter().any(is_known) {
                kinds.push(Part {
                    sheet,
                    row: row.clone(),
                    varied: None,
                });
            }
        }
    }
    kinds
}

fn mix(base: &Base, parts: [&Part; 2]) -> Mix {
    let mut rest = base.clone();
    for (sheet, rows) in rest.log.sheets.iter_mut().enumerate() {
        let is_mixed = |row: &Row| {
            let mut own = parts.iter().filter(|part| part.sheet == sheet);
            own.any(|part| is_like(&part.row, row))
        };
        rows.rows.retain(|row| !is_mixed(row));
    }
    Mix {
        rest,
        parts: parts.map(Clone::clone),
    }
}
