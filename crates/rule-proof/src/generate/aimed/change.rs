//! Changes of a log: another value in a column of one row, of all, or of copies of them.

use std::sync::Arc;

use kql_analysis::value::Value;

use crate::generate::bases::Base;
use crate::log::{Log, Sheet};

/// Rows of a base that stand for the others.
const MAX_CHOSEN: usize = 3;
/// Rows up to which a base is copied whole.
const MAX_COPIED: usize = 500;

/// Which rows a change is made in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rows {
    /// One row is changed.
    One(usize),
    /// All rows of the sheet are.
    All,
    /// A changed copy of one row is added.
    CopyOfOne(usize),
    /// Changed copies of all rows are added.
    CopyOfAll,
}

/// The rows of a sheet that stand for the others: the first, the last, one between.
fn chosen(sheet: &Sheet) -> Vec<usize> {
    let last = sheet.rows.len().saturating_sub(1);
    let mut rows: Vec<usize> = [0, last, last / 2]
        .into_iter()
        .filter(|row| *row < sheet.rows.len())
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows.truncate(MAX_CHOSEN);
    rows
}

/// Those rows of every sheet, by sheet and row.
pub(in crate::generate) fn chosen_rows(log: &Log) -> Vec<(usize, usize)> {
    let sheets = log.sheets.iter().enumerate();
    sheets
        .flat_map(|(at, sheet)| chosen(sheet).into_iter().map(move |row| (at, row)))
        .collect()
}

/// The ways to choose rows of a sheet.
pub(super) fn ways(sheet: &Sheet) -> Vec<Rows> {
    let mut ways = Vec::new();
    if sheet.rows.len() <= MAX_COPIED {
        ways.push(Rows::CopyOfAll);
    }
    ways.push(Rows::All);
    if sheet.rows.len() > 1 {
        for row in chosen(sheet) {
            ways.extend([Rows::CopyOfOne(row), Rows::One(row)]);
        }
    }
    ways
}

/// The rows of a sheet that a change is made in, after copying what is to be copied.
fn places(sheet: &mut Sheet, rows: Rows) -> std::ops::Range<usize> {
    let count = sheet.rows.len();
    match rows {
        Rows::All => 0..count,
        Rows::One(row) => row..row + 1,
        Rows::CopyOfOne(row) => {
            sheet.rows.extend(sheet.rows.get(row).cloned());
            count..sheet.rows.len()
        }
        Rows::CopyOfAll => {
            sheet.rows.extend_from_within(..);
            count..sheet.rows.len()
        }
    }
}

/// The base with another value in a column of some rows; nothing when every value stays what it was.
pub(super) fn changed(
    base: &Base,
    (sheet, column): (usize, usize),
    rows: Rows,
    value: &dyn Fn(&Value) -> Value,
) -> Option<Base> {
    let mut made = base.clone();
    let sheet = made.log.sheets.get_mut(sheet)?;
    let mut is_other = false;
    for row in places(sheet, rows) {
        let cell = sheet.rows.get(row)?.get(column)?;
        let new = value(cell);
        is_other |= new != *cell;
        sheet.set(row, column, new);
    }
    is_other.then_some(made)
}

/// A change of a column's value in one of two ways.
pub(super) type Change<'c> = &'c dyn Fn(&Value) -> Value;

/// The base with two columns changed in some rows.
pub(super) fn changed_twice(
    base: &Base,
    (sheet, one, other): (usize, usize, usize),
    rows: Rows,
    (first, second): (Change<'_>, Change<'_>),
) -> Option<Base> {
    let mut made = base.clone();
    let sheet = made.log.sheets.get_mut(sheet)?;
    for row in places(sheet, rows) {
        for (column, value) in [(one, first), (other, second)] {
            let new = value(sheet.rows.get(row)?.get(column)?);
            sheet.set(row, column, new);
        }
    }
    Some(made)
}

/// The base with a text of a column replaced wherever it stands in the log, so that joins go on to meet;
/// only where it stands in more than one sheet.
pub(super) fn replaced(base: &Base, (at, column): (usize, usize), value: &Value) -> Option<Base> {
    let first = base.log.sheets.get(at)?.rows.first()?.get(column)?.clone();
    let is_text = matches!(first, Value::String(_)) && matches!(value, Value::String(_));
    let has = |sheet: &Sheet| sheet.rows.iter().any(|row| row.contains(&first));
    if !is_text || first == *value || base.log.sheets.iter().filter(|sheet| has(sheet)).count() < 2
    {
        return None;
    }
    let mut made = base.clone();
    for sheet in &mut made.log.sheets {
        for row in &mut sheet.rows {
            if row.contains(&first) {
                let cells = Arc::make_mut(row).iter_mut();
                cells
                    .filter(|cell| **cell == first)
                    .for_each(|cell| cell.clone_from(value));
            }
        }
    }
    Some(made)
}
