//! The builder of a table, row by row.

use kql_analysis::types::{ColumnSchema, ScalarType, Schema};
use kql_analysis::value::Value;

use super::ColumnBuilder;
use crate::table::Table;

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
