//! Logs aimed at one difference between two rules: the rows of a base, changed at the columns and constants
//! that the difference is about, by kind of change. Each kind has a share of the logs that are tried
//! ([`super::shares`]). The same base and difference give the same logs.

mod beside;
mod change;
mod count;
mod deciding;
mod gaps;
mod groups;
mod time;

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

pub(super) use self::change::chosen_rows;
use self::change::{Change, Rows, changed, changed_twice, replaced, ways};
use self::count::fewer_and_more;
pub(super) use self::count::{MAX_THRESHOLD, in_paths, repeated};
pub(super) use self::time::moved;
use super::bases::Base;
use super::candidates::whole_numbers;
use super::in_turn;
use super::pool::{Pool, text};
use super::shares::Kind;
use super::texts::{MAX_WAYS, other_text, turned};
use crate::focus::Focus;
use crate::log::{Log, Sheet, TIME_COLUMN};

/// Columns of one difference that logs are aimed at.
const MAX_COLUMNS: usize = 16;
/// Columns of a difference that are changed two at a time, and values of each.
const MAX_OF_TWO: usize = 4;
const MAX_VALUES_OF_TWO: usize = 6;
/// Rows up to which a sheet is doubled before its cells are changed.
const MAX_TWICE: usize = 20;
/// Sizes of the shares of each kind of log.
mod weights {
    pub const A_ROW_MORE: usize = 2;
    pub const EMPTIED: usize = 2;
    pub const OTHER_TIMES: usize = 4;
    pub const MOVED: usize = 4;
    pub const APART: usize = 4;
    pub const CELLS: usize = 8;
    pub const SINGLE_CELLS: usize = 4;
    pub const CELLS_TWICE: usize = 2;
    pub const TWO_KINDS: usize = 2;
    pub const COUNTED: usize = 4;
    pub const COUNTED_FURTHER: usize = 4;
    pub const COUNTED_BESIDE: usize = 3;
    pub const IN_GROUPS: usize = 2;
    pub const NEARLY_ALIKE: usize = 2;
    pub const TURNED: usize = 2;
    pub const PAIRS: usize = 2;
    pub const TWO_COLUMNS: usize = 2;
}

