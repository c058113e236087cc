//! From a raw resource-log record to the columns of AzureDiagnostics.
//!
//! Microsoft specifies no such mapping; these rules were read off samples of both sides. Names are joined
//! with `_`, runs of other characters become one `_`, the suffix tells the type: `_s` text, `_g` GUID,
//! `_d` number, `_b` bool, `_t` time. Nulls give no column, arrays give JSON text.

use kql_analysis::text::{guid_text, parse_guid};
use kql_analysis::time::parse_datetime;
use serde_json::{Map, Value};

/// Fields that go to a column of their own name and type, whatever their value.
const FIXED: [(&str, &str); 11] = [
    ("time", "TimeGenerated"),
    ("category", "Category"),
    ("operationName", "OperationName"),
    ("operationVersion", "OperationVersion"),
    ("resultType", "ResultType"),
    ("resultSignature", "ResultSignature"),
    ("resultDescription", "ResultDescription"),
    ("durationMs", "DurationMs"),
    ("callerIpAddress", "CallerIPAddress"),
    ("correlationId", "CorrelationId"),
    ("level", "Level"),
];

/// Fields of the documented Managed HSM record that the resource id tells as well.
const TOLD_BY_RESOURCE_ID: [&str; 4] = [
    "resourceGroup",
    "resourceProvider",
    "resource",
    "resourceType",
];

/// Deepest nesting of objects that is flattened; what lies deeper becomes JSON text.
const MAX_NESTING: usize = 16;

/// Whether a record with these fields is a raw resource log.
pub(crate) fn is_raw(has: impl Fn(&str) -> bool) -> bool {
    has("operationName") && (has("time") || has("resourceId"))
}

/// The columns and values of a raw record.
pub(crate) fn flatten(record: &Map<String, Value>) -> Map<String, Value> {
    let mut row = Map::new();
    row.insert(
        "Type".to_owned(),
        Value::from(crate::schema::AZURE_DIAGNOSTICS),
    );
    row.insert("SourceSystem".to_owned(), Value::from("Azure"));
    let folded = is_folded(record);
    for (name, value) in record {
        if let Some((_, column)) = FIXED.iter().find(|(field, _)| field == name) {
            put(&mut row, (*column).to_owned(), value.clone());
        } else if name == "TenantId" {
            put(&mut row, name.clone(), value.clone());
        } else if name == "resourceId" {
            resource(&mut row, value);
        } else if name == "identity" {
            spread(&mut row, "identity", &parsed(value), 0);
        } else if name == "properties" {
            // In the documented Managed HSM record this is the inner object.
            let prefix = if folded { "properties" } else { "" };
            spread(&mut row, prefix, &parsed(value), 0);
        } else if !TOLD_BY_RESOURCE_ID.contains(&name.as_str())
            || !record.contains_key("resourceId")
        {
            spread(&mut row, &cleaned(name), value, 0);
        }
    }
    row
}

/// Whether the record has the shape that the Managed HSM page prints: what a vault's record holds under
/// `properties` stands at the top.
fn is_folded(record: &Map<String, Value>) -> bool {
    ["requestUri", "httpStatusCode", "clientInfo"]
        .iter()
        .any(|field| record.contains_key(*field))
}

/// An object that was written as JSON text.
fn parsed(value: &Value) -> Value {
    match value {
        Value::String(text) if text.trim_start().starts_with('{') => {
            serde_json::from_str(text).unwrap_or_else(|_| value.clone())
        }
        other => other.clone(),
    }
}

/// Columns that are cut out of the resource id; upper case, as stored rows have them.
fn resource(row: &mut Map<String, Value>, value: &Value) {
    let Some(id) = value.as_str() else { return };
    let upper = id.to_uppercase();
    let parts: Vec<&str> = upper.trim_matches('/').split('/').collect();
    for (column, key, offset) in [
        ("SubscriptionId", "SUBSCRIPTIONS", 1),
        ("ResourceGroup", "RESOURCEGROUPS", 1),
        ("ResourceProvider", "PROVIDERS", 1),
        ("ResourceType", "PROVIDERS", 2),
        ("Resource", "PROVIDERS", 3),
    ] {
        let at = parts.iter().position(|part| *part == key);
        if let Some(part) = at.and_then(|at| parts.get(at + offset)) {
            put(row, column.to_owned(), Value::from(*part));
        }
    }
    put(
        row,
        "_ResourceId".to_owned(),
        Value::from(id.to_lowercase()),
    );
    put(row, "ResourceId".to_owned(), Value::from(upper));
}

/// Columns of a value under a name; an empty name is the top.
fn spread(row: &mut Map<String, Value>, prefix: &str, value: &Value, depth: usize) {
    match value {
        Value::Object(fields) if depth < MAX_NESTING => {
            for (name, field) in fields {
                let name = cleaned(name);
                let joined = if prefix.is_empty() {
                    name
                } else {
                    format!("{prefix}_{name}")
                };
                spread(row, &joined, field, depth + 1);
            }
        }
        Value::Null => {}
        Value::Bool(_) => put(row, format!("{prefix}_b"), value.clone()),
        Value::Number(_) => put(row, format!("{prefix}_d"), value.clone()),
        Value::String(text) => text_column(row, prefix, text),
        Value::Array(_) | Value::Object(_) => {
            put(row, format!("{prefix}_s"), Value::from(value.to_string()))
        }
    }
}

fn text_column(row: &mut Map<String, Value>, name: &str, text: &str) {
    match guid(text) {
        Some(guid) => put(row, format!("{name}_g"), Value::from(guid)),
        None if is_time(text) => put(row, format!("{name}_t"), Value::from(text)),
        None => put(row, format!("{name}_s"), Value::from(text)),
    }
}

/// A GUID with dashes, from 36 characters with or 32 without them.
fn guid(text: &str) -> Option<String> {
    let shaped = match text.len() {
        36 => text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
        32 => text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        _ => false,
    };
    if !shaped {
        return None;
    }
    // Dashed GUIDs keep their letter case, as stored rows do.
    if text.len() == 36 {
        parse_guid(text).map(|_| text.to_owned())
    } else {
        parse_guid(text).map(guid_text)
    }
}

/// An ISO 8601 date with a time.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 19 && bytes[4] == b'-' && bytes[10] == b'T' && parse_datetime(text).is_some()
}

/// A name with every run of other characters as one `_`.
fn cleaned(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut other = false;
    for c in name.chars() {
        let word = c.is_ascii_alphanumeric() || c == '_';
        if word {
            out.push(c);
        } else if !other {
            out.push('_');
        }
        other = !word;
    }
    out
}

fn put(row: &mut Map<String, Value>, column: String, value: Value) {
    if !value.is_null() {
        row.insert(column, value);
    }
}
