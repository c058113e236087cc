//! One column of a table: typed cells that are shared, so that a clone costs a counter.
//!
//! Text is stored as codes into a dictionary; work on a text can be done once per distinct text.
//! Reading outside the column gives null, never a panic.

mod cells;
mod rows;
mod times;
mod typed;

use std::sync::Arc;

use kql_analysis::decimal::Decimal;
use kql_analysis::types::ScalarType;
use kql_analysis::value::{Items, Value};

use crate::builder::ColumnBuilder;
use crate::codes::Codes;
use crate::dictionary::Entries;
use crate::ids::Ids;
use crate::lists::Lists;
use crate::picked::Picked;
use crate::room;
use crate::time_index::Times;
pub(crate) use cells::Cells;

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
    Any(Arc<Items>),
    /// Rows of another column, gathered when they are read.
    Picked(Arc<Picked>),
}

impl Column {
    /// A column of cells that are of the type already.
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

    /// As [`Self::stored`], for a caller that owns the column.
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

    /// A 64-bit integer as a value of the column's type.
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

    /// Elements of the array, or members of the bag, of a row; 0 of a column that does not hold its values.
    pub(crate) fn elements(&self, row: usize) -> usize {
        match self.data() {
            Data::Lists(lists) => lists.elements(row),
            Data::Any(values) => match values.get(row) {
                Some(Value::Array(items)) => items.len(),
                Some(Value::Bag(bag)) => bag.len(),
                _ => 0,
            },
            _ => 0,
        }
    }

    /// The one value of a column that was made constant.
    pub fn as_constant(&self) -> Option<&Value> {
        // A column of picked rows is not constant.
        match &self.data {
            Data::Constant(value, _) => Some(value),
            _ => None,
        }
    }
}
