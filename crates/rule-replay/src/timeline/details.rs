//! Custom details of an alert, and what a rule puts in place of its own name, description and severity.

use std::collections::BTreeSet;

use kql_analysis::text::value_text;
use kql_engine::Table;
use sentinel_rules::rule::{Rule, Severity};
use serde_json::Value as Json;

use super::properties::properties;

/// Values that one custom detail holds, and different values of an overridden field in one run
/// (Sentinel service limits: 50).
pub const MAX_DETAIL_VALUES: usize = 50;
/// Bytes that all custom details of an alert hold together (Sentinel service limits: 2 KB).
pub const MAX_DETAIL_BYTES: usize = 2 * 1024;
/// Placeholders that a format may have.
const MAX_PLACEHOLDERS: usize = 3;
/// Bytes of an overridden field with one value.
pub(super) const MAX_VALUE_BYTES: usize = 256;
/// Bytes of an overridden description, and of a field with several values.
pub(super) const MAX_TEXT_BYTES: usize = 5 * 1024;

/// Name, description, severity, tactics and dynamic properties of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub name: String,
    pub description: String,
    pub severity: Option<Severity>,
    pub tactics: Vec<String>,
    pub properties: Vec<(String, String)>,
}

impl Heading {
    /// What the rule itself says.
    pub fn of_rule(rule: &Rule) -> Self {
        Self {
            name: rule.name.clone(),
            description: rule.description.clone(),
            severity: rule.severity,
            tactics: rule.tactics.clone(),
            properties: Vec::new(),
        }
    }

    /// What the alert over these rows says, with details of the row of this number.
    pub fn of_alert(rule: &Rule, rows: &Table, row: usize) -> Self {
        let mut heading = Self::of_rule(rule);
        let Some(details) = &rule.alert_details_override else {
            return heading;
        };
        let text = |field: &str| details.get(field).and_then(Json::as_str);
        let filled = |format: &str| filled(format, rows, row);
        let value = |column: &str| cell(rows, row, column);
        if let Some(name) = text("alertDisplayNameFormat").and_then(filled) {
            heading.name = within(name, MAX_VALUE_BYTES).unwrap_or(heading.name);
        }
        if let Some(words) = text("alertDescriptionFormat").and_then(filled) {
            heading.description = within(words, MAX_TEXT_BYTES).unwrap_or(heading.description);
        }
        let severity = text("alertSeverityColumnName").and_then(value);
        if let Some(severity) = severity.as_deref().and_then(severity_of) {
            heading.severity = Some(severity);
        }
        let tactics = text("alertTacticsColumnName").and_then(value);
        if let Some(tactics) = tactics.and_then(|tactics| within(tactics, MAX_TEXT_BYTES)) {
            heading.tactics = names(&tactics);
        }
        heading.properties = properties(rule, rows, row);
        heading
    }
}

/// Gives up the overrides of fields that have more than [`MAX_DETAIL_VALUES`] different values in one run:
/// Sentinel then drops them in all alerts.
pub(super) fn give_up_varied(rule: &Rule, headings: &mut [Heading]) {
    let own = Heading::of_rule(rule);
    let is_varied = |field: &dyn Fn(&Heading) -> String| {
        let values: BTreeSet<String> = headings.iter().map(field).collect();
        values.len() > MAX_DETAIL_VALUES
    };
    let name = is_varied(&|one| one.name.clone());
    let description = is_varied(&|one| one.description.clone());
    let tactics = is_varied(&|one| one.tactics.join(","));
    let listed = headings.iter().flat_map(|one| &one.properties);
    let listed: BTreeSet<String> = listed.map(|(property, _)| property.clone()).collect();
    let of = |one: &Heading, property: &str| {
        let mut values = one.properties.iter();
        let found = values.find(|(known, _)| known == property);
        found.map_or(String::new(), |(_, value)| value.clone())
    };
    let properties: Vec<String> = listed
        .into_iter()
        .filter(|property| is_varied(&|one| of(one, property)))
        .collect();
    for one in headings {
        if name {
            one.name.clone_from(&own.name);
        }
        if description {
            one.description.clone_from(&own.description);
        }
        if tactics {
            one.tactics.clone_from(&own.tactics);
        }
        one.properties
            .retain(|(property, _)| !properties.contains(property));
    }
}

/// The custom details of an alert over these rows: each key with its different values; and whether some
/// had no room.
pub(super) fn custom_details(rule: &Rule, rows: &Table) -> (Vec<(String, Vec<String>)>, bool) {
    let (mut bytes, mut cut) = (0, false);
    let mut details = Vec::new();
    for (key, column) in &rule.custom_details {
        let mut values: Vec<String> = Vec::new();
        for row in rows.distinct_rows(rows.schema().index_of(column).into_iter()) {
            let Some(value) = cell(rows, row as usize, column) else {
                continue;
            };
            let fits = bytes + value.len() <= MAX_DETAIL_BYTES && values.len() < MAX_DETAIL_VALUES;
            if values.contains(&value) {
                continue;
            }
            cut |= !fits;
            if fits {
                bytes += value.len();
                values.push(value);
            }
        }
        details.push((key.clone(), values));
    }
    (details, cut)
}

/// A format with its placeholders filled; `None` when one of them has no value.
fn filled(format: &str, rows: &Table, row: usize) -> Option<String> {
    let mut text = String::new();
    let mut rest = format;
    let mut placeholders = 0;
    while let Some((before, after)) = rest.split_once("{{") {
        let (column, after) = after.split_once("}}")?;
        placeholders += 1;
        if placeholders > MAX_PLACEHOLDERS {
            return None;
        }
        text.push_str(before);
        text.push_str(&cell(rows, row, column.trim())?);
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

fn within(text: String, bytes: usize) -> Option<String> {
    (text.len() <= bytes).then_some(text)
}

/// The text of a cell; `None` for null, for an empty text and for a column that is not there.
pub(super) fn cell(rows: &Table, row: usize, column: &str) -> Option<String> {
    let index = rows.schema().index_of(column)?;
    let ty = rows.schema().columns.get(index)?.ty;
    let text = value_text(&rows.value(row, index), ty).into_owned();
    (!text.is_empty()).then_some(text)
}

fn severity_of(text: &str) -> Option<Severity> {
    [
        Severity::Informational,
        Severity::Low,
        Severity::Medium,
        Severity::High,
    ]
    .into_iter()
    .find(|severity| crate::words::severity(Some(*severity)).eq_ignore_ascii_case(text.trim()))
}

/// Names in a JSON array or between commas.
pub(super) fn names(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_else(|_| {
        let parts = text.split(',').map(|name| name.trim().to_owned());
        parts.filter(|name| !name.is_empty()).collect()
    })
}
