//! Builders of columns and tables, cell by cell.

use std::collections::HashMap;
use std::sync::Arc;

use kql_analysis::types::{ColumnSchema, ScalarType, Schema};
use kql_analysis::value::Value;

use crate::column::{Cells, Column, Data};
use crate::functions::convert;
use crate::table::Table;

/// Collects the cells of one column.
#[derive(Debug)]
pub struct ColumnBuilder {
    ty: ScalarType,
    cells: Collected,
}

#[derive(Debug)]
enum Collected {
    Bool(Fixed<bool>),
    Int(Fixed<i32>),
    Long(Fixed<i64>),
    Real(Fixed<f64>),
    Guid(Fixed<u128>),
    Text(Texts),
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

    fn finish(self) -> Cells<T> {
        let nulls = (!self.nulls.is_empty()).then(|| Arc::new(self.nulls));
        Cells {
            values: Arc::new(self.values),
            nulls,
        }
    }
}

#[derive(Debug, Default)]
struct Texts {
    codes: Vec<u32>,
    texts: Vec<Arc<str>>,
    known: HashMap<Arc<str>, u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        let code = match self.known.get(text) {
            Some(code) => *code,
            None => self.learn(Arc::from(text)),
        };
        self.codes.push(code);
    }

    /// As [`Self::push`], sharing the text.
    fn push_shared(&mut self, text: &Arc<str>) {
        let code = match self.known.get(text) {
            Some(code) => *code,
            None => self.learn(Arc::clone(text)),
        };
        self.codes.push(code);
    }

    fn learn(&mut self, text: Arc<str>) -> u32 {
        let code = self.texts.len() as u32;
        self.texts.push(Arc::clone(&text));
        self.known.insert(text, code);
        code
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
            ScalarType::Real | ScalarType::Decimal => Collected::Real(Fixed::default()),
            ScalarType::Guid => Collected::Guid(Fixed::default()),
            ScalarType::String => Collected::Text(Texts::default()),
            ScalarType::Dynamic | ScalarType::Unknown => Collected::Any(Vec::new()),
        };
        Self { ty, cells }
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
        match (&mut self.cells, value) {
            (Collected::Bool(cells), Value::Bool(truth)) => cells.push(Some(*truth)),
            (Collected::Int(cells), Value::Int(number)) => cells.push(Some(*number)),
            (Collected::Real(cells), Value::Real(number)) => cells.push(Some(*number)),
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
            (Collected::Guid(cells), Value::Null) => cells.push(None),
            (Collected::Text(cells), Value::Null) => cells.push(""),
            // A converted value is of the column's type or null, so this goes one level deep.
            (_, other) => self.push(&convert(other, self.ty)),
        }
    }

    /// Appends a text cell; to a column of another type its conversion.
    pub fn push_str(&mut self, text: &str) {
        match &mut self.cells {
            Collected::Text(cells) => cells.push(text),
            _ => self.push(&Value::String(text.into())),
        }
    }

    /// Appends all cells of a column.
    pub fn extend(&mut self, column: &Column) {
        column.iter().for_each(|value| self.push(&value));
    }

    /// Type of the column.
    pub fn ty(&self) -> ScalarType {
        self.ty
    }

    /// Number of cells so far.
    pub fn len(&self) -> usize {
        match &self.cells {
            Collected::Bool(cells) => cells.values.len(),
            Collected::Int(cells) => cells.values.len(),
            Collected::Long(cells) => cells.values.len(),
            Collected::Real(cells) => cells.values.len(),
            Collected::Guid(cells) => cells.values.len(),
            Collected::Text(cells) => cells.codes.len(),
            Collected::Any(cells) => cells.len(),
        }
    }

    /// Whether there is no cell yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends nulls until there are `rows` cells.
    pub fn fill(&mut self, rows: usize) {
        while self.len() < rows {
            self.push(&Value::Null);
        }
    }

    /// The column.
    pub fn finish(self) -> Column {
        let data = match self.cells {
            Collected::Bool(cells) => Data::Bool(cells.finish()),
            Collected::Int(cells) => Data::Int(cells.finish()),
            Collected::Long(cells) => Data::Long(cells.finish()),
            Collected::Real(cells) => Data::Real(cells.finish()),
            Collected::Guid(cells) => Data::Guid(cells.finish()),
            Collected::Text(cells) => Data::Text(Arc::new(cells.codes), Arc::new(cells.texts)),
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
        if let Some(cells) = self.open_cell(column) {
            cells.push(&value);
        }
    }

    /// Sets a text cell of the current row.
    pub fn push_str(&mut self, column: usize, text: &str) {
        if let Some(cells) = self.open_cell(column) {
            cells.push_str(text);
        }
    }

    fn open_cell(&mut self, column: usize) -> Option<&mut ColumnBuilder> {
        let rows = self.rows;
        let cells = self.columns.get_mut(column)?;
        (cells.len() == rows).then_some(cells)
    }

    /// Ends the current row.
    pub fn end_row(&mut self) {
        self.rows += 1;
        for column in &mut self.columns {
            column.fill(self.rows);
        }
    }

    /// Adds a column, null in all rows so far, and gives its index; the index of the column of that
    /// name when there is one.
    pub fn add_column(&mut self, name: &str, ty: ScalarType) -> usize {
        if let Some(index) = self.schema.index_of(name) {
            return index;
        }
        let mut column = ColumnBuilder::new(ty);
        column.fill(self.rows);
        self.columns.push(column);
        self.schema.columns.push(ColumnSchema {
            name: name.to_owned(),
            ty,
        });
        self.columns.len() - 1
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
        let rows: Vec<u32> = (0..self.rows as u32).collect();
        let columns = self.columns.into_iter().map(|builder| {
            let unfinished = builder.len() > rows.len();
            let column = builder.finish();
            if unfinished {
                column.take(&rows)
            } else {
                column
            }
        });
        Table::with_rows(self.schema, columns.collect(), rows.len())
    }
}
