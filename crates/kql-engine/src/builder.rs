//! Builders of columns and tables, cell by cell.

use std::sync::Arc;

use kql_analysis::decimal::Decimal;
use kql_analysis::types::{ColumnSchema, ScalarType, Schema};
use kql_analysis::value::Value;

use crate::column::{Cells, Column, Data};
use crate::functions::convert;
use crate::interrupt::Pace;
use crate::table::Table;
use crate::text_cells::TextCells;

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

#[derive(Debug)]
enum Collected {
    Bool(Fixed<bool>),
    Int(Fixed<i32>),
    Long(Fixed<i64>),
    Real(Fixed<f64>),
    Decimal(Fixed<Decimal>),
    Guid(Fixed<u128>),
    Text(TextCells),
    Any(Vec<Value>),
}

#[derive(Debug, Default)]
struct Fixed<T> {
    values: Vec<T>,
    /// Empty until the first null.
    nulls: Vec<bool>,
}

impl<T: Default> Fixed<T> {
    fn push(&mut self, value: Option<T>) {
        let null = value.is_none();
        if null && self.nulls.is_empty() {
            self.nulls.resize(self.values.len(), false);
        }
        self.values.push(value.unwrap_or_default());
        if null || !self.nulls.is_empty() {
            self.nulls.push(null);
        }
    }

    fn extend(&mut self, values: &[T])
    where
        T: Clone,
    {
        self.values.extend_from_slice(values);
        if !self.nulls.is_empty() {
            self.nulls.resize(self.values.len(), false);
        }
    }

    fn held_bytes(&self) -> usize {
        size_of_val(self.values.as_slice()) + self.nulls.len()
    }

    fn reserve(&mut self, all: usize) {
        let more = all.saturating_sub(self.values.len());
        self.values.reserve_exact(more);
        if !self.nulls.is_empty() {
            self.nulls.reserve_exact(more);
        }
    }

    fn begin(&mut self, nulls: usize)
    where
        T: Clone,
    {
        self.values.resize(nulls, T::default());
        self.nulls.resize(nulls, true);
    }

    fn finish(self) -> Cells<T> {
        let nulls = (!self.nulls.is_empty()).then(|| Arc::new(self.nulls));
        Cells {
            values: Arc::new(self.values),
            nulls,
        }
    }
}

impl ColumnBuilder {
    /// A builder of a column of this type.
    pub fn new(ty: ScalarType) -> Self {
        let cells = match ty {
            ScalarType::Bool => Collected::Bool(Fixed::default()),
            ScalarType::Int => Collected::Int(Fixed::default()),
            ScalarType::Long | ScalarType::DateTime | ScalarType::TimeSpan => {
                Collected::Long(Fixed::default())
            }
            ScalarType::Real => Collected::Real(Fixed::default()),
            ScalarType::Decimal => Collected::Decimal(Fixed::default()),
            ScalarType::Guid => Collected::Guid(Fixed::default()),
            ScalarType::String => Collected::Text(TextCells::default()),
            ScalarType::Dynamic | ScalarType::Unknown => Collected::Any(Vec::new()),
        };
        Self {
            ty,
            leading: 0,
            expected: 0,
            cells,
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
            self.make_room();
        }
    }

