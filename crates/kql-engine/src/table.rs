//! A table: a schema and one column for each of its entries, all of the same length.
//!
//! Columns are shared; a clone of a table copies no cell and costs two counters, whatever it holds.

use std::convert::Infallible;
use std::sync::Arc;

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;

use crate::builder::ColumnBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::interrupt;
use crate::key::Groups;
use crate::picked::{Picker, Rows};
use crate::room::Counted;

/// Rows up to which cells are copied at once: they keep no table that they come from.
const FEW_ROWS: usize = 64;

/// An immutable table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    schema: Arc<Schema>,
    columns: Arc<Vec<Column>>,
    rows: usize,
}

impl Table {
    /// A table of these columns, which must be parallel to the schema and equally long.
    pub fn new(schema: Schema, columns: Vec<Column>) -> Self {
        let rows = columns.first().map_or(0, Column::len);
        Self::with_rows(schema, columns, rows)
    }

    /// As [`Self::new`] with the number of rows given, which a table without columns needs.
    pub fn with_rows(schema: Schema, columns: Vec<Column>, rows: usize) -> Self {
        debug_assert_eq!(schema.len(), columns.len());
        debug_assert!(columns.iter().all(|column| column.len() == rows));
        Self {
            schema: Arc::new(schema),
            columns: Arc::new(columns),
            rows,
        }
    }

    /// As [`Self::with_rows`] with a schema that several tables share.
    pub(crate) fn with_shared_schema(
        schema: &Arc<Schema>,
        columns: Vec<Column>,
        rows: usize,
    ) -> Self {
        debug_assert_eq!(schema.len(), columns.len());
        Self {
            schema: Arc::clone(schema),
            columns: Arc::new(columns),
            rows,
        }
    }

    /// A table of these columns without rows.
    pub fn empty(schema: Schema) -> Self {
        let columns = schema.columns.iter();
        let columns = columns.map(|column| ColumnBuilder::new(column.ty).finish());
        let columns = columns.collect();
        Self::with_rows(schema, columns, 0)
    }

    /// Names and types of the columns.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// All columns, parallel to the schema.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column at an index of the schema.
    pub fn column(&self, index: usize) -> Option<&Column> {
        self.columns.get(index)
    }

    /// The column of this name.
    pub fn column_named(&self, name: &str) -> Option<&Column> {
        self.column(self.schema.index_of(name)?)
    }

    /// Bytes that the cells hold, estimated; what columns share counts once.
    pub fn held_bytes(&self) -> usize {
        Counted::default().take_in(self)
    }

    /// Bytes of one row more, estimated.
    pub(crate) fn row_bytes(&self) -> usize {
        self.columns.iter().map(Column::cell_bytes).sum()
    }

    /// A cell; null when there is no such cell.
    pub fn value(&self, row: usize, column: usize) -> Value {
        let column = self.columns.get(column);
        column.map_or(Value::Null, |column| column.get(row))
    }

    /// The first row of each different combination of cells in these columns, in order; columns that do not
    /// exist do not count.
    pub fn distinct_rows(&self, columns: impl Iterator<Item = usize>) -> Vec<u32> {
        let columns = columns.filter_map(|column| self.column(column).cloned());
        Groups::of(&columns.collect::<Vec<_>>(), self.rows).first_rows
    }

    /// These rows in this order; [`crate::column::NO_ROW`] gives a row of nulls.
    pub fn take(&self, rows: &[u32]) -> Self {
        let last = rows.iter().fold(0, |last, row| (*row).max(last));
        if rows.len() > FEW_ROWS && (last as usize) < self.rows {
            return self.pick(Rows::new(rows.to_vec()));
        }
        let columns = self.columns.iter().map(|column| column.take(rows));
        Self {
            schema: Arc::clone(&self.schema),
            columns: Arc::new(columns.collect()),
            rows: rows.len(),
        }
    }

    /// These rows of one column, which must exist; the others are null.
    pub(crate) fn take_alone(&self, column: usize, rows: &[u32]) -> Self {
        let columns = self.columns.iter().enumerate();
        let columns = columns.map(|(index, cells)| match index == column {
            true => cells.take(rows),
            false => Column::constant(&Value::Null, cells.ty(), rows.len()),
        });
        Self::with_shared_schema(&self.schema, columns.collect(), rows.len())
    }

    /// These rows, which must exist, gathered when they are read.
    fn pick(&self, rows: Rows) -> Self {
        let count = rows.len();
        let mut picker = Picker::new(rows);
        let columns = self.columns.iter().map(|column| picker.column(column));
        Self {
            schema: Arc::clone(&self.schema),
            columns: Arc::new(columns.collect()),
            rows: count,
        }
    }

    /// The first rows, at most `count`.
    pub fn first(&self, count: usize) -> Self {
        if count >= self.rows {
            return self.clone();
        }
        let rows: Vec<u32> = (0..count as u32).collect();
        self.take(&rows)
    }

    /// The same columns under new names and order of the schema given, which must have as many.
    pub fn with_schema(&self, schema: &Schema) -> Self {
        let columns = self.columns.iter().zip(&schema.columns);
        let columns = columns.map(|(column, target)| column.with_type(target.ty));
        Self::with_rows(schema.clone(), columns.collect(), self.rows)
    }

    /// All rows of all tables. Columns are those of all tables by name, in order of appearance with
    /// the type of the first; what a table lacks is null.
    pub fn concat(tables: &[Self]) -> Self {
        let Ok(table) = Self::together::<Infallible>(tables, |cells, column| {
            cells.extend(column);
            Ok(())
        });
        table
    }

