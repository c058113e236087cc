//! Differences in the fields around the query.

use rule_replay::words::{duration, severity, trigger};
use sentinel_rules::rule::{EventGrouping, Rule};
use serde::{Deserialize, Serialize};

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// Name of the field in YAML.
    pub field: String,
    /// Value in the old version; empty when it has none.
    pub before: String,
    /// Value in the new version.
    pub after: String,
}

/// Fields whose values differ, in reading order. Where the file lies and what tools wrote beside the rule do
/// not count.
pub fn field_changes(old: &Rule, new: &Rule) -> Vec<FieldChange> {
    let (before, after) = (values(old), values(new));
    let names = before.iter().chain(&after).map(|(name, _)| name.clone());
    let mut seen: Vec<String> = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    let value = |list: &[(String, String)], name: &str| {
        let found = list.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let changes = seen.into_iter().map(|field| FieldChange {
        before: value(&before, &field),
        after: value(&after, &field),
        field,
    });
    changes
        .filter(|change| change.before != change.after)
        .collect()
}

fn values(rule: &Rule) -> Vec<(String, String)> {
    let json = |value: &Option<serde_json::Value>| {
        value
            .as_ref()
            .map(|value| value.to_string())
            .unwrap_or_default()
    };
    let mut fields = vec![
        ("id", rule.id.clone()),
        ("name", rule.name.clone()),
        ("description", rule.description.clone()),
        ("kind", rule_replay::words::kind(rule.kind).to_owned()),
        ("severity", severity(rule.severity).to_owned()),
        ("version", rule.version.clone().unwrap_or_default()),
    ];
    if let Some(schedule) = &rule.schedule {
        fields.push(("queryFrequency", duration(schedule.frequency)));
        fields.push(("queryPeriod", duration(schedule.period)));
        fields.push(("trigger", trigger(schedule)));
    }
    fields.extend([
        ("tactics", set(rule.tactics.iter().cloned())),
        ("relevantTechniques", set(rule.techniques.iter().cloned())),
        (
            "requiredDataConnectors",
            set(rule.connectors.iter().map(|connector| {
                format!(
                    "{} ({})",
                    connector.connector_id.clone().unwrap_or_default(),
                    connector.data_types.join(", ")
                )
            })),
        ),
        (
            "customDetails",
            set(rule
                .custom_details
                .iter()
                .map(|(key, column)| format!("{key} from {column}"))),
        ),
        ("alertDetailsOverride", json(&rule.alert_details_override)),
        (
            "eventGrouping",
            match rule.event_grouping {
                EventGrouping::SingleAlert => "one alert for all rows",
                EventGrouping::AlertPerResult => "one alert for each row",
            }
            .to_owned(),
        ),
        ("incidentConfiguration", json(&rule.incident_configuration)),
        (
            "suppression",
            rule.suppression.map(duration).unwrap_or_default(),
        ),
        (
            "enabled",
            rule.enabled
                .map(|enabled| enabled.to_string())
                .unwrap_or_default(),
        ),
    ]);
    let mut fields: Vec<(String, String)> = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    fields.extend(mappings(rule));
    fields
}

/// Each entity mapping as a field of its own, so that one that differs is told alone.
fn mappings(rule: &Rule) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for mapping in &rule.entity_mappings {
        let value = set(mapping
            .field_mappings
            .iter()
            .map(|field| format!("{} from {}", field.identifier, field.column_name)));
        let plain = format!("entityMappings {}", mapping.entity_type);
        let same = fields
            .iter()
            .filter(|(name, _)| name.starts_with(&plain))
            .count();
        let name = match same {
            0 => plain,
            more => format!("{plain} {}", more + 1),
        };
        fields.push((name, value));
    }
    fields
}

fn set(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    items.sort();
    items.join(", ")
}
