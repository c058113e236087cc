//! Fields around the query: id, name, description, version, connectors, template link.

use sentinel_rules::rule::{Connector, Rule};
use uuid::Uuid;

use crate::convert::Mode;
use crate::edit::{Applicability, Certainty, Edit, Target};
use crate::profile::Profile;

/// Edits of the fields, in reading order.
pub(crate) fn find(rule: &Rule, profile: &Profile, mode: Mode) -> Vec<Edit> {
    let _ = mode;
    let mut edits = vec![
        field(
            "id",
            &rule.id,
            &derived_id(rule, profile),
            "Rule id",
            "A converted rule stands beside the original, so it needs an id of its own. It is derived from the original's, so the same rule always gets the same one.",
        ),
        field(
            "name",
            &rule.name,
            &renamed(rule, profile),
            "Name",
            "Rule names are unique in a workspace, and this rule is about another resource.",
        ),
    ];
    let description = reworded(&rule.description, profile);
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
    let connectors = kept_connectors(rule, profile);
    if connectors.len() != rule.connectors.len() {
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

/// A UUID of version 5 over the original's id, or over its name when it has none.
fn derived_id(rule: &Rule, profile: &Profile) -> String {
    let basis = if rule.id.is_empty() {
        rule.name.clone()
    } else {
        rule.id.to_lowercase()
    };
    Uuid::new_v5(&profile.id_namespace, basis.as_bytes()).to_string()
}

fn renamed(rule: &Rule, profile: &Profile) -> String {
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
