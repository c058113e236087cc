//! Samples as files, in every format that [`crate::load`] reads.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use crate::cell::Fields;
use crate::flatten::flatten;
use crate::generate::Generated;

/// Shape of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// JSON Lines of table rows.
    JsonLines,
    /// JSON array of table rows.
    JsonArray,
    /// Raw records, one per line, as in a storage account.
    Raw,
    /// Raw records in `{"records": […]}`, as in an Event Hub.
    RawRecords,
    /// Raw records in an array.
    RawArray,
    /// Answer of the Log Analytics API.
    Api,
    /// CSV of the portal.
    Csv,
    /// Output of `az monitor log-analytics query`.
    Az,
    /// The indicators, as a STIX bundle.
    Stix,
}

/// Names of the shapes on the command line.
pub const SHAPES: [(&str, Shape); 9] = [
    ("jsonl", Shape::JsonLines),
    ("json", Shape::JsonArray),
    ("raw", Shape::Raw),
    ("raw-records", Shape::RawRecords),
    ("raw-array", Shape::RawArray),
    ("api", Shape::Api),
    ("csv", Shape::Csv),
    ("az", Shape::Az),
    ("stix", Shape::Stix),
];

/// A shape, compressed with gzip or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The shape.
    pub shape: Shape,
    /// Whether it is compressed with gzip.
    pub gzip: bool,
}

impl Format {
    /// Reads a name such as `csv` or `csv.gz`.
    pub fn from_name(name: &str) -> Option<Self> {
        let (plain, gzip) = match name.strip_suffix(".gz") {
            Some(plain) => (plain, true),
            None => (name, false),
        };
        let (_, shape) = SHAPES.iter().find(|(known, _)| *known == plain)?;
        Some(Self {
            shape: *shape,
            gzip,
        })
    }
}

/// Writes a sample.
pub fn write(sample: &Generated, format: Format) -> Vec<u8> {
    let text = text(sample, format.shape);
    if !format.gzip {
        return text.into_bytes();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(text.as_bytes());
    encoder.finish().unwrap_or_default()
}

fn text(sample: &Generated, shape: Shape) -> String {
    match shape {
        Shape::JsonLines => lines(rows(sample).into_iter().map(Value::Object)),
        Shape::JsonArray => {
            Value::Array(rows(sample).into_iter().map(Value::Object).collect()).to_string()
        }
        Shape::Raw => lines(sample.records.iter().cloned()),
        Shape::RawRecords => json!({ "records": sample.records }).to_string(),
        Shape::RawArray => Value::from(sample.records.clone()).to_string(),
        Shape::Api => api(&rows(sample)),
        Shape::Csv => csv(&rows(sample)),
        Shape::Az => az(&rows(sample)),
        Shape::Stix => json!({
            "type": "bundle",
            "id": "bundle--00000000-0000-4000-8000-000000000001",
            "objects": sample.indicators,
        })
        .to_string(),
    }
}

fn lines(values: impl Iterator<Item = Value>) -> String {
    values.map(|value| format!("{value}\n")).collect()
}

/// The records as rows of AzureDiagnostics.
fn rows(sample: &Generated) -> Vec<Map<String, Value>> {
    sample
        .records
        .iter()
        .filter_map(Value::as_object)
        .map(|record| flatten(&Fields::of_map(record)).to_map())
        .collect()
}

/// Columns of all rows, in order of appearance.
fn columns(rows: &[Map<String, Value>]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for name in rows.iter().flat_map(Map::keys) {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    columns
}

fn api(rows: &[Map<String, Value>]) -> String {
    let columns = columns(rows);
    let described: Vec<Value> = columns
        .iter()
        .map(|name| json!({ "name": name, "type": type_name(name) }))
        .collect();
    let cells = |row: &Map<String, Value>| {
        columns
            .iter()
            .map(|name| row.get(name).cloned().unwrap_or(Value::Null))
            .collect()
    };
    let rows: Vec<Value> = rows.iter().map(cells).collect();
    json!({ "tables": [{ "name": "PrimaryResult", "columns": described, "rows": rows }] })
        .to_string()
}

fn type_name(column: &str) -> &'static str {
    match column {
        "TimeGenerated" => "datetime",
        "DurationMs" => "long",
        _ => crate::schema::suffix_type(column)
            .map_or("string", kql_analysis::types::ScalarType::name),
    }
}

/// CSV with the portal's header, which names the zone of times.
fn csv(rows: &[Map<String, Value>]) -> String {
    let columns = columns(rows);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = columns.iter().map(|name| match type_name(name) {
        "datetime" => format!("{name} [UTC]"),
        _ => name.clone(),
    });
    let mut written = writer.write_record(header);
    for row in rows {
        let cells = columns
            .iter()
            .map(|name| row.get(name).map(cell).unwrap_or_default());
        written = written.and_then(|()| writer.write_record(cells));
    }
    // Writing to memory cannot fail.
    let _ = written;
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Rows whose values are text, with `None` for null, as the Azure command line prints them.
fn az(rows: &[Map<String, Value>]) -> String {
    let columns = columns(rows);
    let row = |row: &Map<String, Value>| {
        let mut fields: Map<String, Value> = columns
            .iter()
            .map(|name| (name.clone(), Value::from(python(row.get(name)))))
            .collect();
        fields.insert("TableName".to_owned(), json!("PrimaryResult"));
        Value::Object(fields)
    };
    Value::Array(rows.iter().map(row).collect()).to_string()
}

fn python(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "None".to_owned(),
        Some(Value::Bool(true)) => "True".to_owned(),
        Some(Value::Bool(false)) => "False".to_owned(),
        Some(other) => cell(other),
    }
}
