//! One column of a table: typed cells that are shared, so that a clone costs a counter.
//!
//! Text is stored as codes into a dictionary; work on a text can be done once per distinct text.
//! Reading outside the column gives null, never a panic.

use std::borrow::Cow;
use std::sync::Arc;

use kql_analysis::decimal::Decimal;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use crate::builder::ColumnBuilder;
use crate::codes::{Codes, gathered};
use crate::dictionary::Entries;
use crate::ids::Ids;
use crate::lists::Lists;
use crate::picked::Picked;
use crate::room;
use crate::selection::{holds_any, rows_where};
use crate::time_index::{Times, bounds, stretches};

/// Stands for "no row" in [`Column::take`]; the cell taken is null.
pub const NO_ROW: u32 = u32::MAX;

/// The texts that codes stand for, all of them different.
pub(crate) type Dictionary = Arc<Entries>;

/// The cells of one column.
#[derive(Clone, Debug)]
pub struct Column {
    ty: ScalarType,
    data: Data,
    /// Of a long column of datetimes.
    times: Option<Arc<Times>>,
}

/// How cells are stored.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// The same value in every row.
    Constant(Value, usize),
    /// Truth values.
    Bool(Cells<bool>),
    /// 32-bit integers.
    Int(Cells<i32>),
    /// 64-bit integers, and ticks of datetimes and timespans.
    Long(Cells<i64>),
    /// Reals.
    Real(Cells<f64>),
    /// Decimals.
    Decimal(Cells<Decimal>),
    /// Identifiers.
    Guid(Cells<u128>),
    /// Codes of texts.
    Text(Arc<Codes>, Dictionary),
    /// Texts that are identifiers.
    Ids(Arc<Ids>),
    /// Arrays of texts.
    Lists(Arc<Lists>),
    /// Values of any kind.
    Any(Arc<Vec<Value>>),
    /// Rows of another column, gathered when they are read.
    Picked(Arc<Picked>),
}

/// Fixed-size cells; `nulls`, when present, is parallel and marks cells without a value.
#[derive(Clone, Debug)]
pub(crate) struct Cells<T> {
    pub(crate) values: Arc<Vec<T>>,
    pub(crate) nulls: Option<Arc<Vec<bool>>>,
}

impl<T: Copy + Default> Cells<T> {
    fn get(&self, row: usize) -> Option<T> {
        let null = self.nulls.as_ref().and_then(|nulls| nulls.get(row));
        if null == Some(&true) {
            return None;
        }
        self.values.get(row).copied()
    }

    fn take(&self, rows: &[u32]) -> Self {
        if self.nulls.is_none()
            && let Some(values) = gathered(&self.values, rows)
        {
            return Self {
                values: Arc::new(values),
                nulls: None,
            };
        }
        let cells: Vec<Option<T>> = rows.iter().map(|row| self.get(*row as usize)).collect();
        Self::from_options(&cells)
    }

    /// The rows that hold a value for which `holds` is true.
    fn rows_where(&self, holds: impl Fn(T) -> bool) -> Vec<u32> {
        let mut rows = rows_where(&self.values, holds);
        if let Some(nulls) = &self.nulls {
            rows.retain(|row| nulls.get(*row as usize) != Some(&true));
        }
        rows
    }

    fn from_options(cells: &[Option<T>]) -> Self {
        let any_null = cells.iter().any(Option::is_none);
        let nulls = any_null.then(|| Arc::new(cells.iter().map(Option::is_none).collect()));
        let values = cells.iter().map(|cell| cell.unwrap_or_default()).collect();
        Self {
            values: Arc::new(values),
            nulls,
        }
    }
}

impl Column {
    pub(crate) fn from_data(ty: ScalarType, data: Data) -> Self {
        let times = match (ty, &data) {
            (ScalarType::DateTime, Data::Long(cells)) if cells.nulls.is_none() => {
                Times::are_worth_it(cells.values.len()).then(Arc::default)
            }
            _ => None,
        };
        Self { ty, data, times }
    }

    /// The cells as they are stored; rows of another column may not be gathered yet.
    pub(crate) fn stored(&self) -> &Data {
        &self.data
    }

