//! Builders of columns and tables, cell by cell.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};
use kql_analysis::decimal::Decimal;
use kql_analysis::types::{ColumnSchema, ScalarType, Schema};
use kql_analysis::value::Value;

use crate::codes::Codes;
use crate::column::{Cells, Column, Data};
use crate::functions::convert;
use crate::table::Table;

/// Collects the cells of one column. Nulls before the first value are only counted, so that a column
/// that never gets a value costs nothing.
#[derive(Debug)]
pub struct ColumnBuilder {
    ty: ScalarType,
    /// Nulls before the first of `cells`.
    leading: usize,
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

    fn held_bytes(&self) -> usize {
        self.values.capacity() * size_of::<T>() + self.nulls.capacity()
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

/// Texts as codes into a dictionary. The dictionary is in order of first appearance, so the order of
/// hashes never shows.
#[derive(Debug, Default)]
struct Texts {
    codes: Codes,
    /// Code of the last row.
    last: Option<u32>,
    texts: Vec<Arc<str>>,
    /// Bytes of all `texts`.
    bytes: usize,
    known: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

/// Bytes that a text costs besides its own: pointer and length, two counters of the shared allocation.
const BYTES_PER_TEXT: usize = 4 * size_of::<usize>();

impl Texts {
    fn held_bytes(&self) -> usize {
        let known = self.known.capacity() * size_of::<u32>();
        self.codes.held_bytes() + known + self.bytes + self.texts.len() * BYTES_PER_TEXT
    }

    fn push(&mut self, text: &str) {
        self.push_with(text, || Arc::from(text));
    }

    /// As [`Self::push`], sharing the text.
    fn push_shared(&mut self, text: &Arc<str>) {
        self.push_with(text, || Arc::clone(text));
    }

    fn push_with(&mut self, text: &str, shared: impl FnOnce() -> Arc<str>) {
        let code = match self.last {
            // Rows of a log often repeat the row before.
            Some(last) if self.is(last, text) => last,
            _ => self.code(text, shared),
        };
        self.last = Some(code);
        self.codes.push(code);
    }

    /// Appends the cells of another dictionary; each of its texts is looked up once.
    fn extend(&mut self, codes: &Codes, texts: &[Arc<str>]) {
        let mut known: Vec<Option<u32>> = vec![None; texts.len()];
        codes.for_each(|code| {
            let place = code as usize;
            if let (Some(slot), Some(text)) = (known.get_mut(place), texts.get(place)) {
                let code = *slot.get_or_insert_with(|| self.code(text, || Arc::clone(text)));
                self.codes.push(code);
            }
        });
    }

    fn is(&self, code: u32, text: &str) -> bool {
        self.texts
            .get(code as usize)
            .is_some_and(|known| **known == *text)
    }

    fn code(&mut self, text: &str, shared: impl FnOnce() -> Arc<str>) -> u32 {
        let hash = self.hasher.hash_one(text);
        let texts = &self.texts;
        let text_of = |code: &u32| texts.get(*code as usize).map(Arc::as_ref);
        let found = self.known.find(hash, |code| text_of(code) == Some(text));
        if let Some(code) = found {
            return *code;
        }
        let code = self.texts.len() as u32;
        let rehash = |code: &u32| self.hasher.hash_one(text_of(code).unwrap_or_default());
        self.known.insert_unique(hash, code, rehash);
        self.texts.push(shared());
        self.bytes += text.len();
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
            ScalarType::Real => Collected::Real(Fixed::default()),
            ScalarType::Decimal => Collected::Decimal(Fixed::default()),
            ScalarType::Guid => Collected::Guid(Fixed::default()),
            ScalarType::String => Collected::Text(Texts::default()),
            ScalarType::Dynamic | ScalarType::Unknown => Collected::Any(Vec::new()),
        };
        Self {
            ty,
            leading: 0,
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

    /// Turns the counted nulls into cells, before the first value.
    fn begin(&mut self) {
        let leading = std::mem::take(&mut self.leading);
        match &mut self.cells {
            Collected::Bool(cells) => cells.begin(leading),
            Collected::Int(cells) => cells.begin(leading),
            Collected::Long(cells) => cells.begin(leading),
            Collected::Real(cells) => cells.begin(leading),
            Collected::Decimal(cells) => cells.begin(leading),
            Collected::Guid(cells) => cells.begin(leading),
            Collected::Text(cells) => (0..leading).for_each(|_| cells.push("")),
            Collected::Any(cells) => cells.resize(leading, Value::Null),
        }
    }

    /// Appends all cells of a column.
    pub fn extend(&mut self, column: &Column) {
        match column.texts() {
            Some((codes, texts)) if self.ty == ScalarType::String => {
                self.begin();
                if let Collected::Text(cells) = &mut self.cells {
                    cells.extend(codes, texts);
                }
            }
            _ => column.iter().for_each(|value| self.push(&value)),
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
            Collected::Text(cells) => cells.codes.len(),
            Collected::Any(cells) => cells.len(),
        }
    }

    /// Whether there is no cell yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn held_bytes(&self) -> usize {
        match &self.cells {
            Collected::Bool(cells) => cells.held_bytes(),
            Collected::Int(cells) => cells.held_bytes(),
            Collected::Long(cells) => cells.held_bytes(),
            Collected::Real(cells) => cells.held_bytes(),
            Collected::Decimal(cells) => cells.held_bytes(),
            Collected::Guid(cells) => cells.held_bytes(),
            Collected::Text(cells) => cells.held_bytes(),
            Collected::Any(cells) => cells.capacity() * size_of::<Value>(),
        }
    }

    /// Appends nulls until there are `rows` cells.
    pub fn fill(&mut self, rows: usize) {
        if self.collected() == 0 {
            self.leading = self.leading.max(rows);
        }
        while self.len() < rows {
            self.push(&Value::Null);
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
        let cells = self.columns.get_mut(column)?;
        if cells.len() > self.rows {
            return None;
        }
        // Rows that did not set this column are filled when the next one does.
        cells.fill(self.rows);
        Some(cells)
    }

    /// Ends the current row.
    pub fn end_row(&mut self) {
        self.rows += 1;
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
        let rows: Vec<u32> = (0..self.rows as u32).collect();
        let columns = self.columns.into_iter().map(|mut builder| {
            let unfinished = builder.len() > rows.len();
            builder.fill(rows.len());
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
