//! Changes of a log, each small enough that most rows go on to do what they did.

use audit_logs::generate::Random;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::pool::{Pool, chance, pick, text};
use super::vary::vary;
use crate::log::{Log, Row, TIME_COLUMN};
use crate::reading::{Atom, Source};

/// Most rows that a change brings a log to.
pub(super) const MAX_ROWS: usize = 1_600;
/// Largest number in a query that rows are counted up to.
const MAX_COUNT: i64 = 1_100;
/// Numbers up to this size are cheap to count up to.
const SMALL_COUNT: i64 = 80;
/// Columns that tell whose row it is and are not changed in logs that are carried over.
const FIXED: [&str; 2] = [crate::carry::PROVIDER_COLUMN, "ResourceId"];

/// Rows of one sheet.
struct Chosen {
    sheet: usize,
    rows: Vec<usize>,
}

impl Pool<'_> {
    /// Changes a log that is run at `time`.
    pub fn mutate(&self, random: &mut Random, log: &mut Log, time: i64) {
        let Some(chosen) = self.choose(random, log, None) else {
            return;
        };
        match random.below(15) {
            12 => {
                let copy = clone_rows(log, &chosen);
                self.move_times(random, log, &copy, time);
                self.assign_columns(random, log, &copy, time);
            }
            13 | 14 => self.second_event(random, log, time),
            0..=2 => self.assign_predicate(random, log, time, true),
            3 => self.assign_predicate(random, log, time, false),
            4 => {
                let copy = clone_rows(log, &chosen);
                self.assign_columns(random, log, &copy, time);
            }
            5 => self.assign_columns(random, log, &chosen, time),
            6 => drop_rows(log, &chosen),
            7 | 8 => self.count_up(random, log, &chosen),
            9 => self.substitute(random, log, &chosen, time),
            10 => self.make_distinct(random, log, &chosen),
            _ => self.move_times(random, log, &chosen, time),
        }
    }

    /// Some rows: one, all, or those that agree with one in a column.
    fn choose(&self, random: &mut Random, log: &Log, sheet: Option<usize>) -> Option<Chosen> {
        let filled = log.sheets.iter().enumerate();
        let filled = filled.filter(|(_, sheet)| !sheet.rows.is_empty());
        let filled: Vec<usize> = filled.map(|(index, _)| index).collect();
        let sheet = match sheet.filter(|sheet| filled.contains(sheet)) {
            Some(sheet) => sheet,
            None => *pick(random, &filled)?,
        };
        let rows = &log.sheets.get(sheet)?.rows;
        let one = random.below(rows.len() as u64) as usize;
        let columns = self.columns(log, sheet);
        let rows = match (random.below(4), pick(random, &columns)) {
            (0, _) => vec![one],
            (1, Some(column)) => {
                let like = |row: &Row| row.get(*column) == rows[one].get(*column);
                let alike = rows.iter().enumerate().filter(|(_, row)| like(row));
                alike.map(|(index, _)| index).collect()
            }
            (2, _) => (0..rows.len()).filter(|row| row % 2 == one % 2).collect(),
            _ => (0..rows.len()).collect(),
        };
        Some(Chosen { sheet, rows })
    }

    /// Whether a column stays as it is: in logs that are carried over, what tells whose row it is.
    pub fn is_fixed(&self, name: &str) -> bool {
        !self.carrying.type_column().is_empty() && FIXED.contains(&name)
    }

    /// Columns of a sheet that decide something.
    pub fn columns(&self, log: &Log, sheet: usize) -> Vec<usize> {
        let Some(sheet) = log.sheets.get(sheet) else {
            return Vec::new();
        };
        let decides = |column: &usize| {
            let name = sheet
                .columns
                .get(*column)
                .map(|column| column.name.as_str());
            let fixed = name.is_some_and(|name| self.is_fixed(name));
            !fixed && self.interest(sheet, *column).is_some_and(|one| one.decides)
        };
        (0..sheet.columns.len()).filter(decides).collect()
    }

    /// Columns that counted rows may differ in: no resource has a type with a number.
    pub fn varied_columns(&self, log: &Log, sheet: usize) -> Vec<usize> {
        let mut columns = self.columns(log, sheet);
        let columns_of = log.sheets.get(sheet).map(|sheet| &sheet.columns);
        columns.retain(|column| {
            let schema = columns_of.and_then(|columns| columns.get(*column));
            schema.is_none_or(|schema| schema.name != self.carrying.type_column())
        });
        columns
    }

    /// A column that decides something; mostly one that stands in a predicate or a key.
    fn column(&self, random: &mut Random, log: &Log, sheet: usize) -> Option<usize> {
        let columns = self.columns(log, sheet);
        let strong = |column: &usize| {
            let sheet = log.sheets.get(sheet);
            let interest = sheet.and_then(|sheet| self.interest(sheet, *column));
            interest.is_some_and(|interest| interest.is_strong)
        };
        let strong: Vec<usize> = columns.iter().copied().filter(strong).collect();
        let unlike = |column: &usize| {
            let sheet = log.sheets.get(sheet);
            sheet.is_some_and(|sheet| self.unlike.contains(&Self::source(sheet, *column)))
        };
        let unlike: Vec<usize> = columns.iter().copied().filter(unlike).collect();
        if !unlike.is_empty() && chance(random, 2) {
            return pick(random, &unlike).copied();
        }
        match chance(random, 4) || strong.is_empty() {
            true => pick(random, &columns).copied(),
            false => pick(random, &strong).copied(),
        }
    }

    /// One new value each for up to three columns, the same in all rows.
    fn assign_columns(&self, random: &mut Random, log: &mut Log, chosen: &Chosen, time: i64) {
        for _ in 0..=random.below(3) {
            let column = self.column(random, log, chosen.sheet);
            let (Some(column), Some(sheet)) = (column, log.sheets.get(chosen.sheet)) else {
                return;
            };
            let value = self.value(random, log, (sheet, column), time);
            self.assign_linked(random, log, chosen, (column, &value));
        }
    }

    /// Assigns a value, and often also to the columns of other tables that it meets in a join, so that the
    /// join goes on to find a partner.
    fn assign_linked(
        &self,
        random: &mut Random,
        log: &mut Log,
        chosen: &Chosen,
        (column, value): (usize, &Value),
    ) {
        let Some(sheet) = log.sheets.get(chosen.sheet) else {
            return;
        };
        let partners: Vec<Source> = self.partners(sheet, column).into_iter().cloned().collect();
        assign(log, chosen, column, value);
        if !matches!(value, Value::String(_)) || chance(random, 3) {
            return;
        }
        for partner in partners {
            let place = log
                .sheets
                .iter()
                .position(|sheet| sheet.table == partner.table);
            let Some((sheet, rows)) =
                place.and_then(|at| Some((at, log.sheets.get(at)?.rows.len())))
            else {
                continue;
            };
            let all = Chosen {
                sheet,
                rows: (0..rows).collect(),
            };
            if let (true, Some(column)) = (
                sheet != chosen.sheet,
                log.sheets[sheet].column(&partner.column),
            ) {
                assign(log, &all, column, value);
            }
        }
    }

    /// A copy of the whole log beside it that meets nothing of the first: values that join differ.
    fn second_event(&self, random: &mut Random, log: &mut Log, time: i64) {
        let before = log.clone();
        let Some(chosen) = self.choose(random, log, None) else {
            return;
        };
        self.assign_columns(random, log, &chosen, time);
        append(log, &before);
    }

    /// Values that make most parts of a predicate true, and some false, in rows of the table that it reads or
    /// in copies of them.
    fn assign_predicate(&self, random: &mut Random, log: &mut Log, time: i64, in_copy: bool) {
        let Some(atoms) = pick(random, &self.reading.predicates) else {
            return;
        };
        let source = atoms.iter().flat_map(|atom| &atom.sources).next();
        let sheet = source.and_then(|source| {
            let mut sheets = log.sheets.iter();
            sheets.position(|sheet| sheet.table == source.table)
        });
        let Some(mut chosen) = self.choose(random, log, sheet) else {
            return;
        };
        if in_copy {
            chosen = clone_rows(log, &chosen);
        }
        let all = chance(random, 2);
        for atom in atoms {
            if !all && chance(random, 4) {
                continue;
            }
            let wanted = all || !chance(random, 3);
            self.assign_atom(random, log, &chosen, (atom, wanted), time);
        }
    }

    fn assign_atom(
        &self,
        random: &mut Random,
        log: &mut Log,
        chosen: &Chosen,
        (atom, wanted): (&Atom, bool),
        time: i64,
    ) {
        let Some(sheet) = log.sheets.get(chosen.sheet) else {
            return;
        };
        for source in atom
            .sources
            .iter()
            .filter(|source| source.table == sheet.table)
        {
            let Some(column) = sheet.column(&source.column) else {
                continue;
            };
            if self.is_fixed(&source.column) {
                continue;
            }
            let is_text = sheet
                .columns
                .get(column)
                .is_some_and(|one| one.ty == ScalarType::String);
            let constant = pick(random, &atom.values).cloned();
            let value = match constant {
                Some(Value::String(constant)) if wanted && is_text => {
                    let constant = self.carrying.back_constant(&constant, &source.column);
                    match self.carrying.is_natural(&constant, &source.column) {
                        true => text(&constant),
                        false => continue,
                    }
                }
                None if is_text && chance(random, 2) => text(""),
                _ => self.value(random, log, (sheet, column), time),
            };
            return self.assign_linked(random, log, chosen, (column, &value));
        }
    }

    /// As many rows as a number of the query, or one more or less; all alike or different in a column.
    fn count_up(&self, random: &mut Random, log: &mut Log, chosen: &Chosen) {
        let numbers = self.reading.numbers.iter().copied();
        let numbers: Vec<i64> = numbers.filter(|n| (1..=MAX_COUNT).contains(n)).collect();
        let small: Vec<i64> = numbers
            .iter()
            .copied()
            .filter(|n| *n <= SMALL_COUNT)
            .collect();
        let from = if chance(random, 6) || small.is_empty() {
            &numbers
        } else {
            &small
        };
        let wanted =
            pick(random, from).copied().unwrap_or(2) + [-1, 0, 1, 2][random.below(4) as usize];
        let wanted = usize::try_from(wanted).unwrap_or_default();
        let columns = self.varied_columns(log, chosen.sheet);
        let varied = pick(random, &columns).copied();
        let varied = varied.filter(|_| chance(random, 2));
        let Some(sheet) = log.sheets.get_mut(chosen.sheet) else {
            return;
        };
        let mut rows: Vec<Row> = chosen
            .rows
            .iter()
            .filter_map(|row| sheet.rows.get(*row).cloned())
            .collect();
        let Some(first) = rows.first().cloned() else {
            return;
        };
        remove(&mut sheet.rows, &chosen.rows);
        rows.resize(wanted.min(MAX_ROWS), first);
        if let Some(column) = varied {
            rows.iter_mut()
                .enumerate()
                .for_each(|(number, row)| vary(row, column, number));
        }
        sheet.rows.extend(rows);
    }

    /// Another value in the place of one that stands in a row, wherever it stands in the log, so that joins
    /// go on to meet.
    fn substitute(&self, random: &mut Random, log: &mut Log, chosen: &Chosen, time: i64) {
        let column = self.column(random, log, chosen.sheet);
        let (Some(column), Some(sheet)) = (column, log.sheets.get(chosen.sheet)) else {
            return;
        };
        let row = chosen.rows.first().and_then(|row| sheet.rows.get(*row));
        let old = row.and_then(|row| row.get(column)).cloned();
        let (Some(old @ Value::String(_)), new) =
            (old, self.value(random, log, (sheet, column), time))
        else {
            return;
        };
        for sheet in &mut log.sheets {
            for column in 0..sheet.columns.len() {
                let name = &sheet.columns[column].name;
                let fixed = self.is_fixed(name) || name == self.carrying.type_column();
                for row in 0..sheet.rows.len() {
                    if !fixed && sheet.rows[row].get(column) == Some(&old) {
                        sheet.set(row, column, new.clone());
                    }
                }
            }
        }
    }

    /// A different value of a column in each row.
    fn make_distinct(&self, random: &mut Random, log: &mut Log, chosen: &Chosen) {
        let columns = self.varied_columns(log, chosen.sheet);
        let column = pick(random, &columns).copied();
        let (Some(column), Some(sheet)) = (column, log.sheets.get_mut(chosen.sheet)) else {
            return;
        };
        for (number, row) in chosen.rows.iter().enumerate() {
            if let Some(row) = sheet.rows.get_mut(*row) {
                vary(row, column, number);
            }
        }
    }

    /// Moves rows in time, all by the same or each to a place of its own.
    fn move_times(&self, random: &mut Random, log: &mut Log, chosen: &Chosen, time: i64) {
        let Some(sheet) = log.sheets.get(chosen.sheet) else {
            return;
        };
        let Some(column) = sheet.column(TIME_COLUMN) else {
            return;
        };
        let each = chance(random, 2);
        let mut value = self.time(random, log, (sheet, column), time);
        let mut moved = Vec::with_capacity(chosen.rows.len());
        for _ in &chosen.rows {
            if each {
                value = self.time(random, log, (sheet, column), time);
            }
            moved.push(value.clone());
        }
        let Some(sheet) = log.sheets.get_mut(chosen.sheet) else {
            return;
        };
        for (row, value) in chosen.rows.iter().zip(moved) {
            sheet.set(*row, column, value);
        }
    }
}

