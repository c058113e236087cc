//! Tables as text: CSV, JSON and aligned columns. Cells of hostile logs never become formulas.

use std::fmt::Write;

use kql_analysis::text::{json_text, real_text, value_text};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

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
/// read as a formula is led by an apostrophe.
pub fn csv(table: &Table) -> String {
    let names = table.schema().columns.iter();
    let mut text = csv_line(names.map(|column| csv_cell(&safe(&column.name))));
    for row in 0..table.rows() {
        let cells = table.columns().iter().zip(row_texts(table, row));
        text += &csv_line(cells.map(|(column, cell)| {
            let cell = cell.unwrap_or_default();
            match column.ty() {
                ScalarType::String | ScalarType::Dynamic => csv_cell(&safe(&cell)),
                _ => csv_cell(&cell),
            }
        }));
    }
    text
}

fn csv_line(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join(",") + "\r\n"
}

fn csv_cell(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

fn safe(text: &str) -> String {
    match text.starts_with(FORMULA_STARTS) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// A JSON array with one object per row; numbers and dynamic values are JSON, other values their text.
pub fn json(table: &Table) -> String {
    let rows = (0..table.rows()).map(|row| json_row(table, row));
    let rows: Vec<String> = rows.collect();
    format!("[{}]", rows.join(",\n"))
}

fn json_row(table: &Table, row: usize) -> String {
    let names = table.schema().columns.iter();
    let members = names.zip(table.columns()).map(|(schema, column)| {
        let name = json_text(&Value::String(schema.name.as_str().into()));
        format!("{name}:{}", json_text(&column.get(row)))
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
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
            let _ = write!(padded, "{cell:width$}  ");
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