    /// As [`Self::concat`]; an error when it is told to end before it is done.
    pub fn concat_in_run(tables: &[Self]) -> Result<Self, EvalError> {
        Self::together(tables, |cells, column| {
            interrupt::check()?;
            cells.extend_in_run(column)
        })
    }

    fn together<E>(tables: &[Self], append: Append<E>) -> Result<Self, E> {
        let mut schema = Schema::default();
        for column in tables.iter().flat_map(|table| &table.schema.columns) {
            if schema.index_of(&column.name).is_none() {
                schema.columns.push(column.clone());
            }
        }
        let columns = schema.columns.iter();
        let columns = columns.map(|column| gather(tables, &column.name, column.ty, append));
        let columns = columns.collect::<Result<_, E>>()?;
        let rows = tables.iter().map(|table| table.rows).sum();
        Ok(Self::with_rows(schema, columns, rows))
    }

    /// The rows whose datetime in the column at an index lies in `from` (included) to `to` (not
    /// included), both in ticks. All rows when it is no datetime column.
    pub fn slice_time(&self, column: usize, from: i64, to: i64) -> Self {
        let cells = self.columns.get(column);
        let cells = cells.filter(|cells| !cells.is_in_time(from, to));
        let Some(rows) = cells.and_then(|cells| cells.rows_in_time(from, to)) else {
            return self.clone();
        };
        if rows.len() == self.rows {
            return self.clone();
        }
        self.take(&rows)
    }
}

/// Appends a column to cells.
type Append<E> = fn(&mut ColumnBuilder, &Column) -> Result<(), E>;

fn gather<E>(tables: &[Table], name: &str, ty: ScalarType, append: Append<E>) -> Result<Column, E> {
    let mut filled = tables.iter().filter(|table| table.rows > 0);
    if let (Some(only), None) = (filled.next(), filled.next()) {
        // The rows of one table need no copy.
        return Ok(match only.column_named(name) {
            Some(column) => column.with_type(ty),
            None => Column::constant(&Value::Null, ty, only.rows),
        });
    }
    let mut cells = ColumnBuilder::new(ty);
    cells.reserve(tables.iter().map(|table| table.rows).sum());
    let mut rows = 0;
    for table in tables {
        if let Some(column) = table.column_named(name) {
            append(&mut cells, column)?;
        }
        rows += table.rows;
        cells.fill(rows);
    }
    Ok(cells.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of identifiers, times and texts; some cells are empty.
    fn table(from: usize, rows: usize) -> Table {
        let schema = Schema::new([
            ("id", ScalarType::String),
            ("at", ScalarType::DateTime),
            ("text", ScalarType::String),
            ("count", ScalarType::Long),
        ]);
        let ids: Vec<String> = (from..from + rows)
            .map(|row| format!("{row:08x}-0000-4000-8000-00000000abcd"))
            .collect();
        let mut id = ColumnBuilder::new(ScalarType::String);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        ids.chunks(100).for_each(|ids| id.push_texts(ids));
        let numbers = || (from as i64..).take(rows);
        let text = numbers().map(|row| Value::String(format!("text {}", row % 7).into()));
        let count = numbers().map(|row| {
            if row % 5 == 0 {
                Value::Null
            } else {
                Value::Long(row)
            }
        });
        let columns = vec![
            id.finish(),
            Column::from_values(ScalarType::DateTime, numbers().map(Value::DateTime)),
            Column::from_values(ScalarType::String, text),
            Column::from_values(ScalarType::Long, count),
        ];
        Table::new(schema, columns)
    }

    #[test]
    fn tables_put_together_keep_their_rows_in_as_few_bytes() {
        let parts = [
            table(0, 20_000),
            Table::empty(table(0, 0).schema().clone()),
            table(7, 10_000),
        ];
        let all = Table::concat(&parts);
        let rows = |table: &Table| -> Vec<Vec<Value>> {
            let row = |row| (0..4).map(|column| table.value(row, column)).collect();
            (0..table.rows()).map(row).collect()
        };
        let expected: Vec<Vec<Value>> = parts.iter().flat_map(rows).collect();
        assert_eq!(rows(&all), expected);
        let apart: usize = parts.iter().map(Table::held_bytes).sum();
        assert!(all.held_bytes() <= apart, "{} of {apart}", all.held_bytes());
    }

    /// A column of texts: so many empty ones, then some, then empty ones again.
    fn texts(before: usize, some: &[&str], after: usize) -> Table {
        let schema = Schema::new([("text", ScalarType::String)]);
        let empty = |count| std::iter::repeat_n("", count);
        let cells = empty(before)
            .chain(some.iter().copied())
            .chain(empty(after));
        let cells = cells.map(|text| Value::String(text.into()));
        let column = match some {
            [] => Column::constant(&Value::Null, ScalarType::String, before + after),
            _ => Column::from_values(ScalarType::String, cells),
        };
        Table::new(schema, vec![column])
    }

    #[test]
    fn a_column_that_no_row_has_a_value_of_takes_no_cells() {
        let all = Table::concat(&[texts(300, &[], 0), texts(200, &[], 0)]);
        assert_eq!((all.rows(), all.held_bytes() < 300), (500, true));
    }

    #[test]
    fn empty_texts_stay_where_they_are() {
        let many: Vec<String> = (0..300).map(|number| format!("text {number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let parts = [
            texts(3, &[], 0),
            texts(2, &["a", "b"], 1),
            texts(2_000, &[], 0),
            // More different texts than a byte tells apart.
            texts(0, &many, 2),
            texts(5, &[], 0),
        ];
        let cells = |table: &Table| -> Vec<Value> { table.columns[0].iter().collect() };
        let expected: Vec<Value> = parts.iter().flat_map(cells).collect();
        assert_eq!(cells(&Table::concat(&parts)), expected);
    }
}
