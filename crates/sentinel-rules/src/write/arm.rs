//! ARM templates in the shape of the portal's export, which both deploys and imports.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::duration::Duration;
use crate::problem::Problem;
use crate::rule::{EventGrouping, Format, Rule, RuleKind, Schedule, Severity, TriggerOperator};

/// Most rules that the portal imports from one file (Microsoft's import and export page).
pub const MAX_TEMPLATE_RULES: usize = 50;

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
    let text = serde_json::to_string_pretty(&template);
    text.map(|text| text + "\n")
        .map_err(|error| refused("", "", error.to_string(), "report this as a bug"))
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

fn check(rules: &[Rule]) -> Result<(), Problem> {
    if rules.is_empty() {
        return Err(refused(
            "",
            "",
            "there is no rule to write".to_owned(),
            "choose at least one",
        ));
    }
    if rules.len() > MAX_TEMPLATE_RULES {
        let message = format!(
            "{} rules are chosen; the portal imports at most {MAX_TEMPLATE_RULES} from one file",
            rules.len()
        );
        return Err(refused("", "", message, "export them in parts"));
    }
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    for rule in rules {
        if !is_guid(&rule.id) {
            return Err(refused(
                &rule.name,
                "id",
                format!("`{}` is no GUID", rule.id),
                "give the rule a GUID",
            ));
        }
        if !ids.insert(rule.id.to_lowercase()) {
            return Err(refused(
                &rule.name,
                "id",
                "another rule has the same id".to_owned(),
                "leave one of them out",
            ));
        }
        if !names.insert(rule.name.to_lowercase()) {
            return Err(refused(
                &rule.name,
                "name",
                "another rule has the same name".to_owned(),
                "rename one of them",
            ));
        }
    }
    Ok(())
}

fn refused(subject: &str, field: &str, message: String, remedy: &str) -> Problem {
    let field = (!field.is_empty()).then(|| field.to_owned());
    Problem {
        file: subject.to_owned(),
        line: None,
        field,
        message,
        remedy: remedy.to_owned(),
    }
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn resource(rule: &Rule, options: &ArmOptions) -> Value {
    let id = &rule.id;
    let kind = match rule.kind {
        RuleKind::Scheduled => "Scheduled",
        RuleKind::Nrt => "NRT",
    };
    json!({
        "id": format!("[concat(resourceId('Microsoft.OperationalInsights/workspaces/providers', parameters('workspace'), 'Microsoft.SecurityInsights'),'/alertRules/{id}')]"),
        "name": format!("[concat(parameters('workspace'),'/Microsoft.SecurityInsights/{id}')]"),
        "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
        "kind": kind,
        "apiVersion": if needs_preview(rule) { PREVIEW_API } else { STABLE_API },
        "properties": properties(rule, options),
    })
}

fn needs_preview(rule: &Rule) -> bool {
    rule.kind == RuleKind::Nrt
        || rule
            .techniques
            .iter()
            .any(|technique| technique.contains('.'))
        || rule.extra.contains_key("sentinelEntitiesMappings")
}

fn properties(rule: &Rule, options: &ArmOptions) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    put("displayName", text(&rule.name));
    put("description", text(&rule.description));
    put("severity", json!(severity(rule.severity)));
    put("enabled", json!(rule.enabled.unwrap_or(options.enabled)));
    put("query", text(&rule.query));
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
        if rule.origin.format == Format::Arm || KNOWN_EXTRA.contains(&name.as_str()) {
            put(name, value.clone());
        }
    }
    fields
}

/// Text that ARM does not take for an expression.
fn text(value: &str) -> Value {
    if value.starts_with('[') && value.ends_with(']') {
        return Value::String(format!("[{value}"));
    }
    Value::String(value.to_owned())
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
