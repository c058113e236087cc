//! Rows of a table that are gathered column by column, each when its first cell is read: a column that
//! nothing reads costs nothing.

use std::sync::{Arc, OnceLock};

use crate::column::{Column, Data, NO_ROW};

/// Row numbers that several columns share.
pub(crate) type Rows = Arc<Vec<u32>>;

/// Rows of another column.
#[derive(Debug)]
pub(crate) struct Picked {
    /// The other column, which is gathered itself.
    of: Column,
    rows: Rows,
    cells: OnceLock<Data>,
}

impl Picked {
    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The other column.
    pub(crate) fn of(&self) -> &Column {
        &self.of
    }

    /// The row numbers.
    pub(crate) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The cells, if they have been gathered.
    pub(crate) fn gathered(&self) -> Option<&Data> {
        self.cells.get()
    }

    /// The cells, gathered once.
    pub(crate) fn cells(&self) -> &Data {
        self.cells
            .get_or_init(|| self.of.gathered(&self.rows).into_data())
    }

    /// These rows of the column, gathered now.
    pub(crate) fn take(&self, rows: &[u32]) -> Column {
        match self.cells.get() {
            Some(cells) => Column::from_data(self.of.ty(), cells.clone()).gathered(rows),
            None => self.of.gathered(&composed(&self.rows, rows)),
        }
    }
}

/// Picks the same rows of several columns.
pub(crate) struct Picker {
    rows: Rows,
    /// Row numbers of columns that are picked themselves, and the numbers that these rows have there.
    composed: Vec<(Rows, Rows)>,
}

impl Picker {
    /// Picks these rows, all of which must exist in the columns.
    pub(crate) fn new(rows: Rows) -> Self {
        Self {
            rows,
            composed: Vec::new(),
        }
    }

    /// The rows of a column.
    pub(crate) fn column(&mut self, column: &Column) -> Column {
        let (of, rows) = match column.unread() {
            Some(picked) => match picked.cells.get() {
                Some(cells) => (
                    Column::from_data(picked.of.ty(), cells.clone()),
                    Arc::clone(&self.rows),
                ),
                None => (picked.of.clone(), self.composed_with(&picked.rows)),
            },
            None if let Some(value) = column.as_constant() => {
                let cells = Data::Constant(value.clone(), self.rows.len());
                return Column::from_data(column.ty(), cells);
            }
            None => (column.clone(), Arc::clone(&self.rows)),
        };
        let picked = Picked {
            of,
            rows,
            cells: OnceLock::new(),
        };
        Column::from_data(column.ty(), Data::Picked(Arc::new(picked)))
    }

    fn composed_with(&mut self, inner: &Rows) -> Rows {
        let mut known = self.composed.iter();
        if let Some((_, rows)) = known.find(|(known, _)| Arc::ptr_eq(known, inner)) {
            return Arc::clone(rows);
        }
        let rows = Arc::new(composed(inner, &self.rows));
        self.composed.push((Arc::clone(inner), Arc::clone(&rows)));
        rows
    }
}

/// The numbers that rows of picked rows have in what these were picked from.
fn composed(inner: &[u32], rows: &[u32]) -> Vec<u32> {
    let number = |row: &u32| inner.get(*row as usize).copied().unwrap_or(NO_ROW);
    rows.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kql_analysis::types::ScalarType;
    use kql_analysis::value::Value;

    fn column() -> Column {
        let texts = (0..200).map(|row| Value::String(format!("{}", row % 7).into()));
        Column::from_values(ScalarType::String, texts)
    }

    fn cells(column: &Column) -> Vec<Value> {
        column.iter().collect()
    }

    #[test]
    fn picked_rows_are_those_taken_whether_or_not_they_were_read() {
        let column = column();
        let (outer, inner): (Vec<u32>, Vec<u32>) = (
            (0..150).map(|row| row + 3).collect(),
            (0..100).rev().collect(),
        );
        let expected = cells(&column.take(&outer).take(&inner));
        let once = Picker::new(Rows::new(outer)).column(&column);
        assert_eq!(once.len(), 150);
        assert_eq!(cells(&once.take(&inner)), expected);
        assert_eq!(
            cells(&Picker::new(Rows::new(inner.clone())).column(&once)),
            expected
        );
        assert_eq!(cells(&once).len(), 150);
        assert_eq!(cells(&once.take(&inner)), expected);
        assert_eq!(
            cells(&Picker::new(Rows::new(inner)).column(&once)),
            expected
        );
        assert_eq!(cells(&once.take(&[NO_ROW])), [Value::String("".into())]);
    }
}
