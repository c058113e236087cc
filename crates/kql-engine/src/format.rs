//! Tables as text: CSV, JSON and aligned columns. Cells of hostile logs never become formulas.

use std::borrow::Cow;

use kql_analysis::text::{json_text, real_text, value_text};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use crate::interrupt::Pace;
use crate::table::Table;

/// First characters that make spreadsheets read a text as a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The text of a cell of type `ty`, `None` for null: numbers in their shortest form, `true` and
/// `false`, datetimes in ISO 8601, dynamic values as JSON.
pub fn cell_text(value: &Value, ty: ScalarType) -> Option<String> {
    Some(match (value, ty) {
        (Value::Null, ScalarType::String) => String::new(),
        (Value::Null, _) => return None,
        (value, ScalarType::Dynamic | ScalarType::Unknown) => json_text(value),
        (Value::Bool(truth), _) => truth.to_string(),
        (Value::Real(number), _) => real_text(*number),
        (value, ty) => value_text(value, ty).into_owned(),
    })
}

/// Name and text of the cells of a row that hold something.
pub fn filled_cells(table: &Table, row: usize) -> Vec<(String, String)> {
    let names = table.schema().columns.iter();
    let cells = names.zip(row_texts(table, row));
    cells
        .filter_map(|(column, text)| Some((column.name.clone(), text?)))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// The texts of a row's cells.
fn row_texts(table: &Table, row: usize) -> impl Iterator<Item = Option<String>> + '_ {
    let columns = table.columns().iter();
    columns.map(move |column| cell_text(&column.get(row), column.ty()))
}

/// Comma-separated values with a header (RFC 4180, lines end in CR LF). A text that a spreadsheet would
/// read as a formula is led by an apostrophe. What is cut short because it is no longer wanted ends early.
pub fn csv(table: &Table) -> String {
    let mut text = String::new();
    for (place, column) in table.schema().columns.iter().enumerate() {
        push_csv(&mut text, place, &safe(&column.name));
    }
    text.push_str("\r\n");
    let mut pace = Pace::default();
    for row in 0..table.rows() {
        if pace.is_over() {
            break;
        }
        for (place, column) in table.columns().iter().enumerate() {
            let cell = cell_text(&column.get(row), column.ty()).unwrap_or_default();
            match column.ty() {
                ScalarType::String | ScalarType::Dynamic => {
                    push_csv(&mut text, place, &safe(&cell));
                }
                _ => push_csv(&mut text, place, &cell),
            }
        }
        text.push_str("\r\n");
    }
    text
}

fn push_csv(line: &mut String, place: usize, cell: &str) {
    if place > 0 {
        line.push(',');
    }
    if cell.contains(['"', ',', '\r', '\n']) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        return line.push('"');
    }
    line.push_str(cell);
}

fn safe(text: &str) -> Cow<'_, str> {
    match text.starts_with(FORMULA_STARTS) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// A JSON array with one object per row; numbers and dynamic values are JSON, other values their text. What
/// is cut short because it is no longer wanted ends early.
pub fn json(table: &Table) -> String {
    let names = table.schema().columns.iter();
    let name = |name: &str| json_text(&Value::String(name.into()));
    let names: Vec<String> = names.map(|column| name(&column.name)).collect();
    let mut text = String::from("[");
    let mut pace = Pace::default();
    for row in 0..table.rows() {
        if pace.is_over() {
            break;
        }
        text.push_str(if row == 0 { "{" } else { ",\n{" });
        for (place, (name, column)) in names.iter().zip(table.columns()).enumerate() {
            if place > 0 {
                text.push(',');
            }
            text.push_str(name);
            text.push(':');
            text.push_str(&json_text(&column.get(row)));
        }
        text.push('}');
    }
    text.push(']');
    text
}

/// Aligned columns for reading: a header, and one line per row. Control characters are shown escaped.
pub fn plain(table: &Table) -> String {
    let names = table.schema().columns.iter();
    let mut lines: Vec<Vec<String>> = vec![names.map(|column| printable(&column.name)).collect()];
    for row in 0..table.rows() {
        let cells = row_texts(table, row).map(|cell| printable(cell.as_deref().unwrap_or("null")));
        lines.push(cells.collect());
    }
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table.schema().len()).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let mut padded = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            // A formatted width ends at 65,535, and lists of everything are wider.
            let gap = (width + 2).saturating_sub(cell.chars().count());
            padded.push_str(cell);
            padded.extend(std::iter::repeat_n(' ', gap));
        }
        text += padded.trim_end();
        text.push('\n');
    }
    text
}

fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| match c.is_control() {
            true => c.escape_default().collect::<Vec<_>>(),
            false => vec![c],
        })
        .collect()
}
