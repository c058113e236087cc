//! ARM templates: the portal's export, the scope form, and a solution's `mainTemplate.json`.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::expression::{MAX_CALLS, Names, resolve};
use super::fields::{Dialect, Source, rule};
use super::{ReadOutcome, whole_file};
use crate::problem::{Problem, Skipped};
use crate::rule::{Format, Origin};

/// Whether a JSON text looks like a template and not like a log record.
pub(super) fn recognises(start: &str) -> bool {
    start.contains("deploymentTemplate.json")
        || (start.contains("\"resources\"") && start.contains("\"contentVersion\""))
}

/// Reads the rules of a template.
pub(super) fn read(file: &str, text: &str) -> ReadOutcome {
    let template: Value = match serde_json::from_str(text) {
        Ok(template) => template,
        Err(error) => {
            let problem = whole_file(
                file,
                format!("this is not JSON: {error}"),
                "check the brackets and commas of this line",
            );
            return ReadOutcome::problem(Problem {
                line: Some(error.line()),
                ..problem
            });
        }
    };
    let Some(resources) = template.get("resources").and_then(Value::as_array) else {
        let problem = whole_file(
            file,
            "the template has no `resources`".to_owned(),
            "load an ARM template with analytics rules",
        );
        return ReadOutcome::problem(Problem {
            field: Some("resources".to_owned()),
            ..problem
        });
    };
    let calls = Cell::new(MAX_CALLS);
    let names = Names {
        variables: template.get("variables").and_then(Value::as_object),
        parameters: template.get("parameters").and_then(Value::as_object),
        calls: &calls,
    };
    let mut outcome = ReadOutcome::default();
    for (index, resource) in resources.iter().enumerate() {
        let path = format!("resources[{index}]");
        outcome.extend(read_resource(&Place { file, text }, resource, &path, names));
    }
    if outcome.rules.is_empty() && outcome.problems.is_empty() {
        let message = "the template holds no analytics rule".to_owned();
        outcome.problems.push(whole_file(
            file,
            message,
            "export the rules in Sentinel's Analytics page",
        ));
    }
    outcome
}

struct Place<'a> {
    file: &'a str,
    text: &'a str,
}

fn read_resource(place: &Place<'_>, resource: &Value, path: &str, names: Names<'_>) -> ReadOutcome {
    let kind = resource
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_ascii_lowercase();
    if kind.ends_with("/alertrules") {
        return rule_resource(place, resource, path, names, Format::Arm);
    }
    // A solution wraps each rule into a template of its own.
    let inner = resource
        .pointer("/properties/mainTemplate/resources")
        .and_then(Value::as_array);
    let Some(inner) = inner else {
        return ReadOutcome::default();
    };
    let mut outcome = ReadOutcome::default();
    let version = metadata_version(inner, names);
    for (index, nested) in inner.iter().enumerate() {
        let nested_kind = nested
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let path = format!("{path}.properties.mainTemplate.resources[{index}]");
        if nested_kind.ends_with("/alertruletemplates") || nested_kind.ends_with("/alertrules") {
            let mut found = rule_resource(place, nested, &path, names, Format::Solution);
            for rule in &mut found.rules {
                rule.version = rule.version.take().or_else(|| version.clone());
            }
            outcome.extend(found);
        } else if nested_kind.ends_with("/savedsearches") || nested_kind.ends_with("/workbooks") {
            let reason = format!("a resource of type {nested_kind}");
            outcome.skipped.push(Skipped {
                what: format!("{}, {path}", place.file),
                reason,
            });
        }
    }
    outcome
}

/// The rule's version, which a solution writes into the metadata beside it.
fn metadata_version(resources: &[Value], names: Names<'_>) -> Option<String> {
    let metadata = resources.iter().find(|resource| {
        resource
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|kind| kind.to_ascii_lowercase().ends_with("/metadata"))
    })?;
    match resolve(metadata.pointer("/properties/version")?, names) {
        Value::String(version) if !version.starts_with('[') => Some(version),
        _ => None,
    }
}

fn rule_resource(
    place: &Place<'_>,
    resource: &Value,
    path: &str,
    names: Names<'_>,
    format: Format,
) -> ReadOutcome {
    let resolved = resolve(resource, names);
    let Some(properties) = resolved.get("properties").and_then(Value::as_object) else {
        let problem = whole_file(
            place.file,
            format!("`{path}` has no properties"),
            "export the rule again",
        );
        return ReadOutcome::problem(Problem {
            field: Some("properties".to_owned()),
            ..problem
        });
    };
    let mut fields: Map<String, Value> = properties.clone();
    fields.insert(
        "kind".to_owned(),
        resolved
            .get("kind")
            .cloned()
            .unwrap_or_else(|| json!("Scheduled")),
    );
    fields.insert("id".to_owned(), json!(guid_of(resource, &resolved)));
    let origin = Origin {
        file: place.file.to_owned(),
        path: path.to_owned(),
        format,
    };
    rule(
        fields,
        &Source {
            text: place.text,
            first_line: 0,
            dialect: Dialect::Arm,
            origin,
        },
    )
}

/// The rule's GUID: the last segment of its name, resolved or as it stands inside an expression.
fn guid_of(resource: &Value, resolved: &Value) -> String {
    let candidates = [
        resolved.get("name"),
        resource.get("name"),
        resource.get("id"),
    ];
    for text in candidates.into_iter().flatten().filter_map(Value::as_str) {
        let last = text.rsplit('/').next().unwrap_or_default();
        let guid = last.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        if is_guid(guid) {
            return guid.to_owned();
        }
    }
    String::new()
}

fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}
