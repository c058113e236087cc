//! Builders of columns and tables, cell by cell.

mod collected;
mod table;

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use crate::column::Column;
use crate::error::EvalError;
use crate::functions::convert;
use crate::interrupt::{self, Pace};
use collected::Collected;
pub use table::TableBuilder;

/// Collects the cells of one column. Nulls before the first value are only counted, so that a column
/// that never gets a value costs nothing.
#[derive(Debug)]
pub struct ColumnBuilder {
    ty: ScalarType,
    /// Nulls before the first of `cells`.
    leading: usize,
    /// Cells that are expected in all.
    expected: usize,
    cells: Collected,
}

impl ColumnBuilder {
    /// A builder of a column of this type.
    pub fn new(ty: ScalarType) -> Self {
        Self {
            ty,
            leading: 0,
            expected: 0,
            cells: Collected::of(ty),
        }
    }

    /// The value as a cell of type `ty`: converted when it is of another type, a null text empty.
    pub(crate) fn fit(value: &Value, ty: ScalarType) -> Value {
        match (ty, value) {
            (ScalarType::String, Value::Null) => Value::String("".into()),
            (_, Value::Null) => Value::Null,
            _ => convert(value, ty),
        }
    }

    /// Appends a cell; a value of another type is converted.
    pub fn push(&mut self, value: &Value) {
        if self.collected() == 0 {
            if *value == Value::Null {
                self.leading += 1;
                return;
            }
            self.begin();
        }
        match (&mut self.cells, value) {
            (Collected::Bool(cells), Value::Bool(truth)) => cells.push(Some(*truth)),
            (Collected::Int(cells), Value::Int(number)) => cells.push(Some(*number)),
            (Collected::Real(cells), Value::Real(number)) => cells.push(Some(*number)),
            (Collected::Decimal(cells), Value::Decimal(number)) => cells.push(Some(*number)),
            (Collected::Guid(cells), Value::Guid(id)) => cells.push(Some(*id)),
            (Collected::Text(cells), Value::String(text)) => cells.push_shared(text),
            (Collected::Any(cells), value) => cells.push(value.clone()),
            (Collected::Long(cells), value) if self.ty == value_type(value) => {
                cells.push(ticks(value));
            }
            (Collected::Bool(cells), Value::Null) => cells.push(None),
            (Collected::Int(cells), Value::Null) => cells.push(None),
            (Collected::Long(cells), Value::Null) => cells.push(None),
            (Collected::Real(cells), Value::Null) => cells.push(None),
            (Collected::Decimal(cells), Value::Null) => cells.push(None),
            (Collected::Guid(cells), Value::Null) => cells.push(None),
            (Collected::Text(cells), Value::Null) => cells.push(""),
            // A converted value is of the column's type or null, so this goes one level deep.
            (_, other) => self.push(&convert(other, self.ty)),
        }
    }

    /// Appends a text cell; to a column of another type its conversion.
    pub fn push_str(&mut self, text: &str) {
        if self.ty != ScalarType::String {
            return self.push(&Value::String(text.into()));
        }
        if self.collected() == 0 {
            // An empty text is what a null text is.
            if text.is_empty() {
                self.leading += 1;
                return;
            }
            self.begin();
        }
        if let Collected::Text(cells) = &mut self.cells {
            cells.push(text);
        }
    }

    /// Appends text cells to a column of texts; to a column of another type their conversions.
    pub fn push_texts(&mut self, texts: &[&str]) {
        let mut texts = texts;
        while self.collected() == 0 || self.ty != ScalarType::String {
            let Some((first, rest)) = texts.split_first() else {
                return;
            };
            self.push_str(first);
            texts = rest;
        }
        if let Collected::Text(cells) = &mut self.cells {
            cells.push_all(texts);
        }
    }

    /// Appends whole numbers to a column of them, ticks to one of times or spans; to a column of another type
    /// their conversions.
    pub fn push_wholes(&mut self, wholes: &[i64]) {
        self.begin_once();
        match &mut self.cells {
            Collected::Long(cells) => cells.extend(wholes),
            _ => wholes
                .iter()
                .for_each(|whole| self.push(&Value::Long(*whole))),
        }
    }

    /// Appends reals to a column of them; to a column of another type their conversions.
    pub fn push_reals(&mut self, reals: &[f64]) {
        self.begin_once();
        match &mut self.cells {
            Collected::Real(cells) => cells.extend(reals),
            _ => reals.iter().for_each(|real| self.push(&Value::Real(*real))),
        }
    }

    /// Makes room for so many cells in all, as soon as there is a value: cells that are moved to larger
    /// places again and again leave holes in memory.
    pub fn reserve(&mut self, all: usize) {
        self.expected = all;
        if self.collected() > 0 {
            self.cells.reserve(all);
        }
    }

    /// Turns the counted nulls into cells, unless there are cells already.
    fn begin_once(&mut self) {
        if self.collected() == 0 {
            self.begin();
        }
    }

