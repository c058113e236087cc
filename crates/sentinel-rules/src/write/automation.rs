//! Automation rules for the incidents of exported rules: tag, assign, change severity, run a playbook.
//!
//! One automation rule stands for all rules of a file. Its id comes from theirs, so that deploying again
//! updates it. What is written here is read back by [`read_automation`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::arm::{escaped, pretty};
use super::check::{check, is_guid, refused};
use crate::problem::Problem;
use crate::rule::{Rule, Severity};

const API_VERSION: &str = "2025-09-01";
/// Longest name (Microsoft's definition of the resource).
const MAX_NAME: usize = 500;
/// Highest place in the order in which automation rules run.
const MAX_ORDER: u16 = 1_000;
/// What stands before the id of a rule in a condition.
const RULE_PATH: &str = "/providers/Microsoft.SecurityInsights/alertRules/";

/// What shall happen with an incident of the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Automation {
    /// Name of the automation rule.
    pub name: String,
    /// Its place among the automation rules of the workspace, from 1.
    pub order: u16,
    /// Tags to put on the incident.
    pub tags: Vec<String>,
    /// Who gets the incident.
    pub owner: Option<Owner>,
    /// Severity that the incident gets.
    pub severity: Option<Severity>,
    /// Resource id of the Logic App to run.
    pub playbook: Option<String>,
}

/// Who gets an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    /// Object id in Microsoft Entra ID.
    pub object_id: String,
    /// Whether it is a group.
    pub is_group: bool,
}

/// Writes a template with the automation rule; the rules themselves are deployed by their own file.
pub fn write_automation(rules: &[Rule], automation: &Automation) -> Result<String, Problem> {
    check(rules)?;
    check_fields(automation)?;
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, ids.join(",").as_bytes());
    let resource = json!({
        "name": format!("[concat(parameters('workspace'),'/Microsoft.SecurityInsights/{id}')]"),
        "type": "Microsoft.OperationalInsights/workspaces/providers/automationRules",
        "apiVersion": API_VERSION,
        "properties": {
            "displayName": escaped(json!(automation.name)),
            "order": automation.order,
            "triggeringLogic": {
                "isEnabled": true,
                "triggersOn": "Incidents",
                "triggersWhen": "Created",
                "conditions": [condition(&ids)],
            },
            "actions": actions(automation),
        },
    });
    pretty(&json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": { "workspace": { "type": "String" } },
        "resources": [resource],
    }))
}

/// An incident that has an alert of one of the rules.
fn condition(ids: &[&str]) -> Value {
    let workspace =
        "resourceId('Microsoft.OperationalInsights/workspaces', parameters('workspace'))";
    let paths: Vec<String> = ids
        .iter()
        .map(|id| format!("[concat({workspace},'{RULE_PATH}{id}')]"))
        .collect();
    json!({
        "conditionType": "Property",
        "conditionProperties": {
            "propertyName": "IncidentRelatedAnalyticRuleIds",
            "operator": "Contains",
            "propertyValues": paths,
        },
    })
}

fn actions(automation: &Automation) -> Vec<Value> {
    let mut change = Map::new();
    if let Some(severity) = automation.severity {
        change.insert("severity".to_owned(), json!(severity));
    }
    if let Some(owner) = &automation.owner {
        let kind = if owner.is_group { "Group" } else { "User" };
        let owner = json!({ "objectId": owner.object_id, "ownerType": kind });
        change.insert("owner".to_owned(), owner);
    }
    if !automation.tags.is_empty() {
        let labels: Vec<Value> = automation
            .tags
            .iter()
            .map(|tag| json!({ "labelName": escaped(json!(tag)) }))
            .collect();
        change.insert("labels".to_owned(), Value::Array(labels));
    }
    let mut actions = Vec::new();
    if !change.is_empty() {
        actions.push(json!({
            "order": 1,
            "actionType": "ModifyProperties",
            "actionConfiguration": change,
        }));
    }
    if let Some(playbook) = &automation.playbook {
        actions.push(json!({
            "order": actions.len() + 1,
            "actionType": "RunPlaybook",
            "actionConfiguration": {
                "logicAppResourceId": playbook,
                "tenantId": "[subscription().tenantId]",
            },
        }));
    }
    actions
}

