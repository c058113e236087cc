//! Rows of a text that wait until there are enough of them to be added column by column.
//!
//! The order of rows is kept; what is no plain row ends the stretch before it.

use crate::bytes::{Finder, Wanted};
use crate::cell::{Cell, Fields};
use crate::names::Way;
use crate::raw::Raw;
use crate::record;
use crate::records::{MAX_ROWS, Records};
use crate::stretch::{Row, Stretch};

/// Rows that are added together: their cells fit into a processor's nearer memory.
const ROWS: usize = 256;

/// Adds the records of a text to others in stretches. [`Batch::finish`] has to be called.
pub(crate) struct Batch<'r, 't> {
    records: &'r mut Records,
    stretch: Stretch<'t>,
    /// Where plain JSON strings end.
    ends: Finder<'t>,
}

impl<'r, 't> Batch<'r, 't> {
    /// No row of this text yet.
    pub fn new(text: &'t str, records: &'r mut Records) -> Self {
        let stretch = Stretch {
            text,
            ..Stretch::default()
        };
        let ends = Finder::new(text.as_bytes(), Wanted::EndOfPlain);
        Self {
            records,
            stretch,
            ends,
        }
    }

    /// Adds the record of a line that begins and ends at these places of the text.
    pub fn add_line(&mut self, start: usize, end: usize, line: usize) {
        let first = self.stretch.cells.len();
        let cells = &mut self.stretch.cells;
        let names = &mut self.records.names;
        let text = self.stretch.text;
        let way = record::cells(text, (start, end), &mut self.ends, names, cells);
        if way.is_some_and(|way| self.add_known(way, first, Some(line))) {
            return;
        }
        self.drop_from(first);
        let text = self.stretch.text.get(start..end).unwrap_or_default();
        if !text.trim().is_empty() {
            self.records_now().add_text(text.trim(), Some(line));
        }
    }

    /// The cells so far, to append those of the next row.
    pub fn cells(&mut self) -> &mut Vec<Raw> {
        &mut self.stretch.cells
    }

    /// Takes the cells from a place on away again.
    pub fn drop_from(&mut self, first: usize) {
        self.stretch.cells.truncate(first);
    }

    /// Adds a row whose cells were appended from a place on; its names take this way.
    pub fn add(&mut self, names: &[String], way: Option<Way>, first: usize, line: Option<usize>) {
        if way.is_some_and(|way| self.add_known(way, first, line)) {
            return;
        }
        let fields = Fields {
            names: names.iter().map(|name| name.as_str().into()).collect(),
            cells: self.made_from(first),
        };
        self.drop_from(first);
        self.records_now().add(&fields, line);
    }

    /// Adds a row of names that were met, whose cells were appended from a place on; false, and nothing is
    /// done, when there is no plan for it.
    fn add_known(&mut self, way: Way, first: usize, line: Option<usize>) -> bool {
        let text = self.stretch.text;
        let plan = self.records.plan_of(way, self.stretch.from(first), text);
        let Some(plan) = plan else {
            return false;
        };
        match self.records.table_of(plan) {
            Some(table) if self.records.rows() + ROWS < MAX_ROWS => {
                self.add_row(table, plan, first, line);
            }
            _ => {
                let names = self.records.names_of(plan);
                let fields = Fields {
                    names: names.iter().map(|name| name.as_str().into()).collect(),
                    cells: self.made_from(first),
                };
                self.drop_from(first);
                self.records_now().add(&fields, line);
            }
        }
        true
    }

    fn add_row(&mut self, table: &'static str, plan: usize, first: usize, line: Option<usize>) {
        let mut first = first;
        if table != self.stretch.table || self.stretch.rows.len() >= ROWS {
            let rest = self.stretch.cells.split_off(first);
            self.add_rows();
            self.stretch.cells.extend(rest);
            self.stretch.table = table;
            first = 0;
        }
        self.stretch.rows.push(Row { plan, first, line });
    }

    /// The cells from a place on, as what they are.
    fn made_from(&self, first: usize) -> Vec<Cell<'t>> {
        let cells = self.stretch.from(first).iter();
        cells.map(|cell| cell.cell(self.stretch.text)).collect()
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
        if !self.stretch.rows.is_empty() {
            self.records.add_rows(&self.stretch);
            self.stretch.rows.clear();
        }
        self.stretch.cells.clear();
    }
}
