//! From a raw resource-log record to the columns of AzureDiagnostics.
//!
//! Microsoft specifies no such mapping; these rules were read off samples of both sides. Names are joined
//! with `_`, runs of other characters become one `_`, the suffix tells the type: `_s` text, `_g` GUID,
//! `_d` number, `_b` bool, `_t` time. Nulls give no column, arrays give JSON text.

use std::borrow::Cow;

use kql_analysis::text::{guid_text, parse_guid};
use kql_analysis::time::parse_datetime;

use crate::cell::{Cell, Fields};
use crate::schema::AZURE_DIAGNOSTICS;

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

/// The columns and cells of a raw record.
pub(crate) fn flatten<'r>(record: &'r Fields<'_>) -> Fields<'r> {
    let mut row = Row::default();
    row.put("Type", Cell::Text(AZURE_DIAGNOSTICS.into()));
    row.put("SourceSystem", Cell::Text("Azure".into()));
    let has = |name: &str| record.names.iter().any(|known| known == name);
    // The documented Managed HSM record has at its top what a vault's record holds under `properties`,
    // and under `properties` the inner object.
    let folded = ["requestUri", "httpStatusCode", "clientInfo"]
        .into_iter()
        .any(has);
    for (name, cell) in record.names.iter().zip(&record.cells) {
        let fixed = FIXED.iter().find(|(field, _)| field == name);
        match (fixed, name.as_ref()) {
            (Some((_, column)), _) => row.put(column, cell.shared()),
            (None, "TenantId") => row.put("TenantId", cell.shared()),
            (None, "resourceId") => row.resource(cell),
            (None, "identity") => row.spread_parsed("identity", cell),
            (None, "properties") if folded => row.spread_parsed("properties", cell),
            (None, "properties") => row.spread_parsed("", cell),
            (None, told) if TOLD_BY_RESOURCE_ID.contains(&told) && has("resourceId") => {}
            (None, other) => row.spread(&cleaned(other), cell, 0),
        }
    }
    row.0
}

/// A row of AzureDiagnostics under construction.
#[derive(Default)]
struct Row<'r>(Fields<'r>);

impl<'r> Row<'r> {
    fn put(&mut self, column: &str, cell: Cell<'r>) {
        self.put_named(Cow::Owned(column.to_owned()), cell);
    }

    fn put_named(&mut self, column: Cow<'r, str>, cell: Cell<'r>) {
        if cell != Cell::Null {
            self.0.names.push(column);
            self.0.cells.push(cell);
        }
    }

    /// Columns that are cut out of the resource id; upper case, as stored rows have them.
    fn resource(&mut self, cell: &'r Cell<'_>) {
        let Cell::Text(id) = cell else { return };
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
                self.put(column, Cell::Text((*part).to_owned().into()));
            }
        }
        self.put("_ResourceId", Cell::Text(id.to_lowercase().into()));
        self.put("ResourceId", Cell::Text(upper.into()));
    }

    /// Columns of an object that may have been written as JSON text.
    fn spread_parsed(&mut self, prefix: &str, cell: &'r Cell<'_>) {
        match cell {
            Cell::Text(text) if text.trim_start().starts_with('{') => {
                match Fields::of_object(text) {
                    Ok(fields) => self.members(prefix, fields, 0),
                    Err(_) => self.spread(prefix, cell, 0),
                }
            }
            _ => self.spread(prefix, cell, 0),
        }
    }

    /// Columns of a value under a name; an empty name is the top.
    fn spread(&mut self, prefix: &str, cell: &'r Cell<'_>, depth: usize) {
        match cell {
            Cell::Nested(text) => self.nested(prefix, text, depth),
            _ => self.scalar(prefix, cell.shared()),
        }
    }

    fn nested(&mut self, prefix: &str, text: &'r str, depth: usize) {
        let fields = match text.starts_with('{') && depth < MAX_NESTING {
            true => Fields::of_object(text).ok(),
            false => None,
        };
        match fields {
            Some(fields) => self.members(prefix, fields, depth),
            None => {
                let text = Cell::Nested(text.into()).json().to_string();
                self.put_named(suffixed(prefix, "_s"), Cell::Text(text.into()));
            }
        }
    }

    fn members(&mut self, prefix: &str, fields: Fields<'r>, depth: usize) {
        for (name, cell) in fields.names.into_iter().zip(fields.cells) {
            let mut joined = String::with_capacity(prefix.len() + name.len() + 1);
            joined.push_str(prefix);
            if !prefix.is_empty() {
                joined.push('_');
            }
            joined.push_str(&cleaned(&name));
            match cell {
                Cell::Nested(Cow::Borrowed(text)) => self.nested(&joined, text, depth + 1),
                cell => self.scalar(&joined, cell),
            }
        }
    }

    fn scalar(&mut self, name: &str, cell: Cell<'r>) {
        match cell {
            Cell::Null => {}
            Cell::Bool(_) => self.put_named(suffixed(name, "_b"), cell),
            Cell::Whole(_) | Cell::Large(_) | Cell::Real(_) => {
                self.put_named(suffixed(name, "_d"), cell);
            }
            Cell::Text(text) | Cell::Nested(text) => self.text(name, text),
        }
    }

    fn text(&mut self, name: &str, text: Cow<'r, str>) {
        match guid(&text) {
            Some(Guid::Dashed) => self.put_named(suffixed(name, "_g"), Cell::Text(text)),
            Some(Guid::Plain(guid)) => {
                self.put_named(suffixed(name, "_g"), Cell::Text(guid.into()));
            }
            None if is_time(&text) => self.put_named(suffixed(name, "_t"), Cell::Text(text)),
            None => self.put_named(suffixed(name, "_s"), Cell::Text(text)),
        }
    }
}

fn suffixed<'r>(name: &str, suffix: &str) -> Cow<'r, str> {
    Cow::Owned([name, suffix].concat())
}

/// How a GUID is written.
enum Guid {
    /// With dashes; stored rows keep its letter case.
    Dashed,
    /// As 32 digits; stored rows have this form of it.
    Plain(String),
}

fn guid(text: &str) -> Option<Guid> {
    let digits = |dash: bool| {
        let digit = |byte: u8| byte.is_ascii_hexdigit() || (dash && byte == b'-');
        text.bytes().all(digit)
    };
    match text.len() {
        36 if digits(true) => parse_guid(text).map(|_| Guid::Dashed),
        32 if digits(false) => parse_guid(text).map(|guid| Guid::Plain(guid_text(guid))),
        _ => None,
    }
}

/// An ISO 8601 date with a time.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 19 && bytes[4] == b'-' && bytes[10] == b'T' && parse_datetime(text).is_some()
}

/// A name with every run of other characters as one `_`.
fn cleaned(name: &str) -> Cow<'_, str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.chars().all(is_word) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    let mut other = false;
    for c in name.chars() {
        if is_word(c) {
            out.push(c);
        } else if !other {
            out.push('_');
        }
        other = !is_word(c);
    }
    Cow::Owned(out)
}
