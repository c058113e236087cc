//! The oldest files of Azure-Sentinel: fields in comments, then the query.

use serde_json::{Map, Value, json};

use super::ReadOutcome;
use super::fields::{Dialect, Source, rule};
use crate::rule::{Format, Origin};

/// Fields of the header and their names in YAML.
const FIELDS: [(&str, &str); 9] = [
    ("Name", "name"),
    ("Id", "id"),
    ("Description", "description"),
    ("Severity", "severity"),
    ("QueryFrequency", "queryFrequency"),
    ("QueryPeriod", "queryPeriod"),
    ("AlertTriggerOperator", "triggerOperator"),
    ("AlertTriggerThreshold", "triggerThreshold"),
    ("Tactics", "tactics"),
];

/// Whether a text begins with such a header.
pub(super) fn recognises(text: &str) -> bool {
    text.starts_with("//")
        && text
            .lines()
            .take(8)
            .any(|line| field(line).is_some_and(|(name, _)| name == "name"))
}

/// Reads the one rule of a file.
pub(super) fn read(file: &str, text: &str) -> ReadOutcome {
    let lines: Vec<&str> = text.lines().collect();
    let end = lines
        .iter()
        .position(|line| !line.trim().is_empty() && !line.starts_with("//"))
        .unwrap_or(lines.len());
    let mut fields = header(&lines[..end]);
    fields.insert("kind".to_owned(), json!("Scheduled"));
    fields.insert(
        "query".to_owned(),
        json!(format!("{}\n", lines[end..].join("\n"))),
    );
    let origin = Origin {
        file: file.to_owned(),
        path: String::new(),
        format: Format::Yaml,
    };
    rule(
        fields,
        &Source {
            text,
            first_line: 0,
            dialect: Dialect::Yaml,
            origin,
        },
    )
}

fn header(lines: &[&str]) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut last: Option<&str> = None;
    for line in lines {
        if let Some((name, value)) = field(line) {
            fields.insert(name.to_owned(), Value::String(value.to_owned()));
            last = Some(name);
        } else if let (Some(name), Some(more)) = (last, continuation(line))
            && let Some(Value::String(value)) = fields.get_mut(name)
        {
            value.push('\n');
            value.push_str(more);
        }
    }
    if let Some(Value::String(tactics)) = fields.get("tactics") {
        let list: Vec<Value> = tactics
            .split(',')
            .map(|tactic| json!(tactic.trim().trim_start_matches('#')))
            .collect();
        fields.insert("tactics".to_owned(), Value::Array(list));
    }
    threshold_in_query(&mut fields);
    fields
}

/// One of these files names a `let` of its query where a number belongs: the query compares with it
/// already, so that any row of its result is above it.
fn threshold_in_query(fields: &mut Map<String, Value>) {
    if let Some(Value::String(threshold)) = fields.get_mut("triggerThreshold")
        && threshold.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        *threshold = "0".to_owned();
    }
}

/// The YAML name and the value of a header line such as `// Severity: Low`.
fn field(line: &str) -> Option<(&'static str, &str)> {
    let (written, value) = line.strip_prefix("//")?.split_once(':')?;
    let (_, name) = FIELDS
        .iter()
        .find(|(header, _)| *header == written.trim())?;
    Some((name, value.trim()))
}

/// More text of the field above.
fn continuation(line: &str) -> Option<&str> {
    let text = line.strip_prefix("//")?.trim();
    (!text.is_empty() && !text.starts_with("DataSource:")).then_some(text)
}
