//! Rows of a column: which are true, and the cells of chosen ones.

use std::sync::Arc;

use kql_analysis::value::{Items, Value};

use super::{Column, Data, Dictionary};
use crate::codes::Codes;
use crate::error::EvalError;
use crate::interrupt::Pace;

impl Column {
    /// The rows whose cell is true.
    pub fn true_rows(&self) -> Vec<u32> {
        match self.data() {
            Data::Bool(cells) => cells.rows_where(|truth| truth),
            Data::Constant(value, rows) => match *value == Value::Bool(true) {
                true => (0..*rows as u32).collect(),
                false => Vec::new(),
            },
            _ => {
                let is_true = |row: &u32| self.get(*row as usize) == Value::Bool(true);
                (0..self.len() as u32).filter(is_true).collect()
            }
        }
    }

    /// The cells of these rows, in this order; [`NO_ROW`](super::NO_ROW) gives null (of a text: empty).
    pub fn take(&self, rows: &[u32]) -> Self {
        match self.unread() {
            Some(picked) => picked.take(rows),
            None => self.gathered(rows),
        }
    }

    /// As [`Self::take`], of a column that is not picked itself.
    pub(crate) fn gathered(&self, rows: &[u32]) -> Self {
        let data = match &self.data {
            // A null is what a missing row gives.
            Data::Constant(value, len)
                if *value == Value::Null || rows.iter().all(|row| (*row as usize) < *len) =>
            {
                Data::Constant(value.clone(), rows.len())
            }
            Data::Bool(cells) => Data::Bool(cells.take(rows)),
            Data::Int(cells) => Data::Int(cells.take(rows)),
            Data::Long(cells) => Data::Long(cells.take(rows)),
            Data::Real(cells) => Data::Real(cells.take(rows)),
            Data::Decimal(cells) => Data::Decimal(cells.take(rows)),
            Data::Guid(cells) => Data::Guid(cells.take(rows)),
            Data::Text(codes, texts) => take_texts(codes, texts, rows),
            Data::Ids(ids) => Data::Ids(Arc::new(ids.take(rows))),
            Data::Lists(lists) => match lists.take(rows) {
                Some(taken) => Data::Lists(Arc::new(taken)),
                None => return self.take_values(rows),
            },
            Data::Any(values) => of_values(rows.iter().map(|row| value_at(values, *row)).collect()),
            Data::Constant(..) | Data::Picked(_) => return self.take_values(rows),
        };
        Self::from_data(self.ty, data)
    }

    /// As [`Self::take`], of cells that are read at once in a run; an error when the run is to end. Looking up
    /// values of any kind takes long: they lie far apart.
    pub(crate) fn take_in_run(&self, rows: &[u32]) -> Result<Self, EvalError> {
        let Data::Any(values) = &self.data else {
            return Ok(self.take(rows));
        };
        let (mut taken, mut pace) = (Items::default(), Pace::default());
        taken.reserve_exact(rows.len());
        for row in rows {
            pace.row()?;
            taken.push(value_at(values, *row));
        }
        Ok(Self::from_data(self.ty, of_values(taken)))
    }

    fn take_values(&self, rows: &[u32]) -> Self {
        let cells = rows.iter().map(|row| self.get(*row as usize));
        Self::from_values(self.ty, cells)
    }
}

/// Values of any kind; nulls alone need no cells.
fn of_values(values: Items) -> Data {
    match values.iter().all(|value| *value == Value::Null) {
        true => Data::Constant(Value::Null, values.len()),
        false => Data::Any(Arc::new(values)),
    }
}

/// The value of a row, null when there is no such row.
fn value_at(values: &[Value], row: u32) -> Value {
    values.get(row as usize).cloned().unwrap_or(Value::Null)
}

/// Codes of these rows. A row that does not exist reads as the empty text, which the dictionary gets when it
/// has none.
fn take_texts(codes: &Codes, texts: &Dictionary, rows: &[u32]) -> Data {
    if rows.iter().all(|row| (*row as usize) < codes.len()) {
        // No row is missing, so no code stands for one.
        let codes = codes.take(rows, texts.len() as u32);
        return Data::Text(Arc::new(codes), Arc::clone(texts));
    }
    let mut texts = Arc::clone(texts);
    let known = texts.iter().position(|text| text.is_empty());
    let empty = known.unwrap_or(texts.len()) as u32;
    if known.is_none() {
        Arc::make_mut(&mut texts).push("".into());
    }
    Data::Text(Arc::new(codes.take(rows, empty)), texts)
}
