//! Rows of a stretch of text that wait until there are enough of them to be added column by column.
//!
//! The order of rows is kept; what is no plain row ends the stretch before it.

use crate::cell::Fields;
use crate::record;
use crate::records::{MAX_ROWS, Records};
use crate::stretch::Row;

/// Rows that are added together: their cells fit into a processor's nearer memory.
const ROWS: usize = 128;

/// Adds records to others in stretches. [`Batch::finish`] has to be called.
pub(crate) struct Batch<'r, 't> {
    records: &'r mut Records,
    table: &'static str,
    rows: Vec<Row<'t>>,
}

impl<'r, 't> Batch<'r, 't> {
    /// No row yet.
    pub fn new(records: &'r mut Records) -> Self {
        Self {
            records,
            table: "",
            rows: Vec::new(),
        }
    }

    /// Adds the record of a JSON text.
    pub fn add_text(&mut self, text: &'t str, line: Option<usize>) {
        match record::fields(text, self.records.expected_names()) {
            Some(fields) => self.add(fields, line),
            None => self.records_now().add_text(text, line),
        }
    }

    /// Adds a record.
    pub fn add(&mut self, fields: Fields<'t>, line: Option<usize>) {
        let plan = self.records.known_plan(&fields);
        let table = plan.and_then(|plan| Some((plan, self.records.table_of(plan)?)));
        match table {
            Some((plan, table)) if self.records.rows() + ROWS < MAX_ROWS => {
                if table != self.table || self.rows.len() >= ROWS {
                    self.add_rows();
                    self.table = table;
                }
                self.rows.push(Row { plan, fields, line });
            }
            _ => self.records_now().add(&fields, line),
        }
    }

    /// The records with all rows so far.
    pub fn records_now(&mut self) -> &mut Records {
        self.add_rows();
        self.records
    }

    /// Adds the rows that still wait.
    pub fn finish(mut self) {
        self.add_rows();
    }

    fn add_rows(&mut self) {
        if !self.rows.is_empty() {
            self.records.add_rows(self.table, &self.rows);
            self.rows.clear();
        }
    }
}
