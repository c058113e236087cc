//! JSON files: whole documents of every shape, and JSON Lines.

use serde_json::{Map, Value};

use crate::records::Records;

/// Reads a JSON text; gives the words for its shape. The error names the line.
pub(crate) fn read(text: &str, records: &mut Records) -> Result<&'static str, (usize, String)> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let first = stream.next();
    let rest = text.get(stream.byte_offset()..).unwrap_or_default();
    match first {
        Some(Ok(document)) if rest.trim().is_empty() => Ok(whole(document, records)),
        Some(Ok(_)) => Ok(lines(text, records)),
        // A broken first line does not make the other lines useless.
        Some(Err(_)) if is_lines(text) => Ok(lines(text, records)),
        Some(Err(error)) => Err((error.line(), error.to_string())),
        None => Err((1, "the file is empty".to_owned())),
    }
}

/// Whether most lines stand for themselves: at least two begin like a record.
fn is_lines(text: &str) -> bool {
    text.lines()
        .filter(|line| line.starts_with('{') && line.trim_end().ends_with('}'))
        .take(2)
        .count()
        == 2
}

fn whole(document: Value, records: &mut Records) -> &'static str {
    match document {
        Value::Array(items) => {
            let exported = items.iter().any(|item| item.get("TableName").is_some());
            for item in &items {
                match (frame(item), exported) {
                    (true, _) => frame_rows(item, records),
                    (false, true) => records.add(&without_none(item), None),
                    (false, false) => records.add(item, None),
                }
            }
            if exported {
                "az monitor log-analytics query output"
            } else {
                "JSON array"
            }
        }
        Value::Object(fields) => object(&fields, records),
        _ => "JSON",
    }
}

fn object(fields: &Map<String, Value>, records: &mut Records) -> &'static str {
    for (tables, columns, rows, name) in [
        ("tables", "columns", "rows", "name"),
        ("Tables", "Columns", "Rows", "ColumnName"),
    ] {
        if let Some(Value::Array(found)) = fields.get(tables) {
            // Later tables of Azure Data Explorer's answer describe the query.
            for table in found
                .iter()
                .take(if tables == "Tables" { 1 } else { usize::MAX })
            {
                table_rows(table.get(columns), table.get(rows), name, records);
            }
            return if tables == "tables" {
                "Log Analytics API answer"
            } else {
                "Azure Data Explorer answer"
            };
        }
    }
    if let Some(Value::Array(objects)) = fields
        .get("objects")
        .filter(|_| fields.contains_key("type"))
    {
        objects.iter().for_each(|object| records.add(object, None));
        return "STIX bundle";
    }
    if fields.contains_key("records") {
        records.add(&Value::Object(fields.clone()), None);
        return "JSON object with records";
    }
    records.add(&Value::Object(fields.clone()), None);
    "JSON object"
}

/// Whether an item is a frame of Azure Data Explorer's second answer format.
fn frame(item: &Value) -> bool {
    item.get("FrameType").is_some()
}

fn frame_rows(item: &Value, records: &mut Records) {
    if item.get("TableKind").and_then(Value::as_str) == Some("PrimaryResult") {
        table_rows(item.get("Columns"), item.get("Rows"), "ColumnName", records);
    }
}

fn table_rows(columns: Option<&Value>, rows: Option<&Value>, name: &str, records: &mut Records) {
    let (Some(Value::Array(columns)), Some(Value::Array(rows))) = (columns, rows) else {
        return records
            .warnings
            .add(None, "a table without columns or rows is left out");
    };
    let names: Vec<&str> = columns
        .iter()
        .map(|column| column.get(name).and_then(Value::as_str).unwrap_or_default())
        .collect();
    for row in rows {
        let Value::Array(cells) = row else { continue };
        let fields: Map<String, Value> = names
            .iter()
            .zip(cells)
            .map(|(name, cell)| ((*name).to_owned(), cell.clone()))
            .collect();
        records.add(&Value::Object(fields), None);
    }
}

/// A row of the Azure command line, which writes `None` for null.
fn without_none(item: &Value) -> Value {
    match item {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(_, value)| value.as_str() != Some("None"))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn lines(text: &str, records: &mut Records) -> &'static str {
    for (index, line) in text.lines().enumerate() {
        let line_number = Some(index + 1);
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Value>(line) {
            Ok(record) => records.add(&record, line_number),
            Err(error) => records
                .warnings
                .add(line_number, &format!("this is not JSON: {error}")),
        }
    }
    "JSON Lines"
}