    fn make_room(&mut self) {
        let all = self.expected;
        match &mut self.cells {
            Collected::Bool(cells) => cells.reserve(all),
            Collected::Int(cells) => cells.reserve(all),
            Collected::Long(cells) => cells.reserve(all),
            Collected::Real(cells) => cells.reserve(all),
            Collected::Decimal(cells) => cells.reserve(all),
            Collected::Guid(cells) => cells.reserve(all),
            Collected::Text(cells) => cells.reserve(all),
            Collected::Any(cells) => cells.reserve_exact(all.saturating_sub(cells.len())),
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
        self.make_room();
        match &mut self.cells {
            Collected::Bool(cells) => cells.begin(leading),
            Collected::Int(cells) => cells.begin(leading),
            Collected::Long(cells) => cells.begin(leading),
            Collected::Real(cells) => cells.begin(leading),
            Collected::Decimal(cells) => cells.begin(leading),
            Collected::Guid(cells) => cells.begin(leading),
            Collected::Text(cells) => cells.push_same("", leading),
            Collected::Any(cells) => cells.resize(leading, Value::Null),
        }
    }

    /// Appends all cells of a column.
    pub fn extend(&mut self, column: &Column) {
        self.extend_until(column, || false);
    }

    /// As [`Self::extend`], asking now and then whether the run is to end; its cells are then any.
    pub(crate) fn extend_in_run(&mut self, column: &Column) {
        let mut pace = Pace::default();
        self.extend_until(column, || pace.is_over());
    }

    fn extend_until(&mut self, column: &Column, mut is_over: impl FnMut() -> bool) {
        if column.is_empty() {
            return;
        }
        if self.has_no_value_of(column) {
            return self.fill(self.len() + column.len());
        }
        if let (Some((codes, texts)), ScalarType::String) = (column.texts(), self.ty) {
            self.begin_once();
            if let Collected::Text(cells) = &mut self.cells {
                cells.extend(codes, texts, is_over);
            }
            return;
        }
        if let (Some(ids), ScalarType::String) = (column.ids(), self.ty) {
            self.begin_once();
            if let Collected::Text(cells) = &mut self.cells {
                cells.extend_ids(ids);
            }
            return;
        }
        if let (Some(wholes), true) = (column.wholes(), self.ty == column.ty()) {
            self.begin_once();
            if let Collected::Long(cells) = &mut self.cells {
                cells.extend(wholes);
            }
            return;
        }
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

    fn collected(&self) -> usize {
        match &self.cells {
            Collected::Bool(cells) => cells.values.len(),
            Collected::Int(cells) => cells.values.len(),
            Collected::Long(cells) => cells.values.len(),
            Collected::Real(cells) => cells.values.len(),
            Collected::Decimal(cells) => cells.values.len(),
            Collected::Guid(cells) => cells.values.len(),
            Collected::Text(cells) => cells.len(),
            Collected::Any(cells) => cells.len(),
        }
    }

    /// Whether there is no cell yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that the cells so far hold, estimated; what lists and bags own is left out.
    pub(crate) fn held_bytes(&self) -> usize {
        match &self.cells {
            Collected::Bool(cells) => cells.held_bytes(),
            Collected::Int(cells) => cells.held_bytes(),
            Collected::Long(cells) => cells.held_bytes(),
            Collected::Real(cells) => cells.held_bytes(),
            Collected::Decimal(cells) => cells.held_bytes(),
            Collected::Guid(cells) => cells.held_bytes(),
            Collected::Text(cells) => cells.held_bytes(),
            Collected::Any(cells) => size_of_val(cells.as_slice()),
        }
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
        let data = match self.cells {
            Collected::Bool(cells) => Data::Bool(cells.finish()),
            Collected::Int(cells) => Data::Int(cells.finish()),
            Collected::Long(cells) => Data::Long(cells.finish()),
            Collected::Real(cells) => Data::Real(cells.finish()),
            Collected::Decimal(cells) => Data::Decimal(cells.finish()),
            Collected::Guid(cells) => Data::Guid(cells.finish()),
            Collected::Text(cells) => cells.finish(),
            Collected::Any(cells) => Data::Any(Arc::new(cells)),
        };
        Column::from_data(self.ty, data)
    }
}

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

/// Collects the rows of a table; cells that are not pushed in a row are null.
#[derive(Debug, Default)]
pub struct TableBuilder {
    schema: Schema,
    columns: Vec<ColumnBuilder>,
    rows: usize,
}

impl TableBuilder {
    /// A builder of a table with these columns.
    pub fn new(schema: Schema) -> Self {
        let columns = schema.columns.iter();
        let columns = columns
            .map(|column| ColumnBuilder::new(column.ty))
            .collect();
        Self {
            schema,
            columns,
            rows: 0,
        }
    }

    /// Sets a cell of the current row. Columns that do not exist and second values are dropped.
    pub fn push(&mut self, column: usize, value: Value) {
        if let Some(cells) = self.cell(column, 0) {
            cells.push(&value);
        }
    }

    /// Sets a text cell of the current row.
    pub fn push_str(&mut self, column: usize, text: &str) {
        if let Some(cells) = self.cell(column, 0) {
            cells.push_str(text);
        }
    }

    /// The cells of a column when that of the row `ahead` of the current one is still to be set.
    pub fn cell(&mut self, column: usize, ahead: usize) -> Option<&mut ColumnBuilder> {
        let (cells, row) = (self.columns.get_mut(column)?, self.rows + ahead);
        if cells.len() > row {
            return None;
        }
        // Rows that did not set this column are filled when the next one does.
        cells.fill(row);
        Some(cells)
    }

    /// Ends the current row.
    pub fn end_row(&mut self) {
        self.end_rows(1);
    }

    /// Ends the current row and those ahead of it, `rows` in all.
    pub fn end_rows(&mut self, rows: usize) {
        self.rows += rows;
    }

    /// Adds a column, null in all rows so far, and gives its index; the index of the column of that
    /// name when there is one.
    pub fn add_column(&mut self, name: &str, ty: ScalarType) -> usize {
        if let Some(index) = self.schema.index_of(name) {
            return index;
        }
        self.columns.push(ColumnBuilder::new(ty));
        self.schema.columns.push(ColumnSchema {
            name: name.to_owned(),
            ty,
        });
        self.columns.len() - 1
    }

    /// Makes room for so many rows in all.
    pub fn reserve(&mut self, rows: usize) {
        let columns = self.columns.iter_mut();
        columns.for_each(|column| column.reserve(rows));
    }

    /// Bytes that the cells so far hold, estimated.
    pub fn held_bytes(&self) -> usize {
        self.columns.iter().map(ColumnBuilder::held_bytes).sum()
    }

    /// Columns so far.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Number of ended rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The table of all ended rows.
    pub fn finish(self) -> Table {
        let rows = self.rows;
        let columns = self.columns.into_iter().map(|mut builder| {
            let unfinished = builder.len() > rows;
            builder.fill(rows);
            let column = builder.finish();
            match unfinished {
                true => column.take(&(0..rows as u32).collect::<Vec<_>>()),
                false => column,
            }
        });
        Table::with_rows(self.schema, columns.collect(), rows)
    }
}
