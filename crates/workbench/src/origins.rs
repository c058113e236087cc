//! Which file a row of a table came from.
//!
//! Tables are the rows of their files one after the other, in the order in which the files were added.

use std::collections::BTreeMap;

use kql_engine::explain::SourceRow;

/// The files of each table, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    of_table: BTreeMap<String, Vec<(String, usize)>>,
}

impl Origins {
    /// Notes that a file adds so many rows to a table.
    pub fn add(&mut self, table: &str, file: &str, rows: usize) {
        let files = self.of_table.entry(table.to_owned()).or_default();
        files.push((file.to_owned(), rows));
    }

    /// The file of a row and the row's number in it, both rows counted from 0.
    pub fn find(&self, table: &str, row: usize) -> Option<(&str, usize)> {
        let mut before = 0;
        for (file, rows) in self.of_table.get(table)? {
            if row < before + rows {
                return Some((file, row - before));
            }
            before += rows;
        }
        None
    }

    /// The row of a table that a row of a file is, both counted from 0.
    pub fn place(&self, file: &str, row: usize) -> Option<SourceRow> {
        for (table, files) in &self.of_table {
            let mut before = 0;
            for (known, rows) in files {
                if known == file && row < *rows {
                    return Some(SourceRow {
                        table: table.clone(),
                        row: before + row,
                    });
                }
                before += rows;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_in_the_file_they_came_from() {
        let mut origins = Origins::default();
        origins.add("T", "a.json", 2);
        origins.add("T", "b.json", 3);
        assert_eq!(origins.find("T", 1), Some(("a.json", 1)));
        assert_eq!(origins.find("T", 2), Some(("b.json", 0)));
        assert_eq!(origins.find("T", 5), None);
        assert_eq!(origins.find("U", 0), None);
        let row = origins.place("b.json", 1).map(|row| (row.table, row.row));
        assert_eq!(row, Some(("T".to_owned(), 3)));
        assert_eq!(origins.place("b.json", 3), None);
    }
}