impl Pool<'_> {
    /// The logs by kind.
    pub fn aimed(&self, base: &Base, focus: &Focus) -> Vec<Kind> {
        let mut kinds = self.aimed_at(base, focus);
        let deciding = self.deciding(base, focus);
        kinds.extend(deciding.iter().flat_map(|base| self.aimed_at(base, focus)));
        kinds
    }

    fn aimed_at(&self, base: &Base, focus: &Focus) -> Vec<Kind> {
        let columns = self.aimed_columns(&base.log, focus);
        let in_columns = |logs: &dyn Fn((usize, usize)) -> Vec<Base>| {
            in_turn(columns.iter().map(|at| logs(*at)).collect())
        };
        vec![
            Kind::new(weights::A_ROW_MORE, fewer_and_more(base)),
            Kind::new(weights::EMPTIED, self.emptied(base, &columns)),
            Kind::new(weights::OTHER_TIMES, self.at_other_times(base, focus)),
            Kind::new(
                weights::MOVED,
                in_columns(&|at| self.moved_in(base, focus, at)),
            ),
            Kind::new(
                weights::APART,
                in_columns(&|at| self.apart(base, focus, at)),
            ),
            Kind::new(
                weights::CELLS,
                in_columns(&|at| self.cells(base, focus, at)),
            ),
            Kind::new(
                weights::SINGLE_CELLS,
                in_columns(&|at| self.single_cells(base, focus, at)),
            ),
            Kind::new(
                weights::CELLS_TWICE,
                in_columns(&|at| self.cells_twice(base, focus, at)),
            ),
            Kind::new(weights::TWO_KINDS, self.of_two_kinds(base, &columns)),
            Kind::new(
                weights::COUNTED_FURTHER,
                self.counted(base, &self.other_numbers(focus), &columns),
            ),
            Kind::new(
                weights::COUNTED,
                self.counted(base, &whole_numbers(focus), &columns),
            ),
            Kind::new(
                weights::COUNTED_BESIDE,
                self.counted_beside(base, &self.numbers_of_both(focus)),
            ),
            Kind::new(weights::IN_GROUPS, self.in_groups(base, focus)),
            Kind::new(
                weights::NEARLY_ALIKE,
                in_columns(&|at| self.nearly_alike(base, focus, at)),
            ),
            Kind::new(
                weights::TURNED,
                in_columns(&|at| self.each_in_its_way(base, at)),
            ),
            Kind::new(weights::PAIRS, self.of_pairs(base, focus, &columns)),
            Kind::new(
                weights::TWO_COLUMNS,
                self.of_two_columns(base, focus, &columns),
            ),
        ]
    }

    /// The columns of the difference by sheet and place.
    fn aimed_columns(&self, log: &Log, focus: &Focus) -> Vec<(usize, usize)> {
        let places = focus.sources.iter().filter_map(|source| {
            let sheet = log
                .sheets
                .iter()
                .position(|sheet| sheet.table == source.table)?;
            let column = log.sheets[sheet].column(&source.column)?;
            let is_filled = !log.sheets[sheet].rows.is_empty();
            (is_filled && !self.is_fixed(&source.column)).then_some((sheet, column))
        });
        places.take(MAX_COLUMNS).collect()
    }

    /// Rows moved in time, of a column that holds times.
    fn moved_in(&self, base: &Base, focus: &Focus, at: (usize, usize)) -> Vec<Base> {
        let sheet = base.log.sheets.get(at.0);
        let column = sheet.and_then(|sheet| sheet.columns.get(at.1));
        let (Some(sheet), Some(ScalarType::DateTime)) = (sheet, column.map(|one| one.ty)) else {
            return Vec::new();
        };
        let mut logs = Vec::new();
        for delta in self.deltas(focus) {
            for rows in ways(sheet) {
                logs.extend(changed(base, at, rows, &|cell| moved(cell, delta)));
            }
        }
        logs
    }

    /// Each value of one column in all rows, and in copies of all.
    pub(in crate::generate) fn cells(
        &self,
        base: &Base,
        focus: &Focus,
        at: (usize, usize),
    ) -> Vec<Base> {
        self.in_rows(base, focus, at, &|rows| {
            matches!(rows, Rows::All | Rows::CopyOfAll)
        })
    }

    /// Each value of one column in all rows, of which there are two of each: what one row does not reach by itself
    /// two may, such as a sum.
    fn cells_twice(&self, base: &Base, focus: &Focus, at: (usize, usize)) -> Vec<Base> {
        let mut twice = base.clone();
        let Some(sheet) = twice.log.sheets.get_mut(at.0) else {
            return Vec::new();
        };
        if sheet.rows.len() > MAX_TWICE {
            return Vec::new();
        }
        sheet.rows.extend_from_within(..);
        self.in_rows(&twice, focus, at, &|rows| matches!(rows, Rows::All))
    }

    /// Each value of one column in one row, and in a copy of one.
    pub(in crate::generate) fn single_cells(
        &self,
        base: &Base,
        focus: &Focus,
        at: (usize, usize),
    ) -> Vec<Base> {
        self.in_rows(base, focus, at, &|rows| {
            matches!(rows, Rows::One(_) | Rows::CopyOfOne(_))
        })
    }

    fn in_rows(
        &self,
        base: &Base,
        focus: &Focus,
        at: (usize, usize),
        is_meant: &dyn Fn(&Rows) -> bool,
    ) -> Vec<Base> {
        let Some(sheet) = base.log.sheets.get(at.0) else {
            return Vec::new();
        };
        let ways: Vec<Rows> = ways(sheet).into_iter().filter(is_meant).collect();
        let mut logs = Vec::new();
        for value in self.candidates(base, focus, at) {
            for rows in &ways {
                logs.extend(changed(base, at, *rows, &|_| value.clone()));
            }
            if is_meant(&Rows::All) {
                logs.extend(replaced(base, at, &value));
            }
        }
        logs
    }

    /// Every text of a column changed in the same way, so that those that differ still do.
    fn each_in_its_way(&self, base: &Base, at: (usize, usize)) -> Vec<Base> {
        let name = base.log.sheets.get(at.0);
        let name = name.and_then(|sheet| sheet.columns.get(at.1));
        let name = name.map(|column| column.name.clone()).unwrap_or_default();
        let ways = (0..MAX_WAYS).filter_map(|way| {
            let value = |cell: &Value| match cell {
                Value::String(known) => match turned(known).into_iter().nth(way) {
                    Some(other) if self.carrying.is_natural(&other, &name) => text(&other),
                    _ => cell.clone(),
                },
                other => other.clone(),
            };
            changed(base, at, Rows::All, &value)
        });
        ways.collect()
    }

    /// The texts of the difference empty in all rows: every one of them, and all but one, as where the first
    /// that is filled is taken.
    fn emptied(&self, base: &Base, columns: &[(usize, usize)]) -> Vec<Base> {
        let is_text = |(sheet, column): &&(usize, usize)| {
            let schema = base.log.sheets.get(*sheet);
            let schema = schema.and_then(|sheet| sheet.columns.get(*column));
            schema.map(|one| one.ty) == Some(ScalarType::String)
        };
        let texts: Vec<(usize, usize)> = columns.iter().filter(is_text).copied().collect();
        if texts.len() < 2 {
            return Vec::new();
        }
        let kept = [None].into_iter().chain(texts.iter().copied().map(Some));
        let logs = kept.map(|kept| {
            let mut made = base.clone();
            for (sheet, column) in texts.iter().filter(|one| Some(**one) != kept) {
                if let Some(sheet) = made.log.sheets.get_mut(*sheet) {
                    (0..sheet.rows.len()).for_each(|row| sheet.set(row, *column, text("")));
                }
            }
            made
        });
        logs.collect()
    }

    /// Copies of all rows that differ in a column of the difference and lie before or after them, and copies
    /// at another time that differ in one more column.
    fn of_pairs(&self, base: &Base, focus: &Focus, columns: &[(usize, usize)]) -> Vec<Base> {
        let mut logs = Vec::new();
        for at in columns {
            let Some(sheet) = base.log.sheets.get(at.0) else {
                continue;
            };
            let Some(time) = sheet.column(TIME_COLUMN) else {
                continue;
            };
            let shown: Vec<usize> = match at.1 == time {
                true => self.columns(&base.log, at.0),
                false => vec![at.1],
            };
            for column in shown.into_iter().filter(|column| *column != time) {
                let other = |cell: &Value| self.other_value(sheet, column, cell);
                for delta in self.deltas(focus).into_iter().take(8) {
                    for rows in [Rows::CopyOfAll, Rows::CopyOfOne(0)] {
                        logs.extend(changed_twice(
                            base,
                            (at.0, column, time),
                            rows,
                            (&other, &|cell| moved(cell, delta)),
                        ));
                    }
                }
            }
        }
        logs
    }

    /// Two columns of the difference changed together: both may have to be something for it to show.
    fn of_two_columns(&self, base: &Base, focus: &Focus, columns: &[(usize, usize)]) -> Vec<Base> {
        let values = |at: (usize, usize)| {
            let values = self.candidates(base, focus, at).into_iter();
            values.take(MAX_VALUES_OF_TWO).collect::<Vec<Value>>()
        };
        let few = columns.get(..MAX_OF_TWO).unwrap_or(columns);
        let mut logs = Vec::new();
        for (place, one) in few.iter().enumerate() {
            let rest = few.iter().skip(place + 1);
            for other in rest.filter(|other| other.0 == one.0) {
                let pairs = values(*one);
                let pairs = pairs.iter().flat_map(|first| {
                    let seconds = values(*other).into_iter();
                    seconds.map(move |second| (first.clone(), second))
                });
                for (first, second) in pairs {
                    for rows in [Rows::All, Rows::CopyOfAll] {
                        let at = (one.0, one.1, other.1);
                        let values: (Change<'_>, Change<'_>) =
                            (&|_| first.clone(), &|_| second.clone());
                        logs.extend(changed_twice(base, at, rows, values));
                    }
                }
            }
        }
        logs
    }

    /// Another value of the same kind.
    pub(in crate::generate) fn other_value(
        &self,
        sheet: &Sheet,
        column: usize,
        cell: &Value,
    ) -> Value {
        let name = sheet.columns.get(column).map(|column| column.name.as_str());
        match cell {
            Value::String(known) => {
                let other = other_text(known);
                match self.carrying.is_natural(&other, name.unwrap_or_default()) {
                    true => text(&other),
                    false => cell.clone(),
                }
            }
            Value::Int(number) => Value::Int(number.saturating_add(1)),
            Value::Long(number) => Value::Long(number.saturating_add(1)),
            Value::Real(number) => Value::Real(number + 1.0),
            Value::Bool(known) => Value::Bool(!known),
            Value::Null => match sheet.columns.get(column).map(|one| one.ty) {
                Some(ScalarType::String) => text("other"),
                _ => Value::Null,
            },
            other => other.clone(),
        }
    }
}