    /// Bytes of one cell more, estimated.
    pub(crate) fn cell_bytes(&self) -> usize {
        match &self.data {
            Data::Constant(..) => 0,
            Data::Bool(_) => 1,
            Data::Int(_) => 4,
            Data::Long(_) | Data::Real(_) => 8,
            Data::Decimal(_) | Data::Guid(_) | Data::Ids(_) => 16,
            Data::Text(codes, _) => codes.held_bytes() / codes.len().max(1),
            Data::Lists(lists) => lists.held_bytes() / lists.len().max(1),
            Data::Any(_) => room::VALUE_BYTES,
            Data::Picked(picked) => picked.of().cell_bytes(),
        }
    }

    /// Bytes that the lists, bags and texts of a column of values own; 0 of other columns.
    pub(crate) fn container_bytes(&self) -> usize {
        match &self.data {
            Data::Any(values) => values.iter().map(room::owned).sum(),
            Data::Constant(value, _) => room::owned(value),
            _ => 0,
        }
    }

    pub(crate) fn into_data(self) -> Data {
        self.data
    }

    /// The cells, gathered if they have not been read before.
    fn data(&self) -> &Data {
        match &self.data {
            Data::Picked(picked) => picked.cells(),
            data => data,
        }
    }

    /// Rows of another column that this one stands for.
    pub(crate) fn unread(&self) -> Option<&Picked> {
        match &self.data {
            Data::Picked(picked) => Some(picked),
            _ => None,
        }
    }

    /// A column of type `ty` with these cells. Cells of another type are converted, a null text is
    /// empty.
    pub fn from_values(ty: ScalarType, values: impl Iterator<Item = Value>) -> Self {
        let mut builder = ColumnBuilder::new(ty);
        values.for_each(|value| builder.push(&value));
        builder.finish()
    }

    /// A column of `rows` equal cells.
    pub fn constant(value: &Value, ty: ScalarType, rows: usize) -> Self {
        let value = ColumnBuilder::fit(value, ty);
        Self::from_data(ty, Data::Constant(value, rows))
    }

    /// Type of the cells.
    pub fn ty(&self) -> ScalarType {
        self.ty
    }

    /// The same cells under another type, which must have the same values (such as `long` as
    /// `dynamic`); others are converted.
    pub fn with_type(&self, ty: ScalarType) -> Self {
        if ty == self.ty {
            return self.clone();
        }
        Self::from_values(ty, self.iter())
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Constant(_, rows) => *rows,
            Data::Bool(cells) => cells.values.len(),
            Data::Int(cells) => cells.values.len(),
            Data::Long(cells) => cells.values.len(),
            Data::Real(cells) => cells.values.len(),
            Data::Decimal(cells) => cells.values.len(),
            Data::Guid(cells) => cells.values.len(),
            Data::Text(codes, _) => codes.len(),
            Data::Ids(ids) => ids.len(),
            Data::Lists(lists) => lists.len(),
            Data::Any(values) => values.len(),
            Data::Picked(picked) => picked.len(),
        }
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell of a row; null when there is no such row.
    pub fn get(&self, row: usize) -> Value {
        let value = match self.data() {
            Data::Constant(value, rows) => (row < *rows).then(|| value.clone()),
            Data::Bool(cells) => cells.get(row).map(Value::Bool),
            Data::Int(cells) => cells.get(row).map(Value::Int),
            Data::Long(cells) => cells.get(row).map(|number| self.whole(number)),
            Data::Real(cells) => cells.get(row).map(Value::Real),
            Data::Decimal(cells) => cells.get(row).map(Value::Decimal),
            Data::Guid(cells) => cells.get(row).map(Value::Guid),
            Data::Text(codes, texts) => codes
                .get(row)
                .and_then(|code| texts.get(code as usize))
                .map(|text| Value::String(Arc::clone(text))),
            Data::Ids(ids) => ids.get(row).map(Value::String),
            Data::Lists(lists) => lists.get(row),
            Data::Any(values) => values.get(row).cloned(),
            // What is gathered is not picked itself.
            Data::Picked(_) => None,
        };
        value.unwrap_or(Value::Null)
    }

    fn whole(&self, number: i64) -> Value {
        match self.ty {
            ScalarType::DateTime => Value::DateTime(number),
            ScalarType::TimeSpan => Value::TimeSpan(number),
            _ => Value::Long(number),
        }
    }

