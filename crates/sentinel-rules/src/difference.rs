//! What two versions of a rule say differently, field by field, long texts line by line.
//!
//! Notation does not count: durations are compared by length, techniques as a set in which a
//! sub-technique says its parent. Where the rule came from is not compared.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::rule::Rule;

/// Longest text that is compared line by line; of a longer one, all lines are removed and added.
pub const MAX_COMPARED_LINES: usize = 2_000;

/// A field that two rules say differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Field, by its name in the model's YAML.
    pub field: String,
    /// What the first rule says; `None` when it says nothing.
    pub before: Option<String>,
    /// What the second rule says.
    pub after: Option<String>,
    /// Lines in order, for texts of several lines.
    pub lines: Vec<LineChange>,
}

/// A line of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "change", content = "text")]
pub enum LineChange {
    /// Stands in both.
    Same(String),
    /// Stands in the first only.
    Removed(String),
    /// Stands in the second only.
    Added(String),
}

/// The fields that differ, in the order of the model.
pub fn differences(before: &Rule, after: &Rule) -> Vec<Difference> {
    let (first, second) = (fields(before), fields(after));
    let mut names: Vec<&String> = first.keys().collect();
    names.extend(second.keys().filter(|name| !first.contains_key(*name)));
    names
        .into_iter()
        .filter_map(|name| difference(name, first.get(name), second.get(name)))
        .collect()
}

fn difference(name: &str, before: Option<&Value>, after: Option<&Value>) -> Option<Difference> {
    if before == after {
        return None;
    }
    let (before, after) = (before.map(shown), after.map(shown));
    let lines = match (&before, &after) {
        (Some(first), Some(second)) if first.contains('\n') || second.contains('\n') => {
            lines(first, second)
        }
        _ => Vec::new(),
    };
    Some(Difference {
        field: name.to_owned(),
        before,
        after,
        lines,
    })
}

/// A value as a reader sees it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a rule says, without fields that say nothing.
fn fields(rule: &Rule) -> Map<String, Value> {
    let schedule = rule.schedule.as_ref();
    let details: Map<String, Value> = rule
        .custom_details
        .iter()
        .map(|(key, column)| (key.clone(), json!(column)))
        .collect();
    let listed = json!({
        "id": rule.id,
        "name": rule.name,
        "description": rule.description,
        "kind": rule.kind,
        "severity": rule.severity,
        "version": rule.version,
        "query": rule.query,
        "queryFrequency": schedule.map(|schedule| schedule.frequency.to_short()),
        "queryPeriod": schedule.map(|schedule| schedule.period.to_short()),
        "triggerOperator": schedule.map(|schedule| schedule.operator),
        "triggerThreshold": schedule.map(|schedule| schedule.threshold),
        "tactics": rule.tactics,
        "relevantTechniques": techniques(rule),
        "requiredDataConnectors": rule.connectors,
        "entityMappings": rule.entity_mappings,
        "customDetails": details,
        "alertDetailsOverride": rule.alert_details_override,
        "eventGrouping": rule.event_grouping,
        "incidentConfiguration": rule.incident_configuration,
        "suppressionDuration": rule.suppression.map(|pause| pause.to_short()),
        "enabled": rule.enabled,
        "alertRuleTemplateName": rule.template_id,
    });
    let mut fields = match listed {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    for (name, value) in &rule.extra {
        fields.insert(name.clone(), value.clone());
    }
    fields.retain(|_, value| !says_nothing(value));
    fields
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Techniques in order of name, each once, without parents that a sub-technique says.
fn techniques(rule: &Rule) -> Vec<&String> {
    let said = |parent: &String| {
        let sub = format!("{parent}.");
        rule.techniques.iter().any(|other| other.starts_with(&sub))
    };
    let mut techniques: Vec<&String> = rule
        .techniques
        .iter()
        .filter(|technique| !said(technique))
        .collect();
    techniques.sort();
    techniques.dedup();
    techniques
}

/// The shortest way from one text to the other by whole lines.
fn lines(before: &str, after: &str) -> Vec<LineChange> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split('\n').collect(), after.split('\n').collect());
    let removed = |line: &&str| LineChange::Removed((*line).to_owned());
    let added = |line: &&str| LineChange::Added((*line).to_owned());
    if old.len().max(new.len()) > MAX_COMPARED_LINES {
        return old
            .iter()
            .map(removed)
            .chain(new.iter().map(added))
            .collect();
    }
    let common = common_lengths(&old, &new);
    let (mut at, mut to) = (0, 0);
    let mut changes = Vec::new();
    while at < old.len() && to < new.len() {
        if old[at] == new[to] {
            changes.push(LineChange::Same(old[at].to_owned()));
            (at, to) = (at + 1, to + 1);
        } else if common[at + 1][to] >= common[at][to + 1] {
            changes.push(removed(&old[at]));
            at += 1;
        } else {
            changes.push(added(&new[to]));
            to += 1;
        }
    }
    changes.extend(old[at..].iter().map(removed));
    changes.extend(new[to..].iter().map(added));
    changes
}

/// Length of the longest common sequence of lines from each pair of places on.
fn common_lengths(old: &[&str], new: &[&str]) -> Vec<Vec<u16>> {
    let mut common = vec![vec![0_u16; new.len() + 1]; old.len() + 1];
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            common[at][to] = if old[at] == new[to] {
                common[at + 1][to + 1] + 1
            } else {
                common[at + 1][to].max(common[at][to + 1])
            };
        }
    }
    common
}