    /// Turns the counted nulls into cells, before the first value.
    fn begin(&mut self) {
        let leading = std::mem::take(&mut self.leading);
        self.cells.reserve(self.expected);
        self.cells.begin(leading);
    }

    /// Appends all cells of a column.
    pub fn extend(&mut self, column: &Column) {
        self.extend_until(column, || false);
    }

    /// As [`Self::extend`], until the run is to end, which is an error: not all cells are there then.
    pub(crate) fn extend_in_run(&mut self, column: &Column) -> Result<(), EvalError> {
        let mut pace = Pace::default();
        self.extend_until(column, || pace.is_over());
        interrupt::still_wanted()
    }

    fn extend_until(&mut self, column: &Column, is_over: impl FnMut() -> bool) {
        if column.is_empty() {
            return;
        }
        if self.has_no_value_of(column) {
            return self.fill(self.len() + column.len());
        }
        match self.ty {
            ScalarType::String => self.extend_texts(column, is_over),
            ty if ty == column.ty() => self.extend_alike(column, is_over),
            _ => self.extend_by_value(column, is_over),
        }
    }

    /// Appends a column to one of texts; codes and identifiers are taken over without their texts.
    fn extend_texts(&mut self, column: &Column, is_over: impl FnMut() -> bool) {
        if column.texts().is_none() && column.ids().is_none() {
            return self.extend_by_value(column, is_over);
        }
        self.begin_once();
        let Collected::Text(cells) = &mut self.cells else {
            return;
        };
        if let Some((codes, texts)) = column.texts() {
            cells.extend(codes, texts, is_over);
        } else if let Some(ids) = column.ids() {
            cells.extend_ids(ids);
        }
    }

    /// Appends a column of the same type.
    fn extend_alike(&mut self, column: &Column, is_over: impl FnMut() -> bool) {
        let Some(wholes) = column.wholes() else {
            return self.extend_by_value(column, is_over);
        };
        self.begin_once();
        if let Collected::Long(cells) = &mut self.cells {
            cells.extend(wholes);
        }
    }

    /// Appends the cells one by one, converted.
    fn extend_by_value(&mut self, column: &Column, mut is_over: impl FnMut() -> bool) {
        let mut ends = false;
        for row in 0..column.len() {
            ends = ends || is_over();
            match ends {
                true => self.push(&Value::Null),
                false => self.push(&column.get(row)),
            }
        }
    }

    /// Whether all cells of another column are what this one has where there is no value.
    fn has_no_value_of(&self, column: &Column) -> bool {
        match column.as_constant() {
            Some(Value::Null) => true,
            Some(Value::String(text)) => self.ty == ScalarType::String && text.is_empty(),
            _ => false,
        }
    }

    /// Type of the column.
    pub fn ty(&self) -> ScalarType {
        self.ty
    }

    /// Number of cells so far.
    pub fn len(&self) -> usize {
        self.leading + self.collected()
    }

    /// Number of cells behind the nulls that are only counted.
    fn collected(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is no cell yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that the cells so far hold, estimated; what lists and bags own is left out.
    pub(crate) fn held_bytes(&self) -> usize {
        self.cells.held_bytes()
    }

    /// Appends nulls until there are `rows` cells.
    pub fn fill(&mut self, rows: usize) {
        if self.collected() == 0 {
            self.leading = self.leading.max(rows);
        }
        let missing = rows.saturating_sub(self.len());
        match &mut self.cells {
            Collected::Text(cells) => cells.push_same("", missing),
            _ => (0..missing).for_each(|_| self.push(&Value::Null)),
        }
    }

    /// The column.
    pub fn finish(self) -> Column {
        if self.leading > 0 {
            return Column::constant(&Value::Null, self.ty, self.leading);
        }
        Column::from_data(self.ty, self.cells.finish())
    }
}

/// What a 64-bit cell stores of a value: the number, or the ticks of a time or a span.
fn ticks(value: &Value) -> Option<i64> {
    match value {
        Value::Long(number) | Value::DateTime(number) | Value::TimeSpan(number) => Some(*number),
        _ => None,
    }
}

/// The type of columns that hold a value without conversion.
pub(crate) fn value_type(value: &Value) -> ScalarType {
    match value {
        Value::Null | Value::Array(_) | Value::Bag(_) => ScalarType::Dynamic,
        Value::Bool(_) => ScalarType::Bool,
        Value::Int(_) => ScalarType::Int,
        Value::Long(_) => ScalarType::Long,
        Value::Real(_) => ScalarType::Real,
        Value::Decimal(_) => ScalarType::Decimal,
        Value::String(_) => ScalarType::String,
        Value::DateTime(_) => ScalarType::DateTime,
        Value::TimeSpan(_) => ScalarType::TimeSpan,
        Value::Guid(_) => ScalarType::Guid,
    }
}