/// Appends the rows of another log.
pub(super) fn append(log: &mut Log, other: &Log) {
    for (sheet, other) in log.sheets.iter_mut().zip(&other.sheets) {
        let room = MAX_ROWS.saturating_sub(sheet.rows.len());
        sheet.rows.extend(other.rows.iter().take(room).cloned());
    }
}

/// Appends copies of rows and gives their places.
fn clone_rows(log: &mut Log, chosen: &Chosen) -> Chosen {
    let mut copy = Chosen {
        sheet: chosen.sheet,
        rows: Vec::new(),
    };
    let Some(sheet) = log.sheets.get_mut(chosen.sheet) else {
        return copy;
    };
    let room = MAX_ROWS.saturating_sub(sheet.rows.len());
    let rows = chosen.rows.iter().take(room);
    let rows: Vec<Row> = rows
        .filter_map(|row| sheet.rows.get(*row).cloned())
        .collect();
    copy.rows = (sheet.rows.len()..sheet.rows.len() + rows.len()).collect();
    sheet.rows.extend(rows);
    copy
}

fn drop_rows(log: &mut Log, chosen: &Chosen) {
    if let Some(sheet) = log.sheets.get_mut(chosen.sheet) {
        remove(&mut sheet.rows, &chosen.rows);
    }
}

fn remove(rows: &mut Vec<Row>, places: &[usize]) {
    let mut place = 0;
    rows.retain(|_| {
        place += 1;
        places.binary_search(&(place - 1)).is_err()
    });
}

fn assign(log: &mut Log, chosen: &Chosen, column: usize, value: &Value) {
    if let Some(sheet) = log.sheets.get_mut(chosen.sheet) {
        for row in &chosen.rows {
            sheet.set(*row, column, value.clone());
        }
    }
}
