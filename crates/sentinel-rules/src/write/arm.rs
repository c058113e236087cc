//! ARM templates in the shape of the portal's export, which both deploys and imports.

use serde_json::{Map, Value, json};

use super::check::{check, refused, within_size};
use crate::duration::Duration;
use crate::problem::Problem;
use crate::rule::{EventGrouping, Rule, RuleKind, Schedule, Severity, TriggerOperator};

/// API version for rules that need nothing of a preview.
const STABLE_API: &str = "2025-09-01";
/// API version with NRT rules, sub-techniques and Sentinel entities.
const PREVIEW_API: &str = "2023-12-01-preview";
/// Properties outside of the model that ARM knows.
const KNOWN_EXTRA: [&str; 2] = ["startTimeUtc", "sentinelEntitiesMappings"];

/// What is not said by the rules.
#[derive(Clone, Copy, Debug)]
pub struct ArmOptions {
    /// State of rules that do not say whether they are enabled.
    pub enabled: bool,
}

impl Default for ArmOptions {
    fn default() -> Self {
        Self { enabled: true }
    }
}

/// Writes a template with the workspace's name as its parameter. Fails on rules that Azure would refuse
/// to tell apart: without a GUID, or with one or a name that another rule has.
pub fn write_arm(rules: &[Rule], options: &ArmOptions) -> Result<String, Problem> {
    check(rules)?;
    let resources: Vec<Value> = rules.iter().map(|rule| resource(rule, options)).collect();
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": { "workspace": { "type": "String" } },
        "resources": resources,
    });
    pretty(&template)
}

/// A template as text, when it is not too large to deploy.
pub(super) fn pretty(template: &Value) -> Result<String, Problem> {
    let text = serde_json::to_string_pretty(template)
        .map_err(|error| refused("", "", &error.to_string(), "report this as a bug"))?;
    within_size(text + "\n")
}

/// The command that deploys a template into the resource group of its workspace. The file name is
/// quoted for a POSIX shell and for PowerShell, unless it is plain.
pub fn deploy_command(file: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._/".contains(letter);
    let relative = if file.starts_with('-') { "./" } else { "" };
    let mut file = format!("{relative}{file}");
    if !file.chars().all(|letter| plain(letter) || letter == '-') {
        let spoken: String = file.chars().filter(|letter| !letter.is_control()).collect();
        file = format!("'{}'", spoken.replace('\'', "_"));
    }
    format!(
        "az deployment group create --resource-group <resource-group> --template-file {file} --parameters workspace=<workspace>"
    )
}

fn resource(rule: &Rule, options: &ArmOptions) -> Value {
    let id = &rule.id;
    json!({
        "id": format!("[concat(resourceId('Microsoft.OperationalInsights/workspaces/providers', parameters('workspace'), 'Microsoft.SecurityInsights'),'/alertRules/{id}')]"),
        "name": format!("[concat(parameters('workspace'),'/Microsoft.SecurityInsights/{id}')]"),
        "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
        "kind": kind(rule),
        "apiVersion": api_version(rule),
        "properties": escaped(Value::Object(properties(rule, options))),
    })
}

/// The kind of the resource.
pub(super) fn kind(rule: &Rule) -> &'static str {
    match rule.kind {
        RuleKind::Scheduled => "Scheduled",
        RuleKind::Nrt => "NRT",
    }
}

/// The version of the interface that has all of the rule's properties.
pub(super) fn api_version(rule: &Rule) -> &'static str {
    if needs_preview(rule) {
        PREVIEW_API
    } else {
        STABLE_API
    }
}

fn needs_preview(rule: &Rule) -> bool {
    rule.kind == RuleKind::Nrt
        || rule
            .techniques
            .iter()
            .any(|technique| technique.contains('.'))
        || rule.extra.contains_key("sentinelEntitiesMappings")
}

