//! A small log as rows that can be changed: the columns that matter of each table, the others empty.

use std::collections::BTreeMap;
use std::sync::Arc;

use kql_analysis::types::ColumnSchema;
use kql_analysis::value::Value;
use kql_engine::builder::ColumnBuilder;
use kql_engine::{Column, Table};
use rule_replay::Tables;

/// Name of the column that holds a row's time.
pub const TIME_COLUMN: &str = "TimeGenerated";

/// The columns of each table that are kept, in order of the table.
pub type Kept = BTreeMap<String, Vec<ColumnSchema>>;

/// A row; parallel to the columns of its sheet.
pub type Row = Arc<Vec<Value>>;

/// Rows of one table.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Name of the table.
    pub table: String,
    /// Columns that are kept.
    pub columns: Arc<Vec<ColumnSchema>>,
    /// Rows.
    pub rows: Vec<Row>,
}

/// Rows of all tables.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// One for each table that a rule reads, in order of name.
    pub sheets: Vec<Sheet>,
}

impl Sheet {
    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Sets a cell; the row is copied when others share it.
    pub fn set(&mut self, row: usize, column: usize, value: Value) {
        let row = self.rows.get_mut(row).map(Arc::make_mut);
        if let Some(cell) = row.and_then(|row| row.get_mut(column)) {
            *cell = value;
        }
    }

    fn of(table: &str, columns: &[ColumnSchema], rows: &Table, kept: &[u32]) -> Self {
        let places: Vec<Option<&Column>> = columns
            .iter()
            .map(|column| rows.column_named(&column.name))
            .collect();
        let cell = |column: &Option<&Column>, row: u32| {
            column.map_or(Value::Null, |column| column.get(row as usize))
        };
        let row = |row: &u32| Arc::new(places.iter().map(|column| cell(column, *row)).collect());
        Self {
            table: table.to_owned(),
            columns: Arc::new(columns.to_vec()),
            rows: kept.iter().map(row).collect(),
        }
    }

    fn table(&self, known: &Table) -> Table {
        let mut builders: Vec<ColumnBuilder> = self
            .columns
            .iter()
            .map(|column| ColumnBuilder::new(column.ty))
            .collect();
        for row in &self.rows {
            let cells = builders.iter_mut().zip(row.iter());
            cells.for_each(|(builder, value)| builder.push(value));
        }
        let mut built: Vec<Option<Column>> = builders
            .into_iter()
            .map(|mut builder| {
                builder.fill(self.rows.len());
                Some(builder.finish())
            })
            .collect();
        let columns = known.schema().columns.iter().map(|column| {
            let place = self.column(&column.name).and_then(|at| built.get_mut(at));
            place
                .and_then(Option::take)
                .unwrap_or_else(|| Column::constant(&Value::Null, column.ty, self.rows.len()))
        });
        Table::with_rows(known.schema().clone(), columns.collect(), self.rows.len())
    }
}

impl Log {
    /// The kept columns of the rows of some tables.
    pub fn of(tables: &Tables, kept: &Kept) -> Self {
        let sheets = kept.iter().filter_map(|(name, columns)| {
            let table = tables.get(name)?;
            let rows: Vec<u32> = (0..table.rows() as u32).collect();
            Some(Sheet::of(name, columns, table, &rows))
        });
        Self {
            sheets: sheets.collect(),
        }
    }

    /// Tables with these rows and the columns of `known`; a table that has no sheet is empty.
    pub fn tables(&self, known: &Tables) -> Tables {
        let tables = known.iter().map(|(name, known)| {
            let sheet = self.sheets.iter().find(|sheet| sheet.table == *name);
            let table = match sheet {
                Some(sheet) => sheet.table(known),
                None if known.rows() == 0 => known.clone(),
                None => known.take(&[]),
            };
            (name.clone(), table)
        });
        tables.collect()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.sheets.iter().map(|sheet| sheet.rows.len()).sum()
    }

    /// The log with only those rows whose place, counted over all sheets, is among these in order.
    pub fn only(&self, places: &[usize]) -> Self {
        let mut start = 0;
        let sheets = self.sheets.iter().map(|sheet| {
            let end = start + sheet.rows.len();
            let inside = places.iter().filter(|place| (start..end).contains(*place));
            let rows = inside.filter_map(|place| sheet.rows.get(place - start).cloned());
            let rows = rows.collect();
            start = end;
            Sheet {
                table: sheet.table.clone(),
                columns: Arc::clone(&sheet.columns),
                rows,
            }
        });
        Self {
            sheets: sheets.collect(),
        }
    }
}
