//! Log rows as answers show them: with the log they came from, the columns that the query reads first.

use kql_engine::format::{cell_text, filled_cells};
use rule_replay::why::{Evidence, columns_read};
use rule_replay::words::counted;
use sentinel_rules::rule::Rule;

use super::{Logs, run_words};
use crate::protocol::{EvidenceView, LogRowView};
use crate::session::Session;

/// Rows that the page gets.
const SHOWN_ROWS: usize = 200;
/// Columns that the page gets.
const SHOWN_COLUMNS: usize = 12;
/// The column that comes first.
const TIME: &str = "TimeGenerated";

/// What log rows are shown with.
pub(super) struct Evident<'a> {
    pub session: &'a Session,
    pub logs: &'a Logs,
    pub rule: &'a Rule,
}

impl Evident<'_> {
    /// The rows behind a result.
    pub fn view(&self, evidence: &Evidence) -> EvidenceView {
        let columns = self.columns(evidence);
        let tables = evidence.behind.tables.iter();
        let rows = tables.flat_map(|(table, found)| {
            let exact = found.exact.iter().map(move |row| (table, *row, false));
            let possible = found.possible.iter().map(move |row| (table, *row, true));
            exact.chain(possible)
        });
        let mut rows: Vec<(&String, u32, bool)> = rows.collect();
        rows.sort_by_key(|(_, _, possible)| *possible);
        let shown = rows.iter().take(SHOWN_ROWS);
        EvidenceView {
            run: run_words(evidence.run),
            summary: summary(&rows),
            rows: shown
                .map(|(table, row, possible)| self.row(table, *row as usize, *possible, &columns))
                .collect(),
            left_out: rows.len().saturating_sub(SHOWN_ROWS),
            notes: evidence.notes.clone(),
            columns,
        }
    }

    /// Columns that the query reads and that hold something in one of the rows.
    fn columns(&self, evidence: &Evidence) -> Vec<String> {
        let mut columns = vec![TIME.to_owned()];
        for (table, found) in &evidence.behind.tables {
            let Some(rows) = self.logs.tables.get(table) else {
                continue;
            };
            let read = columns_read(&self.rule.query, &self.logs.tables, table);
            let sample = found.exact.iter().chain(&found.possible).take(SHOWN_ROWS);
            let sample: Vec<u32> = sample.copied().collect();
            for name in read {
                let filled = rows.column_named(&name).is_some_and(|column| {
                    let text = |row: &u32| cell_text(&column.get(*row as usize), column.ty());
                    sample.iter().filter_map(text).any(|text| !text.is_empty())
                });
                if filled && !columns.contains(&name) && columns.len() < SHOWN_COLUMNS {
                    columns.push(name);
                }
            }
        }
        columns
    }

    fn row(&self, table: &str, row: usize, possible: bool, columns: &[String]) -> LogRowView {
        let (key, number) = match self.logs.origins.find(table, row) {
            Some((key, number)) => (key.to_owned(), number),
            None => (String::new(), row),
        };
        let (file, _) = self.origin(table, row);
        let cells = columns.iter().map(|name| {
            let column = self.logs.tables.get(table);
            let column = column.and_then(|table| table.column_named(name));
            column
                .and_then(|column| cell_text(&column.get(row), column.ty()))
                .unwrap_or_default()
        });
        LogRowView {
            cells: cells.collect(),
            log: key,
            row: number,
            file,
            possible,
        }
    }

    /// Name of the log of a row, and the row's number there.
    pub fn origin(&self, table: &str, row: usize) -> (String, usize) {
        let Some((key, row)) = self.logs.origins.find(table, row) else {
            return (table.to_owned(), row);
        };
        let log = self.session.logs.iter().find(|log| log.key == key);
        (log.map_or(key, |log| log.name.as_str()).to_owned(), row)
    }

    /// Columns of a row that hold something, with it.
    pub fn filled(&self, table: &str, row: usize) -> Vec<(String, String)> {
        let table = self.logs.tables.get(table);
        table.map_or_else(Vec::new, |table| filled_cells(table, row))
    }
}

fn summary(rows: &[(&String, u32, bool)]) -> String {
    let exact = rows.iter().filter(|(_, _, possible)| !possible).count();
    let possible = rows.len() - exact;
    let rests = format!("It rests on {}", counted(exact as u64, "log row"));
    match possible {
        0 => format!("{rests}."),
        _ => format!("{rests}, and possibly on {possible} more."),
    }
}
