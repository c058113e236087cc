//! What a rule puts in place of its own name, description, severity and tactics, from the rows of an alert.
//!
//! Where the rows give nothing that fits, the alert says what the rule itself says, and why.

use std::collections::BTreeSet;

use kql_analysis::text::value_text;
use kql_engine::Table;
use sentinel_rules::rule::{Rule, Severity};
use sentinel_rules::tactics::tactic;
use serde_json::Value as Json;

use super::properties::properties;
use crate::cut::{Cut, CutPart};

/// Different values of an overridden field in one run (Sentinel service limits: 50).
pub(super) const MAX_FIELD_VALUES: usize = 50;
/// Placeholders that a format may have.
const MAX_PLACEHOLDERS: usize = 3;
/// Bytes of an overridden field with one value.
pub(super) const MAX_VALUE_BYTES: usize = 256;
/// Bytes of an overridden description, and of a field with several values.
pub(super) const MAX_TEXT_BYTES: usize = 5 * 1024;

/// Characters of a value that a sentence quotes.
const QUOTED_CHARACTERS: usize = 60;

/// Name, description, severity, tactics and dynamic properties of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub name: String,
    pub description: String,
    pub severity: Option<Severity>,
    pub tactics: Vec<String>,
    pub properties: Vec<(String, String)>,
    /// What stayed the rule's own, and why.
    pub cuts: Vec<Cut>,
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
            cuts: Vec::new(),
        }
    }

    /// What the alert over these rows says, with details of the row of this number.
    pub fn of_alert(rule: &Rule, rows: &Table, row: usize) -> Self {
        let mut heading = Self::of_rule(rule);
        let Some(details) = &rule.alert_details_override else {
            return heading;
        };
        let text = |field: &str| details.get(field).and_then(Json::as_str);
        let value = |column: &str| cell(rows, row, column).ok_or_else(|| without_value(column));
        if let Some(format) = text("alertDisplayNameFormat") {
            let name = filled(format, rows, row).and_then(|name| within(name, MAX_VALUE_BYTES));
            heading.name = heading.or_own("name", name, heading.name.clone());
        }
        if let Some(format) = text("alertDescriptionFormat") {
            let words = filled(format, rows, row).and_then(|words| within(words, MAX_TEXT_BYTES));
            heading.description = heading.or_own("description", words, heading.description.clone());
        }
        if let Some(column) = text("alertSeverityColumnName") {
            let severity = value(column).and_then(|text| severity_of(&text));
            heading.severity = heading.or_own("severity", severity.map(Some), heading.severity);
        }
        if let Some(column) = text("alertTacticsColumnName") {
            let names = value(column).and_then(|text| within(text, MAX_TEXT_BYTES));
            let tactics = names.and_then(|names| tactics_of(&names));
            heading.tactics = heading.or_own("tactics", tactics, heading.tactics.clone());
        }
        let (properties, cuts) = properties(rule, rows, row);
        heading.properties = properties;
        heading.cuts.extend(cuts);
        heading
    }

    /// What the rows give for a field, or else the rule's own, which is noted.
    fn or_own<T>(&mut self, field: &str, given: Result<T, String>, own: T) -> T {
        given.unwrap_or_else(|reason| {
            self.cuts.push(stays_own(field, &reason));
            own
        })
    }
}

/// That a field of an alert stays the rule's own.
fn stays_own(field: &str, reason: &str) -> Cut {
    let is = if field == "tactics" { "are" } else { "is" };
    Cut::of(
        CutPart::AlertDetails,
        format!("The {field} {is} the rule's own: {reason}."),
    )
}

/// Gives up the overrides of fields that have more than [`MAX_FIELD_VALUES`] different values in one run:
/// Sentinel then drops them in all alerts.
pub(super) fn give_up_varied(rule: &Rule, headings: &mut [Heading]) {
    let own = Heading::of_rule(rule);
    let name = is_varied(headings, &own, &|one| one.name.clone());
    let description = is_varied(headings, &own, &|one| one.description.clone());
    let tactics = is_varied(headings, &own, &|one| one.tactics.join(","));
    let properties = varied_properties(headings, &own);
    let reason = format!("the run gives it more than {MAX_FIELD_VALUES} different values");
    for one in headings {
        if name {
            one.name.clone_from(&own.name);
            one.cuts.push(stays_own("name", &reason));
        }
        if description {
            one.description.clone_from(&own.description);
            one.cuts.push(stays_own("description", &reason));
        }
        if tactics {
            one.tactics.clone_from(&own.tactics);
            one.cuts
                .push(stays_own("tactics", &reason.replace("it ", "them ")));
        }
        for property in &properties {
            one.cuts.push(Cut::of(
                CutPart::AlertDetails,
                format!("{property} is left out: {reason}."),
            ));
        }
        one.properties
            .retain(|(property, _)| !properties.contains(property));
    }
}

