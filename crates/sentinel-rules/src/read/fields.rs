//! From named fields to a rule. YAML and ARM differ in a few names and notations; both are read here.
//!
//! A field of the wrong shape is a problem that names it and its line. What the model does not know goes
//! to [`Rule::extra`] as it stands.

use serde_json::{Map, Value};

use super::ReadOutcome;
use super::reader::Reader;
use crate::duration::Duration;
use crate::rule::{
    Connector, EntityMapping, EventGrouping, Origin, Rule, RuleKind, Schedule, Severity,
    TriggerOperator,
};

/// Names and notations of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Azure-Sentinel's YAML.
    Yaml,
    /// Properties of an ARM resource.
    Arm,
}

/// Where fields come from, for messages.
#[derive(Debug)]
pub(super) struct Source<'t> {
    /// Text of the file or document, to find lines in.
    pub text: &'t str,
    /// Lines of the file before `text`.
    pub first_line: usize,
    pub dialect: Dialect,
    pub origin: Origin,
}

/// Builds a rule; with problems there is no rule, because a half-read rule would mislead.
pub(super) fn rule(fields: Map<String, Value>, source: &Source<'_>) -> ReadOutcome {
    let mut reader = Reader {
        fields,
        source,
        problems: Vec::new(),
    };
    let rule = reader.rule();
    match (rule, reader.problems.is_empty()) {
        (Some(rule), true) => ReadOutcome {
            rules: vec![rule],
            ..ReadOutcome::default()
        },
        _ => ReadOutcome {
            problems: reader.problems,
            ..ReadOutcome::default()
        },
    }
}

impl Reader<'_, '_> {
    fn rule(&mut self) -> Option<Rule> {
        let yaml = self.source.dialect == Dialect::Yaml;
        let pick = |in_yaml, in_arm| if yaml { in_yaml } else { in_arm };
        let kind = self.kind();
        let query = self.required_text("query");
        let name = self.required_text(pick("name", "displayName"));
        let id = self.text("id").unwrap_or_default();
        let description = self
            .text("description")
            .map(|text| self.described(text))
            .unwrap_or_default();
        let severity = self.severity();
        let version = self.text(pick("version", "templateVersion"));
        let schedule = if kind == Some(RuleKind::Nrt) {
            None
        } else {
            self.schedule()
        };
        let tactics = self
            .texts("tactics")
            .into_iter()
            .map(|tactic| tactic.replace(' ', ""))
            .collect();
        let techniques = self.techniques(pick("relevantTechniques", "techniques"));
        let connectors: Vec<Connector> = self
            .structured("requiredDataConnectors")
            .unwrap_or_default();
        let entity_mappings: Vec<EntityMapping> =
            self.structured("entityMappings").unwrap_or_default();
        let custom_details = self.custom_details();
        let event_grouping = self.event_grouping();
        let suppression = self.suppression();
        let enabled = self.truth("enabled");
        let template_id = self
            .text("alertRuleTemplateName")
            .filter(|text| !text.is_empty());
        let alert_details_override = self.object("alertDetailsOverride");
        let incident_configuration = self.object("incidentConfiguration");
        let mut extra = std::mem::take(&mut self.fields);
        extra.retain(|name, value| !value.is_null() && name != "lastModifiedUtc");
        Some(Rule {
            id,
            name: name?,
            description,
            kind: kind?,
            severity,
            version,
            query: query?,
            schedule,
            tactics,
            techniques,
            connectors,
            entity_mappings,
            custom_details,
            alert_details_override,
            event_grouping,
            incident_configuration,
            suppression,
            enabled,
            template_id,
            extra,
            origin: self.source.origin.clone(),
        })
    }

    /// A description without the quotes of the house style, which deployed rules do not have.
    fn described(&self, text: String) -> String {
        if self.source.origin.format.is_deployment() {
            return text;
        }
        unquoted(&text)
    }

    /// Techniques with their sub-techniques.
    fn techniques(&mut self, name: &str) -> Vec<String> {
        let mut techniques = self.texts(name);
        for sub in self.texts("subTechniques") {
            // ARM names the parent too; the sub-technique says both.
            let parent = sub.split('.').next().unwrap_or_default().to_owned();
            techniques.retain(|technique| *technique != parent);
            techniques.push(sub);
        }
        techniques
    }

