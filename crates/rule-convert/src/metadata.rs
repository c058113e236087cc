//! Fields around the query: id, name, description, version, connectors, template link.

use sentinel_rules::rule::{Connector, Rule};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::convert::Mode;
use crate::edit::{Applicability, Certainty, Edit, Target};
use crate::profile::Profile;

/// Edits of the fields, in reading order.
pub(crate) fn find(rule: &Rule, profile: &Profile, mode: Mode) -> Vec<Edit> {
    let mut edits = vec![
        field(
            "id",
            &rule.id,
            &derived_id(rule, profile, mode),
            "Rule id",
            "A converted rule stands beside the original, so it needs an id of its own. It is derived from the original's, so the same rule always gets the same one.",
        ),
        field(
            "name",
            &rule.name,
            &renamed(rule, profile, mode),
            "Name",
            "Rule names are unique in a workspace, and this rule is about another resource.",
        ),
    ];
    let description = match mode {
        Mode::Replace => reworded(&rule.description, profile),
        Mode::Widen => rule.description.clone(),
    };
    if description != rule.description {
        edits.push(field(
            "description",
            &rule.description,
            &description,
            "Description",
            "The rule is about another resource.",
        ));
    }
    if let Some(version) = &rule.version
        && *version != profile.version
    {
        edits.push(field(
            "version",
            version,
            &profile.version,
            "Version",
            "The version counts changes of the converted rule, not of the original.",
        ));
    }
    edits.extend(alert_texts(rule, profile, mode));
    edits.push(provenance(rule, profile));
    let connectors = kept_connectors(rule, profile);
    if mode == Mode::Replace && connectors.len() != rule.connectors.len() {
        let reason = "This connector delivers vault logs. A Managed HSM has no connector: its rows come from a diagnostic setting on the HSM.";
        let edit = field(
            "requiredDataConnectors",
            &connector_names(&rule.connectors),
            &connector_names(&connectors),
            "Connector",
            reason,
        );
        edits.push(Edit {
            certainty: Certainty::Inferred,
            ..edit
        });
    }
    if let Some(template) = &rule.template_id {
        edits.push(field("alertRuleTemplateName", template, "", "Template link", "With the link, the portal would later offer an update that brings the original query back."));
    }
    edits.retain(|edit| edit.before != edit.after);
    edits
}

/// Carries an accepted field edit over to a rule.
pub(crate) fn apply(rule: &mut Rule, name: &str, after: &str, profile: &Profile) {
    match name {
        "id" => rule.id = after.to_owned(),
        "name" => rule.name = after.to_owned(),
        "description" => rule.description = after.to_owned(),
        "version" => rule.version = Some(after.to_owned()),
        "requiredDataConnectors" => rule.connectors = kept_connectors(rule, profile),
        "alertRuleTemplateName" => rule.template_id = None,
        "alertDetailsOverride" => {
            if let Ok(value) = serde_json::from_str(after) {
                rule.alert_details_override = Some(value);
            }
        }
        "metadata" => {
            if let Ok(value) = serde_json::from_str(after) {
                rule.extra.insert(name.to_owned(), value);
            }
        }
        _ => {}
    }
}

fn field(name: &str, before: &str, after: &str, title: &str, reason: &str) -> Edit {
    Edit {
        id: format!("field:{name}"),
        target: Target::Field {
            name: name.to_owned(),
        },
        before: before.to_owned(),
        after: after.to_owned(),
        title: title.to_owned(),
        reason: reason.to_owned(),
        applicability: Applicability::Safe,
        certainty: Certainty::Documented,
    }
}

/// Texts of alerts that speak of the original.
fn alert_texts(rule: &Rule, profile: &Profile, mode: Mode) -> Option<Edit> {
    let before = rule.alert_details_override.as_ref()?;
    let mut after = before.clone();
    for (name, value) in after.as_object_mut()? {
        if let (true, Some(text)) = (name.ends_with("Format"), value.as_str()) {
            *value = outside_of_placeholders(text, profile).into();
        }
    }
    (mode == Mode::Replace && after != *before).then(|| {
        field(
            "alertDetailsOverride",
            &before.to_string(),
            &after.to_string(),
            "Alert texts",
            "The alerts are about another resource. Placeholders for columns stay as they are.",
        )
    })
}

/// A text in the words of the target, but for the columns in `{{…}}`.
fn outside_of_placeholders(text: &str, profile: &Profile) -> String {
    let mut parts = text.split("{{");
    let mut out = reworded(parts.next().unwrap_or_default(), profile);
    for part in parts {
        out.push_str("{{");
        match part.split_once("}}") {
            Some((column, rest)) => {
                out.push_str(column);
                out.push_str("}}");
                out.push_str(&reworded(rest, profile));
            }
            None => out.push_str(part),
        }
    }
    out
}

/// Where the rule comes from: id, name and version of the original, and the profile.
fn provenance(rule: &Rule, profile: &Profile) -> Edit {
    let before = rule.extra.get("metadata");
    let mut metadata = before
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    metadata.insert(
        "convertedFrom".to_owned(),
        json!({
            "id": rule.id,
            "name": rule.name,
            "version": rule.version.clone().unwrap_or_default(),
            "profile": profile.id,
        }),
    );
    field(
        "metadata",
        &before.map(Value::to_string).unwrap_or_default(),
        &Value::Object(metadata).to_string(),
        "Provenance",
        "It says which rule and version this one was made of, for whoever reads the file later.",
    )
}

/// A UUID of version 5 over the original's id, or over its name when it has none.
fn derived_id(rule: &Rule, profile: &Profile, mode: Mode) -> String {
    let mut basis = if rule.id.is_empty() {
        rule.name.clone()
    } else {
        rule.id.to_lowercase()
    };
    if mode == Mode::Widen {
        basis.insert_str(0, "both/");
    }
    Uuid::new_v5(&profile.id_namespace, basis.as_bytes()).to_string()
}

fn renamed(rule: &Rule, profile: &Profile, mode: Mode) -> String {
    if mode == Mode::Widen {
        return format!(
            "{} ({} and {})",
            rule.name, profile.original, profile.target
        );
    }
    let name = reworded(&rule.name, profile);
    if name == rule.name {
        format!("{name}{}", profile.name_suffix)
    } else {
        name
    }
}

fn reworded(text: &str, profile: &Profile) -> String {
    profile
        .words
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn kept_connectors(rule: &Rule, profile: &Profile) -> Vec<Connector> {
    let dropped = |connector: &Connector| {
        connector
            .connector_id
            .as_ref()
            .is_some_and(|id| profile.drop_connectors.contains(id))
    };
    rule.connectors
        .iter()
        .filter(|connector| !dropped(connector))
        .cloned()
        .collect()
}

fn connector_names(connectors: &[Connector]) -> String {
    let name = |connector: &Connector| {
        connector
            .connector_id
            .clone()
            .unwrap_or_else(|| connector.data_types.join(", "))
    };
    connectors.iter().map(name).collect::<Vec<_>>().join(", ")
}
