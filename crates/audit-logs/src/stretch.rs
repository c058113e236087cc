//! Rows of one table that stand behind one another in a text, seen column by column.

use kql_analysis::time::parse_log_time;
use kql_analysis::types::ScalarType;
use kql_engine::builder::ColumnBuilder;

use crate::plan::Slot;
use crate::raw::Raw;

/// Rows that are added together: their cells fit into a processor's nearer memory.
pub(crate) const ROWS: usize = 256;

/// Rows of one table, by column: each column is added to the table as a whole.
#[derive(Debug, Default)]
pub(crate) struct Stretch<'t> {
    pub text: &'t str,
    pub table: &'static str,
    /// The line of each row, where it is known.
    pub lines: Vec<Option<usize>>,
    /// Cells by the table's columns. A column ends with its last cell; rows behind that have none.
    columns: Vec<Vec<Raw>>,
}

impl<'t> Stretch<'t> {
    /// No row of this text.
    pub fn of(text: &'t str) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    /// Adds a row whose cells go to these slots.
    pub fn add(&mut self, slots: &[Slot], cells: &[Raw], line: Option<usize>) {
        for (slot, cell) in slots.iter().zip(cells) {
            if let Slot::Column(column) = *slot {
                self.put(column, *cell);
            }
        }
        self.lines.push(line);
    }

    /// Appends the cell of the row that is being added, behind nulls of rows that have none.
    fn put(&mut self, column: usize, cell: Raw) {
        if column >= self.columns.len() {
            self.columns.resize_with(column + 1, Vec::new);
        }
        if let Some(cells) = self.columns.get_mut(column) {
            if cells.is_empty() {
                cells.reserve(ROWS);
            }
            if cells.len() != self.lines.len() {
                cells.resize(self.lines.len(), Raw::default());
            }
            cells.push(cell);
        }
    }

    /// The columns that a row has a cell for, each with the cells of all rows.
    pub fn columns(&mut self) -> impl Iterator<Item = (usize, &[Raw])> {
        let rows = self.lines.len();
        let columns = self.columns.iter_mut().enumerate();
        let columns = columns.filter(|(_, cells)| !cells.is_empty());
        columns.map(move |(column, cells)| {
            cells.resize(rows, Raw::default());
            (column, cells.as_slice())
        })
    }

    /// Takes all rows away.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.columns.iter_mut().for_each(Vec::clear);
    }
}

/// Cells of a column that need no conversion one by one.
pub(crate) enum Together<'t> {
    Texts(Vec<&'t str>),
    /// Numbers, or ticks.
    Wholes(Vec<i64>),
    Reals(Vec<f64>),
}

impl<'t> Together<'t> {
    /// The cells of a column of this type, where all rows have plain texts, plain numbers or plain times. A
    /// column whose texts `are_upper` is one only where no text has a small letter.
    pub fn of(ty: ScalarType, are_upper: bool, cells: &[Raw], text: &'t str) -> Option<Self> {
        match ty {
            ScalarType::String => {
                let texts = made(cells, |cell| cell.text(text))?;
                let fit = !are_upper || !texts.iter().any(|text| has_small(text));
                fit.then_some(Self::Texts(texts))
            }
            ScalarType::DateTime => {
                let time = |cell: Raw| parse_log_time(cell.text(text)?);
                made(cells, time).map(Self::Wholes)
            }
            ScalarType::Long => made(cells, |cell| cell.digits(text)).map(Self::Wholes),
            ScalarType::Real => {
                let real = |cell: Raw| Some(cell.digits(text)? as f64);
                made(cells, real).map(Self::Reals)
            }
            _ => None,
        }
    }

    /// Appends the cells to their column.
    pub fn push(&self, cells: &mut ColumnBuilder) {
        match self {
            Self::Texts(texts) => cells.push_texts(texts),
            Self::Wholes(wholes) => cells.push_wholes(wholes),
            Self::Reals(reals) => cells.push_reals(reals),
        }
    }
}

/// What the cells of a column are made into; `None` when one of them cannot be.
fn made<T: Default>(cells: &[Raw], make: impl Fn(Raw) -> Option<T>) -> Option<Vec<T>> {
    // Of most columns that cannot be, the first cell cannot be.
    make(*cells.first()?)?;
    let mut are_made = true;
    let values = cells.iter().map(|cell| {
        let value = make(*cell);
        are_made &= value.is_some();
        value.unwrap_or_default()
    });
    let values = values.collect();
    are_made.then_some(values)
}

/// Whether a text has a letter that is not upper case.
pub(crate) fn has_small(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::Form;

    /// The columns with the text of each cell; a null is empty.
    fn read(stretch: &mut Stretch<'_>) -> Vec<(usize, Vec<String>)> {
        let text = stretch.text;
        let of = |cells: &[Raw]| {
            let texts = cells.iter().map(|cell| cell.text(text).expect("plain"));
            texts.map(str::to_owned).collect()
        };
        let columns = stretch.columns();
        columns.map(|(column, cells)| (column, of(cells))).collect()
    }

    #[test]
    fn each_cell_stands_in_its_row() {
        let mut stretch = Stretch::of("abcd");
        let cell = |at| Raw::new(at, 1, Form::Text).expect("a short text");
        let to = Slot::Column;
        stretch.add(&[to(0), Slot::Nowhere], &[cell(0), cell(1)], Some(1));
        stretch.add(&[to(3), to(0)], &[cell(1), cell(2)], Some(2));
        stretch.add(&[Slot::Undecided], &[cell(3)], None);
        let expected = [(0, ["a", "c", ""]), (3, ["", "b", ""])];
        let expected = expected.map(|(column, texts)| (column, texts.map(str::to_owned).to_vec()));
        assert_eq!(read(&mut stretch), expected);
        assert_eq!(stretch.lines, [Some(1), Some(2), None]);

        stretch.clear();
        assert_eq!(read(&mut stretch), []);
        // Of two cells for one column the last one counts, and the next row is not moved.
        stretch.add(&[to(3), to(3)], &[cell(0), cell(1)], None);
        stretch.add(&[to(3)], &[cell(2)], None);
        assert_eq!(
            read(&mut stretch),
            [(3, vec!["b".to_owned(), "c".to_owned()])]
        );
    }
}