    /// Whether the rule is scheduled or NRT.
    fn kind(&mut self) -> Option<RuleKind> {
        // The oldest files have no kind; only scheduled rules existed then.
        let Some(text) = self.text("kind") else {
            return Some(RuleKind::Scheduled);
        };
        match text.to_ascii_lowercase().as_str() {
            "scheduled" => Some(RuleKind::Scheduled),
            "nrt" => Some(RuleKind::Nrt),
            _ => {
                let remedy = "only Scheduled and NRT rules are read";
                self.problem("kind", &format!("is `{text}`"), remedy);
                None
            }
        }
    }

    /// The severity of its alerts.
    fn severity(&mut self) -> Option<Severity> {
        let text = self.text("severity")?;
        match text.to_ascii_lowercase().as_str() {
            "informational" => Some(Severity::Informational),
            "low" => Some(Severity::Low),
            "medium" => Some(Severity::Medium),
            "high" => Some(Severity::High),
            _ => {
                let remedy = "use Informational, Low, Medium or High";
                self.problem("severity", &format!("is `{text}`"), remedy);
                None
            }
        }
    }

    /// When a scheduled rule runs, and when it raises alerts.
    fn schedule(&mut self) -> Option<Schedule> {
        let frequency = self.duration("queryFrequency");
        let period = self.duration("queryPeriod");
        let operator = self.operator();
        let threshold = self.threshold();
        Some(Schedule {
            frequency: frequency?,
            period: period?,
            operator: operator?,
            threshold: threshold?,
        })
    }

    /// A span such as `1d` or `PT5M`.
    fn duration(&mut self, name: &str) -> Option<Duration> {
        let text = self.required_text(name)?;
        let duration = Duration::parse(&text);
        if duration.is_none() {
            let remedy = "write a duration such as `1d`, `5m` or `PT5M`";
            self.problem(name, &format!("is `{text}`"), remedy);
        }
        duration
    }

    /// How the number of rows is compared with the threshold.
    fn operator(&mut self) -> Option<TriggerOperator> {
        let text = self.required_text("triggerOperator")?;
        match text.to_ascii_lowercase().as_str() {
            "gt" | "greaterthan" => Some(TriggerOperator::GreaterThan),
            "lt" | "lessthan" => Some(TriggerOperator::LessThan),
            "eq" | "equal" | "equals" => Some(TriggerOperator::Equal),
            "ne" | "notequal" | "notequals" => Some(TriggerOperator::NotEqual),
            _ => {
                let remedy = "use gt, lt, eq or ne";
                self.problem("triggerOperator", &format!("is `{text}`"), remedy);
                None
            }
        }
    }

    /// The number of rows that the trigger compares with.
    fn threshold(&mut self) -> Option<u32> {
        let text = self.required_text("triggerThreshold")?;
        let number = text.parse().ok();
        if number.is_none() {
            let remedy = "write a whole number from 0 to 10000";
            self.problem("triggerThreshold", &format!("is `{text}`"), remedy);
        }
        number
    }

    /// Whether each row is an alert of its own.
    fn event_grouping(&mut self) -> EventGrouping {
        let kind = self.take("eventGroupingSettings").and_then(|settings| {
            settings
                .get("aggregationKind")
                .and_then(Value::as_str)
                .map(str::to_ascii_lowercase)
        });
        match kind.as_deref() {
            Some("alertperresult") => EventGrouping::AlertPerResult,
            _ => EventGrouping::SingleAlert,
        }
    }

    /// The pause after an alert; a duration that is not enabled says nothing.
    fn suppression(&mut self) -> Option<Duration> {
        let enabled = self.truth("suppressionEnabled").unwrap_or(false);
        let text = self.text("suppressionDuration");
        let duration = text.as_deref().and_then(Duration::parse);
        if enabled && duration.is_none() {
            self.problem(
                "suppressionDuration",
                "is missing or no duration",
                "write one such as `PT5H`",
            );
        }
        duration.filter(|_| enabled)
    }

    /// Names of details, and the columns that hold them.
    fn custom_details(&mut self) -> Vec<(String, String)> {
        match self.take("customDetails") {
            None => Vec::new(),
            Some(Value::Object(details)) => details
                .iter()
                .filter_map(|(key, column)| Some((key.clone(), column.as_str()?.to_owned())))
                .collect(),
            Some(_) => {
                self.problem("customDetails", "is not a map", "write `key: Column` lines");
                Vec::new()
            }
        }
    }
}

/// The description without the quotes that the house style puts around it.
fn unquoted(text: &str) -> String {
    let trimmed = text.trim();
    let inner = trimmed
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    inner.unwrap_or(trimmed).trim().to_owned()
}