fn check_fields(automation: &Automation) -> Result<(), Problem> {
    let refuse = |field: &str, message: &str, remedy: &str| {
        Err(refused("the automation rule", field, message, remedy))
    };
    let length = automation.name.chars().count();
    if automation.name.trim().is_empty() || length > MAX_NAME {
        return refuse(
            "displayName",
            "the name is empty or too long",
            "use 1 to 500 characters",
        );
    }
    if !(1..=MAX_ORDER).contains(&automation.order) {
        return refuse(
            "order",
            "the order is out of range",
            "use a number from 1 to 1000",
        );
    }
    if automation.tags.iter().any(|tag| tag.trim().is_empty()) {
        return refuse("labels", "a tag is empty", "write a word, or leave it out");
    }
    if let Some(owner) = &automation.owner
        && !is_guid(&owner.object_id)
    {
        let message = format!("`{}` is no object id", owner.object_id);
        return refuse(
            "owner",
            &message,
            "give the GUID of a user or group of Microsoft Entra ID",
        );
    }
    if let Some(playbook) = &automation.playbook
        && !is_playbook(playbook)
    {
        let message = format!("`{playbook}` is no resource id of a Logic App");
        let remedy =
            "write /subscriptions/…/resourceGroups/…/providers/Microsoft.Logic/workflows/…";
        return refuse("logicAppResourceId", &message, remedy);
    }
    if actions(automation).is_empty() {
        return refuse(
            "actions",
            "nothing shall happen",
            "give a tag, an owner, a severity or a playbook",
        );
    }
    Ok(())
}

fn is_playbook(id: &str) -> bool {
    let parts: Vec<&str> = id.split('/').collect();
    let plain = |part: &&str| {
        part.chars()
            .all(|c| c.is_alphanumeric() || "-_.()".contains(c))
    };
    let fixed = |index: usize, word: &str| {
        parts
            .get(index)
            .is_some_and(|part| part.eq_ignore_ascii_case(word))
    };
    parts.len() == 9
        && parts[0].is_empty()
        && parts[1..]
            .iter()
            .all(|part| !part.is_empty() && plain(part))
        && fixed(1, "subscriptions")
        && is_guid(parts[2])
        && fixed(3, "resourceGroups")
        && parts[5..8] == ["providers", "Microsoft.Logic", "workflows"]
}

/// Reads what [`write_automation`] writes: the ids of the rules and what happens with their incidents.
pub fn read_automation(file: &str, text: &str) -> Result<(Vec<String>, Automation), Problem> {
    let broken = |field: &str| refused(file, field, "the automation rule has another shape", "");
    let template: Value = serde_json::from_str(text)
        .map_err(|error| refused(file, "", &format!("this is not JSON: {error}"), ""))?;
    let properties = template
        .pointer("/resources/0/properties")
        .ok_or_else(|| broken("properties"))?;
    let values = properties
        .pointer("/triggeringLogic/conditions/0/conditionProperties/propertyValues")
        .and_then(Value::as_array)
        .ok_or_else(|| broken("conditions"))?;
    let id_of = |value: &Value| {
        let (_, id) = value.as_str()?.rsplit_once(RULE_PATH)?;
        Some(id.trim_end_matches("')]").to_owned())
    };
    let ids = values.iter().map(id_of).collect::<Option<Vec<String>>>();
    let mut automation = Automation {
        name: plain(&properties["displayName"]).ok_or_else(|| broken("displayName"))?,
        order: number(&properties["order"]).ok_or_else(|| broken("order"))?,
        ..Automation::default()
    };
    for action in properties["actions"].as_array().into_iter().flatten() {
        let what = &action["actionConfiguration"];
        automation.playbook = plain(&what["logicAppResourceId"]).or(automation.playbook);
        let severity = serde_json::from_value(what["severity"].clone()).ok();
        automation.severity = severity.or(automation.severity);
        let tags = what["labels"].as_array().into_iter().flatten();
        automation
            .tags
            .extend(tags.filter_map(|tag| plain(&tag["labelName"])));
        let owner = plain(&what["owner"]["objectId"]).map(|object_id| Owner {
            object_id,
            is_group: what["owner"]["ownerType"] == "Group",
        });
        automation.owner = owner.or(automation.owner);
    }
    Ok((ids.ok_or_else(|| broken("propertyValues"))?, automation))
}

fn number(value: &Value) -> Option<u16> {
    value.as_u64()?.try_into().ok()
}

/// A text without the bracket that keeps it from being an expression.
fn plain(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let escaped = text.starts_with("[[") && text.ends_with(']');
    Some(text[usize::from(escaped)..].to_owned())
}
