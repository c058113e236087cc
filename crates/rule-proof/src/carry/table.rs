//! Carrying of whole tables, column by column; columns that no carried row changes are shared.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use kql_engine::{Column, Table};
use rule_replay::Tables;

use super::facts::{CLAIMS, ID_COLUMNS, PROVIDER, PROVIDER_COLUMN, Shape};
use super::{Carrying, Direction};

impl Carrying {
    /// The tables with every row of one kind of resource carried to the other.
    pub fn tables(&self, tables: &Tables, direction: Direction) -> Tables {
        let carried =
            |(name, table): (&String, &Table)| (name.clone(), self.table(table, direction));
        tables.iter().map(carried).collect()
    }

    /// Whether each row is of the kind that a direction carries.
    pub fn is_carried(&self, table: &Table, direction: Direction) -> Vec<bool> {
        let (kind, _) = &self.words(direction).resource_type;
        let provider = table.column_named(PROVIDER_COLUMN);
        let of_provider = |row: usize| match provider.map(|column| column.get(row)) {
            Some(Value::String(text)) => text.is_empty() || text.eq_ignore_ascii_case(PROVIDER),
            _ => true,
        };
        let column = table.column_named(&self.type_column);
        let id = ID_COLUMNS.iter().find_map(|name| table.column_named(name));
        let tells = |row: usize| match (column, id) {
            (Some(column), _) => is_text(column, row, |text| text.eq_ignore_ascii_case(kind)),
            (None, Some(id)) => is_text(id, row, |text| {
                self.words(direction).text(text) != Cow::Borrowed(text)
            }),
            (None, None) => false,
        };
        (0..table.rows())
            .map(|row| of_provider(row) && tells(row))
            .collect()
    }

    fn table(&self, table: &Table, direction: Direction) -> Table {
        let carried = self.is_carried(table, direction);
        if !carried.contains(&true) {
            return table.clone();
        }
        let words = self.words(direction);
        let columns = table.schema().columns.iter().zip(table.columns());
        let columns = columns.map(|(schema, column)| match schema.name.as_str() {
            _ if schema.ty != ScalarType::String => column.clone(),
            name if name == self.type_column => {
                mapped(column, &carried, |text| words.resource_type(text))
            }
            name if name == self.operation_column => {
                mapped(column, &carried, |text| words.operation(text))
            }
            _ => mapped(column, &carried, |text| words.text(text)),
        });
        Table::with_rows(table.schema().clone(), columns.collect(), table.rows())
    }

    /// The tables without rows of operations that have no counterpart, and how many of each there were.
    pub fn without_left_out(&self, tables: &Tables) -> (Tables, BTreeMap<String, usize>) {
        let mut counts = BTreeMap::new();
        let kept = tables.iter().map(|(name, table)| {
            let Some(column) = table.column_named(&self.operation_column) else {
                return (name.clone(), table.clone());
            };
            let carried = self.is_carried(table, Direction::Forth);
            let stays = |row: &u32| {
                let row = *row as usize;
                let found = carried.get(row).filter(|carried| **carried);
                let found = found.and_then(|_| self.left_out_name(column, row));
                found
                    .map(|name| *counts.entry(name.to_owned()).or_default() += 1)
                    .is_none()
            };
            let rows: Vec<u32> = (0..table.rows() as u32).filter(stays).collect();
            match rows.len() == table.rows() {
                true => (name.clone(), table.clone()),
                false => (name.clone(), table.take(&rows)),
            }
        });
        let kept = kept.collect();
        (kept, counts)
    }

