//! Logs aimed at what a difference says of rows beside those that raise the alert: so many more rows of another
//! kind, which a subquery may count, and rows whose texts are nearly those of the others.

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::change::{Rows, changed, chosen_rows};
use crate::focus::Focus;
use crate::generate::bases::Base;
use crate::generate::in_turn;
use crate::generate::pool::{Pool, swap_case, text, text_of, typed, whole_of};
use crate::generate::texts::of_two;
use crate::log::{Row, Sheet};

/// Columns in which the added rows are of another kind, and values of each.
const MAX_COLUMNS: usize = 6;
const MAX_VALUES: usize = 6;
/// Largest number of rows that are added.
const MAX_ADDED: i64 = 40;
/// Texts that stand in all rows, and nearly in as many others.
const MAX_TEXTS: usize = 40;

impl Pool<'_> {
    /// The base with as many more rows as one of these numbers, and one more and less, each a copy of one row
    /// but for a column that holds a constant of the rules.
    pub(super) fn counted_beside(&self, base: &Base, numbers: &[i64]) -> Vec<Base> {
        let numbers = numbers.iter().copied();
        let numbers = numbers.filter(|number| (1..=MAX_ADDED).contains(number));
        let counts = numbers.flat_map(|number| [number, number + 1, number - 1]);
        let counts: Vec<usize> = counts
            .filter_map(|count| usize::try_from(count).ok())
            .filter(|count| *count > 0)
            .collect();
        let places = chosen_rows(&base.log).into_iter();
        let kinds = places.flat_map(|(sheet, row)| self.of_other_kind(base, sheet, row));
        let each = kinds.map(|(sheet, row)| {
            let logs = counts.iter().map(|count| added(base, sheet, &row, *count));
            logs.collect()
        });
        in_turn(each.collect())
    }

    /// A row with a constant in one of its columns that it does not hold, in turn.
    fn of_other_kind(&self, base: &Base, at: usize, row: usize) -> Vec<(usize, Row)> {
        let Some(sheet) = base.log.sheets.get(at) else {
            return Vec::new();
        };
        let Some(known) = sheet.rows.get(row) else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        for column in self.columns(&base.log, at) {
            let values = self.exact(sheet, column).into_iter();
            let others: Vec<Row> = values
                .filter(|value| known.get(column) != Some(value))
                .take(MAX_VALUES)
                .map(|value| with_cell(known, column, value))
                .collect();
            if !others.is_empty() && rows.len() < MAX_COLUMNS {
                rows.push(others.into_iter().map(|row| (at, row)).collect());
            }
        }
        in_turn(rows)
    }

    /// The constants that the rules hold against a column, as they are.
    fn exact(&self, sheet: &Sheet, column: usize) -> Vec<Value> {
        let Some(schema) = sheet.columns.get(column) else {
            return Vec::new();
        };
        match schema.ty {
            ScalarType::String => {
                let constants = self.constants(sheet, column).into_iter();
                let natural = |one: &String| self.carrying.is_natural(one, &schema.name);
                constants.filter(natural).map(|one| text(&one)).collect()
            }
            ty @ (ScalarType::Int | ScalarType::Long | ScalarType::Real) => {
                let values = self.interest(sheet, column);
                let values = values.into_iter().flat_map(|interest| &interest.values);
                let numbers = values.filter_map(whole_of);
                numbers.map(|number| typed(number, ty)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A text of the difference in all rows of a column, and with other letter case in as many more: rows that
    /// only their letters tell apart.
    pub(super) fn nearly_alike(&self, base: &Base, focus: &Focus, at: (usize, usize)) -> Vec<Base> {
        let Some(sheet) = base.log.sheets.get(at.0) else {
            return Vec::new();
        };
        let name = sheet.columns.get(at.1).map(|column| column.name.as_str());
        let own = focus.values.iter().filter_map(text_of);
        let mut constants: Vec<String> = own.collect();
        constants.extend(self.constants(sheet, at.1));
        let first = sheet.rows.first().and_then(|row| row.get(at.1));
        let mut texts: Vec<String> = first.and_then(text_of).into_iter().collect();
        texts.extend(of_two(&constants));
        texts.extend(constants);
        let natural = texts
            .into_iter()
            .filter(|one| self.carrying.is_natural(one, name.unwrap_or_default()))
            .filter(|one| {
                self.carrying
                    .is_natural(&swap_case(one), name.unwrap_or_default())
            });
        let logs = natural.take(MAX_TEXTS).filter_map(|one| {
            let alike = changed(base, at, Rows::All, &|_| text(&one));
            let alike = alike.unwrap_or_else(|| base.clone());
            changed(&alike, at, Rows::CopyOfAll, &|_| text(&swap_case(&one)))
        });
        logs.collect()
    }
}

/// The base with so many copies of a row more.
fn added(base: &Base, sheet: usize, row: &Row, count: usize) -> Base {
    let mut made = base.clone();
    if let Some(sheet) = made.log.sheets.get_mut(sheet) {
        sheet.rows.extend(vec![row.clone(); count]);
    }
    made
}

/// A row with another cell.
fn with_cell(row: &Row, column: usize, value: Value) -> Row {
    let mut cells = (**row).clone();
    if let Some(cell) = cells.get_mut(column) {
        *cell = value;
    }
    Row::new(cells)
}