/// Whether alerts of one run have too many different values of a field. Alerts that have the rule's own are
/// not customised.
fn is_varied(headings: &[Heading], own: &Heading, field: &dyn Fn(&Heading) -> String) -> bool {
    let values: BTreeSet<String> = headings.iter().map(field).collect();
    let customised = values.iter().filter(|value| **value != field(own));
    customised.count() > MAX_FIELD_VALUES
}

/// The dynamic properties of which alerts of one run have too many different values.
fn varied_properties(headings: &[Heading], own: &Heading) -> BTreeSet<String> {
    let listed = headings.iter().flat_map(|one| &one.properties);
    let listed: BTreeSet<String> = listed.map(|(property, _)| property.clone()).collect();
    let of = |one: &Heading, property: &str| {
        let mut values = one.properties.iter();
        let found = values.find(|(known, _)| known == property);
        found.map_or(String::new(), |(_, value)| value.clone())
    };
    listed
        .into_iter()
        .filter(|property| is_varied(headings, own, &|one| of(one, property)))
        .collect()
}

/// A format with its placeholders filled; else why it cannot be.
fn filled(format: &str, rows: &Table, row: usize) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = format;
    let mut placeholders = 0;
    while let Some((before, after)) = rest.split_once("{{") {
        let (column, after) = after
            .split_once("}}")
            .ok_or_else(|| "its format has `{{` without `}}`".to_owned())?;
        placeholders += 1;
        if placeholders > MAX_PLACEHOLDERS {
            return Err(format!(
                "its format has more than {MAX_PLACEHOLDERS} placeholders"
            ));
        }
        let column = column.trim();
        text.push_str(before);
        text.push_str(&cell(rows, row, column).ok_or_else(|| without_value(column))?);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// Why a column gives nothing.
pub(super) fn without_value(column: &str) -> String {
    format!("`{column}` has no value")
}

/// A text that is short enough; else how long it is.
pub(super) fn within(text: String, most: usize) -> Result<String, String> {
    match text.len() {
        bytes if bytes > most => Err(format!(
            "it would take {bytes} bytes, and at most {most} are kept"
        )),
        _ => Ok(text),
    }
}

/// The text of a cell; `None` for null, for an empty text and for a column that is not there.
pub(super) fn cell(rows: &Table, row: usize, column: &str) -> Option<String> {
    let index = rows.schema().index_of(column)?;
    let ty = rows.schema().columns.get(index)?.ty;
    let text = value_text(&rows.value(row, index), ty).into_owned();
    (!text.is_empty()).then_some(text)
}

fn severity_of(text: &str) -> Result<Severity, String> {
    let known = [
        Severity::Informational,
        Severity::Low,
        Severity::Medium,
        Severity::High,
    ];
    let mut known = known.into_iter();
    let found = known
        .find(|severity| crate::words::severity(Some(*severity)).eq_ignore_ascii_case(text.trim()));
    found.ok_or_else(|| format!("`{}` is no severity", quoted(text)))
}

/// The tactics that a text names; else which of its names is none.
fn tactics_of(text: &str) -> Result<Vec<String>, String> {
    let names = names(text);
    if names.is_empty() {
        return Err("no tactic is named".to_owned());
    }
    let known = names.iter().map(|name| {
        let known = tactic(name).map(str::to_owned);
        known.ok_or_else(|| format!("`{}` is no tactic", quoted(name)))
    });
    known.collect()
}

/// A value as a sentence quotes it: its beginning.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARACTERS) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

/// Names in a JSON array or between commas.
pub(super) fn names(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_else(|_| {
        let parts = text.split(',').map(|name| name.trim().to_owned());
        parts.filter(|name| !name.is_empty()).collect()
    })
}
