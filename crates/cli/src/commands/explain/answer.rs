//! Answers as sentences or as JSON. Rows are counted from 1, as people do.

use std::ops::Range;

use kql_analysis::time::format_datetime;
use kql_engine::explain::words::Words;
use kql_engine::format::filled_cells;
use kql_engine::{RunResult, Table};
use rule_replay::Tables;
use rule_replay::why::{Asked, Emptiness, Evidence, RowFate};
use rule_replay::words::counted;
use serde_json::{Map, Value, json};
use workbench::Origins;

/// Rows of a table that the text tells.
const SHOWN_ROWS: usize = 20;
/// Characters of a row that the text tells.
const SHOWN_CHARACTERS: usize = 240;

/// What answers are made with.
pub struct Answers<'a> {
    /// The tables that were asked about.
    pub tables: &'a Tables,
    /// The files of their rows.
    pub origins: &'a Origins,
    /// The query.
    pub text: &'a str,
    /// Whether the answer is JSON.
    pub json: bool,
}

impl Answers<'_> {
    /// The rows behind a row of a result.
    pub fn evidence(&self, evidence: &Evidence) -> String {
        let rows = evidence.behind.tables.iter().flat_map(|(table, found)| {
            let exact = found.exact.iter().map(move |row| (table, *row, true));
            let possible = found.possible.iter().map(move |row| (table, *row, false));
            exact.chain(possible)
        });
        if self.json {
            return document(&json!({
                "run": run(evidence.run),
                "resultRows": [evidence.result_rows.start + 1, evidence.result_rows.end],
                "rows": rows.map(|(table, row, exact)| self.row(table, row as usize, exact)).collect::<Vec<_>>(),
                "notes": evidence.notes,
            }));
        }
        let tables = evidence.behind.tables.values();
        let (exact, possible) = tables.fold((0, 0), |(exact, possible), rows| {
            (exact + rows.exact.len(), possible + rows.possible.len())
        });
        let more = match possible {
            0 => String::new(),
            more => format!(", and possibly on {more} more"),
        };
        let mut lines = vec![run_words(evidence.run)];
        lines.push(format!(
            "{} on {}{more}.",
            subject(&evidence.result_rows),
            counted(exact as u64, "row")
        ));
        for (table, found) in &evidence.behind.tables {
            lines.extend(self.lines(table, &found.exact, ""));
            lines.extend(self.lines(table, &found.possible, "possibly "));
        }
        let notes = evidence.notes.iter();
        lines.extend(notes.map(|note| format!("note: {note}")));
        lines.join("\n")
    }

    fn lines(&self, table: &str, rows: &[u32], mark: &str) -> Vec<String> {
        let mut lines: Vec<String> = rows
            .iter()
            .take(SHOWN_ROWS)
            .map(|row| {
                let row = *row as usize;
                let cells: Vec<String> = self
                    .cells(table, row)
                    .into_iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                format!(
                    "  {mark}{} {}: {}",
                    self.place(table, row),
                    table,
                    shortened(&cells.join(" "))
                )
            })
            .collect();
        if let more @ 1.. = rows.len().saturating_sub(SHOWN_ROWS) {
            lines.push(format!("  {mark}and {more} more rows of {table}"));
        }
        lines
    }

    fn place(&self, table: &str, row: usize) -> String {
        match self.origins.find(table, row) {
            Some((file, row)) => format!("{file}, row {},", row + 1),
            None => format!("row {}", row + 1),
        }
    }

    /// The cells of a row that hold something.
    fn cells(&self, table: &str, row: usize) -> Vec<(String, String)> {
        let table = self.tables.get(table);
        table.map_or_else(Vec::new, |table| filled_cells(table, row))
    }

    fn row(&self, table: &str, row: usize, exact: bool) -> Value {
        let origin = self.origins.find(table, row);
        let cells = self.cells(table, row).into_iter();
        json!({
            "table": table,
            "row": row + 1,
            "file": origin.map(|(file, _)| file),
            "fileRow": origin.map(|(_, row)| row + 1),
            "exact": exact,
            "values": cells.map(|(name, value)| (name, json!(value))).collect::<Map<_, _>>(),
        })
    }

    /// What became of a row.
    pub fn fate(&self, fate: &RowFate) -> String {
        let (table, row) = (&fate.row.table, fate.row.row);
        if self.json {
            return document(&json!({
                "run": run(fate.run),
                "row": self.row(table, row, true),
                "fate": fate.fate,
                "sentences": fate.sentences,
            }));
        }
        let mut lines = vec![format!("{} {table}:", self.place(table, row))];
        lines.extend(
            fate.sentences
                .iter()
                .map(|sentence| format!("  {sentence}")),
        );
        lines.join("\n")
    }

    /// The rows in and out of each operator, and why nothing is left.
    pub fn steps(&self, asked: Asked, result: &RunResult, empty: Option<&Emptiness>) -> String {
        let words = Words::of(self.text);
        let rows = result.tables.last().map_or(0, Table::rows);
        let sentences = empty.map(|empty| empty.sentences.as_slice());
        let sentences = sentences.unwrap_or_default();
        if self.json {
            let steps = result.steps.iter().map(|step| {
                json!({
                    "line": words.line(&step.range),
                    "text": words.quote(&step.range),
                    "rowsIn": step.rows_in,
                    "rowsOut": step.rows_out,
                })
            });
            return document(&json!({
                "run": run(asked),
                "rows": rows,
                "steps": steps.collect::<Vec<_>>(),
                "emptied": empty.map(|empty| &empty.emptied),
                "without": empty.map(|empty| &empty.without),
                "sentences": sentences,
            }));
        }
        let mut lines = vec![format!("The result has {}.", counted(rows as u64, "row"))];
        lines.extend(result.steps.iter().map(|step| {
            format!(
                "  line {}: {} in, {} out: {}",
                words.line(&step.range),
                step.rows_in,
                step.rows_out,
                words.quote(&step.range)
            )
        }));
        lines.extend(sentences.iter().cloned());
        lines.join("\n")
    }
}

/// A run as JSON.
pub(crate) fn run(asked: Asked) -> Value {
    json!({
        "now": format_datetime(asked.now),
        "windowFrom": asked.window.map(|window| format_datetime(window.from)),
        "windowTo": asked.window.map(|window| format_datetime(window.to)),
    })
}

/// A run in words.
fn run_words(asked: Asked) -> String {
    let window = asked.window.map(|window| {
        let (from, to) = (format_datetime(window.from), format_datetime(window.to));
        format!(" over {from} to {to}")
    });
    format!(
        "Run of {}{}.",
        format_datetime(asked.now),
        window.unwrap_or_default()
    )
}

/// Rows of a result with their verb.
fn subject(rows: &Range<usize>) -> String {
    match rows.len() {
        1 => format!("Result row {} rests", rows.start + 1),
        _ => format!("Result rows {} to {} rest", rows.start + 1, rows.end),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or(text)),
        None => text.to_owned(),
    }
}

fn document(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
