//! Rows of a text that wait until there are enough of them to be added column by column.
//!
//! The order of rows is kept; what is no plain row ends the stretch before it.

use crate::bytes::{Finder, Wanted};
use crate::cell::Fields;
use crate::names::Way;
use crate::raw::Raw;
use crate::record;
use crate::records::{MAX_ROWS, Records};
use crate::stretch::{ROWS, Stretch};

/// Adds the records of a text to others in stretches. [`Batch::finish`] has to be called.
pub(crate) struct Batch<'r, 't> {
    records: &'r mut Records,
    stretch: Stretch<'t>,
    /// Cells of the row that is being read.
    cells: Vec<Raw>,
    /// Where plain JSON strings end.
    ends: Finder<'t>,
}

impl<'r, 't> Batch<'r, 't> {
    /// No row of this text yet.
    pub fn new(text: &'t str, records: &'r mut Records) -> Self {
        let ends = Finder::new(text.as_bytes(), Wanted::EndOfPlain);
        Self {
            records,
            stretch: Stretch::of(text),
            cells: Vec::new(),
            ends,
        }
    }

    /// Adds the record of a line that begins and ends at these places of the text.
    pub fn add_line(&mut self, start: usize, end: usize, line: usize) {
        let names = &mut self.records.names;
        let text = self.stretch.text;
        let way = record::cells(text, (start, end), &mut self.ends, names, &mut self.cells);
        let is_added = way.is_some_and(|way| self.add_known(way, Some(line)));
        self.cells.clear();
        if is_added {
            return;
        }
        let text = text.get(start..end).unwrap_or_default();
        if !text.trim().is_empty() {
            self.records_now().add_text(text.trim(), Some(line));
        }
    }

    /// Where to append the cells of the next row.
    pub fn cells(&mut self) -> &mut Vec<Raw> {
        &mut self.cells
    }

    /// Adds a row of the cells that were appended; its names take this way.
    pub fn add(&mut self, names: &[String], way: Option<Way>, line: Option<usize>) {
        if !way.is_some_and(|way| self.add_known(way, line)) {
            self.add_fields(names, line);
        }
        self.cells.clear();
    }

    /// Adds a row of names that were met; false, and nothing is done, when there is no plan for it.
    fn add_known(&mut self, way: Way, line: Option<usize>) -> bool {
        let text = self.stretch.text;
        let Some(plan) = self.records.plan_of(way, &self.cells, text) else {
            return false;
        };
        match self.records.table_of(plan) {
            Some(table) if self.records.rows() + ROWS < MAX_ROWS => {
                self.add_row(table, plan, line);
            }
            _ => {
                let names = self.records.names_of(plan);
                self.add_fields(&names, line);
            }
        }
        true
    }

    fn add_row(&mut self, table: &'static str, plan: usize, line: Option<usize>) {
        if table != self.stretch.table || self.stretch.lines.len() >= ROWS {
            self.add_rows();
            self.stretch.table = table;
        }
        let slots = self
            .records
            .slots_of(plan, table, &self.cells, self.stretch.text);
        self.stretch.add(slots, &self.cells, line);
    }

    /// Adds a row by the names of its cells.
    fn add_fields(&mut self, names: &[String], line: Option<usize>) {
        let cells = self.cells.iter();
        let fields = Fields {
            names: names.iter().map(|name| name.as_str().into()).collect(),
            cells: cells.map(|cell| cell.cell(self.stretch.text)).collect(),
        };
        self.records_now().add(&fields, line);
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
        if !self.stretch.lines.is_empty() {
            self.records.add_rows(&mut self.stretch);
            self.stretch.clear();
        }
    }
}
