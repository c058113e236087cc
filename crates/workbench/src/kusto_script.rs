//! A loaded table as a script for Azure Data Explorer or its emulator, so that a rule can be run there.
//!
//! Rows are literals of KQL in `datatable`; hostile text is escaped there and begins no command. The
//! script is one command without empty lines, because the web page ends a command at one.

use std::fmt::Write;

use kql_analysis::text::{json_text, real_text, value_text};
use kql_analysis::time::{format_datetime, format_timespan};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use kql_engine::Table;

use crate::protocol::Problem;

/// Most rows of a script; a larger table is better ingested as a file.
pub const MAX_SCRIPT_ROWS: usize = 20_000;
/// Largest script, in bytes.
pub const MAX_SCRIPT_BYTES: usize = 16 * 1024 * 1024;
/// Rows of one command.
const BATCH_ROWS: usize = 500;

/// Writes the script that makes a table with these rows; columns without a value come last and empty. Fails
/// when it would be longer than [`MAX_SCRIPT_ROWS`] or [`MAX_SCRIPT_BYTES`].
pub fn kusto_script(name: &str, table: &Table) -> Result<String, Problem> {
    if table.rows() > MAX_SCRIPT_ROWS {
        let message = format!(
            "the table has {} rows; a script holds at most {MAX_SCRIPT_ROWS}",
            table.rows()
        );
        let remedy = "load a shorter span, or ingest the file itself";
        return Err(Problem::about(name, message, remedy));
    }
    let has_value =
        |column: &usize| (0..table.rows()).any(|row| says_something(&table.value(row, *column)));
    let columns = 0..table.schema().len();
    let (filled, empty): (Vec<usize>, Vec<usize>) = columns.partition(has_value);
    let target = quoted_name(name);
    let mut out = format!(
        ".execute database script with (ThrowOnErrors=true) <|\n// Makes the table {} of a loaded log. Replaces a table of this name.\n",
        name.replace(['\n', '\r'], " ")
    );
    for first in (0..table.rows().max(1)).step_by(BATCH_ROWS) {
        batch(&mut out, &target, table, &filled, first);
        if out.len() > MAX_SCRIPT_BYTES {
            let message = format!("the script is larger than {MAX_SCRIPT_BYTES} bytes");
            return Err(Problem::about(name, message, "load a shorter span"));
        }
    }
    if !empty.is_empty() {
        let empty = declared(table, &empty);
        let _ = writeln!(out, ".alter-merge table {target} ({empty})");
    }
    Ok(out)
}

/// Writes the command that appends the rows from `first` on; the first one makes the table.
fn batch(out: &mut String, target: &str, table: &Table, columns: &[usize], first: usize) {
    let command = match first {
        0 => format!(".set-or-replace {target} with (recreate_schema=true)"),
        _ => format!(".set-or-append {target}"),
    };
    let shape = declared(table, columns);
    let _ = writeln!(out, "{command} <|\ndatatable({shape}) [");
    for row in first..table.rows().min(first + BATCH_ROWS) {
        let cell = |column: &usize| {
            let ty = table.schema().columns[*column].ty;
            literal(&table.value(row, *column), ty)
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        let _ = writeln!(out, "{},", cells.join(", "));
    }
    out.push_str("]\n");
}

/// Columns with their types, as `datatable` and `.alter-merge` declare them.
fn declared(table: &Table, columns: &[usize]) -> String {
    let columns = columns.iter().map(|index| &table.schema().columns[*index]);
    let declared =
        columns.map(|column| format!("{}: {}", quoted_name(&column.name), column.ty.name()));
    declared.collect::<Vec<_>>().join(", ")
}

/// Whether a cell is more than empty.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

/// A name in brackets and quotes.
fn quoted_name(name: &str) -> String {
    format!("[{}]", text(name))
}

/// A string literal, in which a line end or a quote is escaped.
fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for letter in value.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if other.is_control() || matches!(other, '\u{85}' | '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(other));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A cell as a literal of its column's type.
fn literal(value: &Value, ty: ScalarType) -> String {
    match (value, ty) {
        (Value::Null, ScalarType::String) => "\"\"".to_owned(),
        (Value::Null, _) => format!("{}(null)", ty.name()),
        (_, ScalarType::Dynamic) => format!("dynamic({})", json(value)),
        (Value::String(content), _) => text(content),
        (Value::DateTime(ticks), _) => format!("datetime({})", format_datetime(*ticks)),
        (Value::TimeSpan(ticks), _) => format!("timespan({})", format_timespan(*ticks)),
        (Value::Real(number), _) if number.is_nan() => "real(nan)".to_owned(),
        (Value::Real(number), _) if number.is_infinite() => {
            format!("real({}inf)", if *number > 0.0 { '+' } else { '-' })
        }
        (Value::Real(number), _) => format!("real({})", real_text(*number)),
        (other, _) => format!("{}({})", ty.name(), value_text(other, ty)),
    }
}

/// A dynamic value as JSON, a text in it quoted.
fn json(value: &Value) -> String {
    match value {
        Value::String(content) => text(content),
        Value::Null => "null".to_owned(),
        other => json_text(other),
    }
}
