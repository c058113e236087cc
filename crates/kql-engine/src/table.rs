//! A table: a schema and one column for each of its entries, all of the same length.
//!
//! Columns are shared; a clone of a table copies no cell.

use std::sync::Arc;

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;

use crate::builder::ColumnBuilder;
use crate::column::Column;
use crate::key::Groups;

/// An immutable table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    schema: Arc<Schema>,
    columns: Vec<Column>,
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
            columns,
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
            columns,
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
        Self {
            schema: Arc::clone(&self.schema),
            columns: self
                .columns
                .iter()
                .map(|column| column.take(rows))
                .collect(),
            rows: rows.len(),
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
        let mut schema = Schema::default();
        for column in tables.iter().flat_map(|table| &table.schema.columns) {
            if schema.index_of(&column.name).is_none() {
                schema.columns.push(column.clone());
            }
        }
        let columns = schema.columns.iter();
        let columns = columns.map(|column| gather(tables, &column.name, column.ty));
        let columns = columns.collect();
        let rows = tables.iter().map(|table| table.rows).sum();
        Self::with_rows(schema, columns, rows)
    }

    /// The rows whose datetime in the column at an index lies in `from` (included) to `to` (not
    /// included), both in ticks. All rows when it is no datetime column.
    pub fn slice_time(&self, column: usize, from: i64, to: i64) -> Self {
        let cells = self.columns.get(column);
        let Some(rows) = cells.and_then(|cells| cells.rows_in_time(from, to)) else {
            return self.clone();
        };
        if rows.len() == self.rows {
            return self.clone();
        }
        self.take(&rows)
    }
}

fn gather(tables: &[Table], name: &str, ty: ScalarType) -> Column {
    let mut filled = tables.iter().filter(|table| table.rows > 0);
    if let (Some(only), None) = (filled.next(), filled.next()) {
        // The rows of one table need no copy.
        return match only.column_named(name) {
            Some(column) => column.with_type(ty),
            None => Column::constant(&Value::Null, ty, only.rows),
        };
    }
    let mut cells = ColumnBuilder::new(ty);
    let mut rows = 0;
    for table in tables {
        if let Some(column) = table.column_named(name) {
            cells.extend(column);
        }
        rows += table.rows;
        cells.fill(rows);
    }
    cells.finish()
}
