//! Azure-Sentinel's YAML, in its field order and house style.
//!
//! Text that a plain or block scalar cannot hold is written as a JSON string, which is YAML too.

use std::fmt::Write;

use serde_json::Value;

use crate::rule::{EventGrouping, Rule, RuleKind, Severity, TriggerOperator};

/// Writes one rule.
pub fn write_yaml(rule: &Rule) -> String {
    let mut out = Yaml::default();
    out.field("id", &rule.id);
    out.field("name", &rule.name);
    out.block("description", &format!("'{}'\n", rule.description));
    out.optional("severity", rule.severity.map(severity));
    if let Some(Value::String(status)) = rule.extra.get("status") {
        out.field("status", status);
    }
    connectors(&mut out, rule);
    if let Some(schedule) = &rule.schedule {
        out.field("queryFrequency", &schedule.frequency.to_short());
        out.field("queryPeriod", &schedule.period.to_short());
        out.field("triggerOperator", operator(schedule.operator));
        out.line(0, &format!("triggerThreshold: {}", schedule.threshold));
    }
    out.list("tactics", &rule.tactics);
    out.list("relevantTechniques", &rule.techniques);
    out.block("query", &rule.query);
    entities(&mut out, rule);
    details(&mut out, rule);
    if rule.event_grouping == EventGrouping::AlertPerResult {
        out.line(0, "eventGroupingSettings:");
        out.line(1, "aggregationKind: AlertPerResult");
    }
    out.value("alertDetailsOverride", rule.alert_details_override.as_ref());
    out.value(
        "incidentConfiguration",
        rule.incident_configuration.as_ref(),
    );
    if let Some(pause) = rule.suppression {
        out.line(0, "suppressionEnabled: true");
        out.field("suppressionDuration", &pause.to_short());
    }
    if let Some(enabled) = rule.enabled {
        out.line(0, &format!("enabled: {enabled}"));
    }
    out.optional("alertRuleTemplateName", rule.template_id.as_deref());
    for (name, value) in &rule.extra {
        if !(name == "status" && value.is_string()) {
            out.value(name, Some(value));
        }
    }
    out.optional("version", rule.version.as_deref());
    out.field(
        "kind",
        if rule.kind == RuleKind::Nrt {
            "NRT"
        } else {
            "Scheduled"
        },
    );
    out.text
}

fn connectors(out: &mut Yaml, rule: &Rule) {
    if rule.connectors.is_empty() {
        // Azure-Sentinel's checks ask for the field of every scheduled rule.
        if rule.kind == RuleKind::Scheduled {
            out.line(0, "requiredDataConnectors: []");
        }
        return;
    }
    out.line(0, "requiredDataConnectors:");
    for connector in &rule.connectors {
        let mut lead = "- ";
        if let Some(id) = &connector.connector_id {
            out.line(1, &format!("- connectorId: {}", scalar(id)));
            lead = "  ";
        }
        if connector.data_types.is_empty() {
            out.line(1, &format!("{lead}dataTypes: []"));
            continue;
        }
        out.line(1, &format!("{lead}dataTypes:"));
        for data_type in &connector.data_types {
            out.line(3, &format!("- {}", scalar(data_type)));
        }
    }
}

fn entities(out: &mut Yaml, rule: &Rule) {
    if rule.entity_mappings.is_empty() {
        return;
    }
    out.line(0, "entityMappings:");
    for mapping in &rule.entity_mappings {
        out.line(
            1,
            &format!("- entityType: {}", scalar(&mapping.entity_type)),
        );
        out.line(2, "fieldMappings:");
        for field in &mapping.field_mappings {
            out.line(3, &format!("- identifier: {}", scalar(&field.identifier)));
            out.line(4, &format!("columnName: {}", scalar(&field.column_name)));
        }
    }
}

fn details(out: &mut Yaml, rule: &Rule) {
    if rule.custom_details.is_empty() {
        return;
    }
    out.line(0, "customDetails:");
    for (key, column) in &rule.custom_details {
        out.line(1, &format!("{}: {}", scalar(key), scalar(column)));
    }
}

/// A YAML text under construction.
#[derive(Default)]
struct Yaml {
    text: String,
}

impl Yaml {
    fn line(&mut self, indent: usize, line: &str) {
        for _ in 0..indent {
            self.text.push_str("  ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn field(&mut self, name: &str, value: &str) {
        self.line(0, &format!("{}: {}", scalar(name), scalar(value)));
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    fn list(&mut self, name: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.line(0, &format!("{name}:"));
        for item in items {
            self.line(1, &format!("- {}", scalar(item)));
        }
    }

    /// A value of any shape in flow style.
    fn value(&mut self, name: &str, value: Option<&Value>) {
        if let Some(value) = value {
            self.line(0, &format!("{}: {value}", scalar(name)));
        }
    }

    /// A text of several lines as a block, when a block can hold it exactly.
    fn block(&mut self, name: &str, text: &str) {
        let body = text.trim_end_matches('\n');
        let line_ends = text.len() - body.len();
        let printable = text
            .chars()
            .all(|c| c == '\n' || c == '\t' || !c.is_control())
            && !text.contains(['\u{feff}', '\u{85}', '\u{2028}', '\u{2029}']);
        if !printable || body.is_empty() || body.starts_with('\n') {
            let _ = writeln!(self.text, "{name}: {}", Value::from(text));
            return;
        }
        let indicator = if body.starts_with([' ', '\t']) {
            "2"
        } else {
            ""
        };
        let chomp = match line_ends {
            0 => "-",
            1 => "",
            _ => "+",
        };
        self.line(0, &format!("{name}: |{indicator}{chomp}"));
        for line in body.split('\n') {
            self.line(usize::from(!line.is_empty()), line);
        }
        for _ in 1..line_ends {
            self.text.push('\n');
        }
    }
}

/// A one-line scalar: plain when no reader can take it for something else, else a JSON string.
fn scalar(text: &str) -> String {
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | '(' | ')' | '+')
    };
    let starts_plain = text.starts_with(|c: char| c.is_ascii_alphabetic()) || looks_like_id(text);
    let word = text.to_ascii_lowercase();
    let keyword = matches!(
        word.as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    match starts_plain && !keyword && !text.ends_with(' ') && text.chars().all(plain) {
        true => text.to_owned(),
        false => Value::from(text).to_string(),
    }
}

/// GUIDs, versions of three numbers and durations stay plain although they begin with a digit.
fn looks_like_id(text: &str) -> bool {
    let guid = text.len() == 36 && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    let version =
        text.split('.').count() == 3 && text.chars().all(|c| c == '.' || c.is_ascii_digit());
    let duration = text.ends_with(['d', 'h', 'm', 's'])
        && text[..text.len() - 1].chars().all(|c| c.is_ascii_digit());
    guid || version || duration
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Informational => "Informational",
        Severity::Low => "Low",
        Severity::Medium => "Medium",
        Severity::High => "High",
    }
}

fn operator(operator: TriggerOperator) -> &'static str {
    match operator {
        TriggerOperator::GreaterThan => "gt",
        TriggerOperator::LessThan => "lt",
        TriggerOperator::Equal => "eq",
        TriggerOperator::NotEqual => "ne",
    }
}
