//! CSV as the portal and PowerShell write it.

use serde_json::{Map, Value};

use crate::records::Records;

/// Reads a CSV text with a header; gives the words for its shape. The error is a sentence.
pub(crate) fn read(text: &str, records: &mut Records) -> Result<&'static str, String> {
    let text = without_type_line(text);
    let delimiter = delimiter(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|error| format!("the header cannot be read: {error}"))?
        .clone();
    let names: Vec<String> = header
        .iter()
        .map(|name| column_name(name, records))
        .collect();
    if names.len() < 2 {
        return Err("this is neither JSON nor CSV with a header".to_owned());
    }
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record
                    .position()
                    .and_then(|at| usize::try_from(at.line()).ok());
                if record.len() != names.len() {
                    records.warnings.add(
                        line,
                        &format!("{} cells instead of {}", record.len(), names.len()),
                    );
                    continue;
                }
                let fields: Map<String, Value> = names
                    .iter()
                    .zip(record.iter())
                    .filter(|(_, cell)| !cell.is_empty())
                    .map(|(name, cell)| (name.clone(), Value::from(cell)))
                    .collect();
                records.add(&Value::Object(fields), line);
            }
            Err(error) => {
                let line = error
                    .position()
                    .and_then(|at| usize::try_from(at.line()).ok());
                records
                    .warnings
                    .add(line, &format!("this row cannot be read: {error}"));
            }
        }
    }
    Ok(if delimiter == b'\t' { "TSV" } else { "CSV" })
}

/// The text without the `#TYPE` line of older PowerShell.
fn without_type_line(text: &str) -> &str {
    match text.strip_prefix("#TYPE") {
        Some(rest) => rest.split_once('\n').map_or("", |(_, rest)| rest),
        None => text,
    }
}

/// The delimiter that the header has most of.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|delimiter| (count(*delimiter), *delimiter == b','))
        .unwrap_or(b',')
}

/// A column's name without the display zone that the portal puts behind it.
fn column_name(header: &str, records: &mut Records) -> String {
    let Some((name, zone)) = header
        .trim()
        .strip_suffix(']')
        .and_then(|rest| rest.split_once(" ["))
    else {
        return header.trim().to_owned();
    };
    if zone != "UTC" {
        records.warnings.add(Some(1), &format!("{name} is in the time zone {zone}; its times are read as UTC. Export with UTC as the display zone."));
    }
    name.to_owned()
}