/// The properties of the resource, as they are meant; a template escapes texts that look like expressions.
pub(super) fn properties(rule: &Rule, options: &ArmOptions) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    put("displayName", json!(rule.name));
    put("description", json!(rule.description));
    put("severity", json!(severity(rule.severity)));
    put("enabled", json!(rule.enabled.unwrap_or(options.enabled)));
    put("query", json!(rule.query));
    if let Some(schedule) = &rule.schedule {
        put("queryFrequency", json!(schedule.frequency.to_iso()));
        put("queryPeriod", json!(schedule.period.to_iso()));
        put("triggerOperator", json!(operator(schedule)));
        put("triggerThreshold", json!(schedule.threshold));
    }
    put(
        "suppressionDuration",
        json!(
            rule.suppression
                .unwrap_or(Duration::of_seconds(3_600))
                .to_iso()
        ),
    );
    put("suppressionEnabled", json!(rule.suppression.is_some()));
    put("tactics", json!(rule.tactics));
    put("techniques", json!(parents(&rule.techniques)));
    let subs: Vec<&String> = rule
        .techniques
        .iter()
        .filter(|technique| technique.contains('.'))
        .collect();
    if !subs.is_empty() {
        put("subTechniques", json!(subs));
    }
    put("alertRuleTemplateName", json!(rule.template_id));
    if let (Some(_), Some(version)) = (&rule.template_id, &rule.version) {
        put("templateVersion", json!(version));
    }
    put(
        "incidentConfiguration",
        rule.incident_configuration
            .clone()
            .unwrap_or_else(default_incidents),
    );
    put(
        "eventGroupingSettings",
        json!({ "aggregationKind": grouping(rule.event_grouping) }),
    );
    if let Some(details) = &rule.alert_details_override {
        put("alertDetailsOverride", details.clone());
    }
    if !rule.custom_details.is_empty() {
        let details: Map<String, Value> = rule
            .custom_details
            .iter()
            .map(|(key, column)| (key.clone(), json!(column)))
            .collect();
        put("customDetails", Value::Object(details));
    }
    if !rule.entity_mappings.is_empty() {
        put("entityMappings", json!(rule.entity_mappings));
    }
    for (name, value) in &rule.extra {
        if rule.origin.format.is_deployment() || KNOWN_EXTRA.contains(&name.as_str()) {
            put(name, value.clone());
        }
    }
    fields
}

/// Every text of a value so that ARM does not take it for an expression.
pub(super) fn escaped(value: Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('[') && text.ends_with(']') => {
            Value::String(format!("[{text}"))
        }
        Value::Array(items) => items.into_iter().map(escaped).collect(),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| (name, escaped(value)))
                .collect(),
        ),
        other => other,
    }
}

/// Techniques without their sub-techniques, each once.
fn parents(techniques: &[String]) -> Vec<&str> {
    let mut parents: Vec<&str> = Vec::new();
    for technique in techniques {
        let parent = technique.split('.').next().unwrap_or(technique);
        if !parents.contains(&parent) {
            parents.push(parent);
        }
    }
    parents
}

/// Incidents on, not grouped: what the wizard sets. Without it the effect is not documented.
fn default_incidents() -> Value {
    json!({
        "createIncident": true,
        "groupingConfiguration": {
            "enabled": false,
            "reopenClosedIncident": false,
            "lookbackDuration": "PT5H",
            "matchingMethod": "AllEntities",
            "groupByEntities": [],
            "groupByAlertDetails": [],
            "groupByCustomDetails": [],
        },
    })
}

fn severity(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Informational) => "Informational",
        Some(Severity::Low) => "Low",
        Some(Severity::High) => "High",
        Some(Severity::Medium) | None => "Medium",
    }
}

fn operator(schedule: &Schedule) -> &'static str {
    match schedule.operator {
        TriggerOperator::GreaterThan => "GreaterThan",
        TriggerOperator::LessThan => "LessThan",
        TriggerOperator::Equal => "Equal",
        TriggerOperator::NotEqual => "NotEqual",
    }
}

fn grouping(grouping: EventGrouping) -> &'static str {
    match grouping {
        EventGrouping::SingleAlert => "SingleAlert",
        EventGrouping::AlertPerResult => "AlertPerResult",
    }
}