    /// The tables with another operation in the place of those that have no counterpart, so that rows which
    /// only such operations have (control plane, long claims) can be tried.
    pub fn with_stand_in(&self, tables: &Tables, operation: &str) -> Tables {
        let changed = tables.iter().map(|(name, table)| {
            let place = table.schema().index_of(&self.operation_column);
            let Some((place, column)) = place.and_then(|at| Some((at, table.column(at)?))) else {
                return (name.clone(), table.clone());
            };
            let carried = self.is_carried(table, Direction::Forth);
            let cells = (0..table.rows()).map(|row| {
                let stays =
                    carried.get(row) != Some(&true) || self.left_out_name(column, row).is_none();
                match stays {
                    true => column.get(row),
                    false => Value::String(operation.into()),
                }
            });
            let mut columns = table.columns().to_vec();
            columns[place] = Column::from_values(column.ty(), cells);
            let table = Table::with_rows(table.schema().clone(), columns, table.rows());
            (name.clone(), table)
        });
        changed.collect()
    }

    fn left_out_name(&self, column: &Column, row: usize) -> Option<&str> {
        let Value::String(text) = column.get(row) else {
            return None;
        };
        let mut operations = self.left_out.iter();
        let found = operations.find(|operation| operation.name.eq_ignore_ascii_case(&text))?;
        Some(&found.name)
    }

    /// Carried tables in a shape that rows of the target may have.
    pub fn shaped(&self, tables: &Tables, shape: Shape) -> Tables {
        let shaped = |(name, table): (&String, &Table)| (name.clone(), self.shape(table, shape));
        tables.iter().map(shaped).collect()
    }

    fn shape(&self, table: &Table, shape: Shape) -> Table {
        let of_target = self.is_carried(table, Direction::Back);
        if !of_target.contains(&true) {
            return table.clone();
        }
        let mut columns = table.columns().to_vec();
        let place = |name: &str| table.schema().index_of(name);
        match shape {
            Shape::NoId => empty(&mut columns, place("id_s"), &of_target),
            Shape::LongClaims => {
                for (short, long) in CLAIMS {
                    move_text(&mut columns, (place(short), place(long)), &of_target);
                    empty(&mut columns, place(short), &of_target);
                }
            }
        }
        Table::with_rows(table.schema().clone(), columns, table.rows())
    }
}

fn is_text(column: &Column, row: usize, test: impl Fn(&str) -> bool) -> bool {
    matches!(column.get(row), Value::String(text) if test(&text))
}

/// A text column with the cells of the marked rows changed; each different text is changed once.
fn mapped(column: &Column, marked: &[bool], change: impl Fn(&str) -> Cow<'_, str>) -> Column {
    let changes = |text: &str| change(text) != text;
    let unchanged = match column.texts() {
        Some((_, texts)) => !texts.iter().any(|text| changes(text)),
        None => false,
    };
    if unchanged {
        return column.clone();
    }
    let mut known: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
    let cells = column
        .iter()
        .zip(marked)
        .map(|(value, marked)| match value {
            Value::String(text) if *marked => {
                let new = || Arc::from(change(&text).as_ref());
                Value::String(Arc::clone(
                    known.entry(Arc::clone(&text)).or_insert_with(new),
                ))
            }
            other => other,
        });
    Column::from_values(column.ty(), cells)
}

fn empty(columns: &mut [Column], place: Option<usize>, marked: &[bool]) {
    let Some(column) = place.and_then(|place| columns.get_mut(place)) else {
        return;
    };
    *column = mapped(column, marked, |_| Cow::Borrowed(""));
}

/// Moves texts of the marked rows to another column where that is empty.
fn move_text(columns: &mut [Column], (from, to): (Option<usize>, Option<usize>), marked: &[bool]) {
    let column = |place: Option<usize>| place.and_then(|place| columns.get(place)).cloned();
    let (Some(source), Some(target), Some(place)) = (column(from), column(to), to) else {
        return;
    };
    let cells = source.iter().zip(target.iter()).zip(marked);
    let cells = cells.map(|((source, target), marked)| match &target {
        Value::String(text) if *marked && text.is_empty() => source,
        _ => target,
    });
    let moved = Column::from_values(target.ty(), cells);
    if let Some(slot) = columns.get_mut(place) {
        *slot = moved;
    }
}