    /// All cells in order.
    pub fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }

    /// The codes and the dictionary of a text column that has them.
    pub fn texts(&self) -> Option<(&Codes, &[Arc<str>])> {
        match self.data() {
            Data::Text(codes, texts) => Some((codes, texts)),
            _ => None,
        }
    }

    /// The cells of a column of texts that are identifiers and have no dictionary.
    pub(crate) fn ids(&self) -> Option<&Ids> {
        match self.data() {
            Data::Ids(ids) => Some(ids),
            _ => None,
        }
    }

    /// Numbers of a column of texts that are identifiers and have no dictionary; they compare as the texts.
    pub fn id_numbers(&self) -> Option<impl Iterator<Item = u128> + '_> {
        match self.data() {
            Data::Ids(ids) => Some(ids.numbers()),
            _ => None,
        }
    }

    /// The codes and the shared dictionary of a column of texts, a constant one too.
    pub(crate) fn dictionary(&self) -> Option<(Arc<Codes>, Dictionary)> {
        match self.data() {
            Data::Text(codes, texts) => Some((Arc::clone(codes), Arc::clone(texts))),
            Data::Constant(Value::String(text), rows) => {
                let codes = std::iter::repeat_n(0, *rows).collect();
                Some((Arc::new(codes), Arc::new(vec![Arc::clone(text)].into())))
            }
            _ => None,
        }
    }

    /// Arrays of texts.
    pub(crate) fn from_lists(lists: Lists) -> Self {
        Self::from_data(ScalarType::Dynamic, Data::Lists(Arc::new(lists)))
    }

    /// The one value of a column that was made constant.
    pub fn as_constant(&self) -> Option<&Value> {
        // A column of picked rows is not constant.
        match &self.data {
            Data::Constant(value, _) => Some(value),
            _ => None,
        }
    }

    /// Truth values, none of them null.
    pub(crate) fn from_truths(truths: Vec<bool>) -> Self {
        let cells = Cells {
            values: Arc::new(truths),
            nulls: None,
        };
        Self::from_data(ScalarType::Bool, Data::Bool(cells))
    }

    /// Whole numbers of a type that is stored as 64-bit integers; nulls where there is none.
    pub(crate) fn from_wholes(ty: ScalarType, wholes: &[Option<i64>]) -> Self {
        Self::from_data(ty, Data::Long(Cells::from_options(wholes)))
    }

    /// As [`Self::from_wholes`], none of them null.
    pub(crate) fn from_whole_cells(ty: ScalarType, wholes: Vec<i64>) -> Self {
        let cells = Cells {
            values: Arc::new(wholes),
            nulls: None,
        };
        Self::from_data(ty, Data::Long(cells))
    }

    /// The cells of a column of truth values without nulls.
    pub(crate) fn truths(&self) -> Option<&[bool]> {
        match self.data() {
            Data::Bool(Cells {
                values,
                nulls: None,
            }) => Some(values),
            _ => None,
        }
    }

    /// The cells of a column of 64-bit integers, datetimes (in ticks) or timespans without nulls.
    pub(crate) fn wholes(&self) -> Option<&[i64]> {
        match self.data() {
            Data::Long(Cells {
                values,
                nulls: None,
            }) => Some(values),
            _ => None,
        }
    }

    /// The cells of a column of reals without nulls.
    pub(crate) fn reals(&self) -> Option<&[f64]> {
        match self.data() {
            Data::Real(Cells {
                values,
                nulls: None,
            }) => Some(values),
            _ => None,
        }
    }

    /// The times of a column of datetimes, without the nulls; `None` when it is no such column.
    pub fn ticks(&self) -> Option<Cow<'_, [i64]>> {
        match (self.ty, self.wholes()) {
            (ScalarType::DateTime, Some(ticks)) => Some(Cow::Borrowed(ticks)),
            (ScalarType::DateTime, None) => {
                let timed = self.timed_rows()?.into_iter();
                Some(timed.map(|(ticks, _)| ticks).collect())
            }
            _ => None,
        }
    }

    /// The first and the last time of each stretch of less than a minute that holds any time of a column of
    /// datetimes, in order; `None` when it is no such column. They are found once.
    pub fn time_stretches(&self) -> Option<Arc<Vec<(i64, i64)>>> {
        let ticks = self.ticks()?;
        if ticks.is_empty() {
            return Some(Arc::default());
        }
        Some(match &self.times {
            Some(times) => times.stretches(&ticks),
            None => stretches(&ticks, bounds(&ticks)),
        })
    }

    /// The times of a column of datetimes with their rows; rows without a time are left out. `None` when
    /// it is no such column.
    pub(crate) fn timed_rows(&self) -> Option<Vec<(i64, u32)>> {
        if self.ty != ScalarType::DateTime {
            return None;
        }
        if let Some(ticks) = self.wholes() {
            return Some(ticks.iter().copied().zip(0..).collect());
        }
        let cells = self.iter().zip(0..);
        Some(
            cells
                .filter_map(|(value, row)| match value {
                    Value::DateTime(ticks) => Some((ticks, row)),
                    _ => None,
                })
                .collect(),
        )
    }

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

    /// The rows whose datetime lies in `from` (included) to `to` (not included), both in ticks; `None`
    /// when this is no column of datetimes.
    pub fn rows_in_time(&self, from: i64, to: i64) -> Option<Vec<u32>> {
        match self.data() {
            _ if self.ty != ScalarType::DateTime => None,
            Data::Long(cells) => {
                let all = || cells.rows_where(|ticks| (from..to).contains(&ticks));
                Some(self.few_rows_in_time(from, to).unwrap_or_else(all))
            }
            _ => {
                let inside = |row: &u32| match self.get(*row as usize) {
                    Value::DateTime(ticks) => (from..to).contains(&ticks),
                    _ => false,
                };
                Some((0..self.len() as u32).filter(inside).collect())
            }
        }
    }

    /// Whether this is a column of so many datetimes that an index of them may be made.
    pub(crate) fn has_times(&self) -> bool {
        self.times.is_some()
    }

    /// As [`Self::rows_in_time`], when an index finds them sooner than a look at all rows.
    pub(crate) fn few_rows_in_time(&self, from: i64, to: i64) -> Option<Vec<u32>> {
        let (times, ticks) = (self.times.as_ref()?, self.wholes()?);
        times.index(ticks)?.rows_in(ticks, from, to)
    }

    /// Whether all rows have a datetime in `from` (included) to `to` (not included), both in ticks.
    pub(crate) fn is_in_time(&self, from: i64, to: i64) -> bool {
        let ticks = self.wholes().filter(|_| self.ty == ScalarType::DateTime);
        ticks.is_some_and(|ticks| match &self.times {
            Some(times) => times.are_within(ticks, from, to),
            None => !holds_any(ticks, |ticks| !(from..to).contains(&ticks)),
        })
    }

    /// Whether a datetime lies in `from` (included) to `to` (not included), both in ticks; `None` when this is
    /// no column of datetimes.
    pub fn any_in_time(&self, from: i64, to: i64) -> Option<bool> {
        match (self.ty, self.wholes()) {
            (ScalarType::DateTime, Some(ticks)) => {
                Some(holds_any(ticks, |ticks| (from..to).contains(&ticks)))
            }
            _ => self.rows_in_time(from, to).map(|rows| !rows.is_empty()),
        }
    }

    /// The cells of these rows, in this order; [`NO_ROW`] gives null (of a text: empty).
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
            Data::Constant(..) | Data::Any(_) | Data::Picked(_) => return self.take_values(rows),
        };
        Self::from_data(self.ty, data)
    }

    fn take_values(&self, rows: &[u32]) -> Self {
        let cells = rows.iter().map(|row| self.get(*row as usize));
        Self::from_values(self.ty, cells)
    }
}

fn take_texts(codes: &Codes, texts: &Dictionary, rows: &[u32]) -> Data {
    let inside = rows.iter().all(|row| (*row as usize) < codes.len());
    let mut texts = Arc::clone(texts);
    let known = || texts.iter().position(|text| text.is_empty());
    let empty = match inside {
        true => None,
        false => known(),
    };
    let empty = empty.unwrap_or(texts.len()) as u32;
    if !inside && empty as usize == texts.len() {
        Arc::make_mut(&mut texts).push("".into());
    }
    Data::Text(Arc::new(codes.take(rows, empty)), texts)
}
