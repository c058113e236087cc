//! From alerts to incidents.

use std::collections::BTreeSet;

use sentinel_rules::duration::Duration;
use sentinel_rules::rule::{Rule, Severity};
use serde_json::Value as Json;

use kql_analysis::value::TICKS_PER_SECOND;

use super::alert::Alert;
use super::assumptions::{Asked, Assumptions};
use crate::entities::Entity;

/// Alerts of one incident (Sentinel service limits: 150); the next one opens another incident.
pub const MAX_ALERTS_PER_INCIDENT: usize = 150;
/// How long after the first alert an incident takes more, unless the rule says otherwise (documented
/// default: five hours).
pub const DEFAULT_LOOKBACK: Duration = Duration::of_seconds(5 * 3_600);

/// An incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Name of its first alert.
    pub title: String,
    /// Highest severity of its alerts.
    pub severity: Option<Severity>,
    /// MITRE tactics of its alerts.
    pub tactics: Vec<String>,
    /// When it was made, in ticks.
    pub made: i64,
    /// Indexes of its alerts, oldest first.
    pub alerts: Vec<usize>,
    /// Entities of its alerts.
    pub entities: Vec<Entity>,
    /// When alerts opened it again after it had been closed, in ticks.
    pub reopened: Vec<i64>,
    /// When its last alert was made.
    last: i64,
    /// What its alerts share; `None` when it takes no more.
    key: Option<String>,
}

/// Whether and how alerts of a rule are put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Alerts make no incident.
    NoIncidents,
    /// One incident for each alert.
    Apart,
    /// Alerts that match go together.
    Together {
        /// What has to match.
        matching: Matching,
        /// For how long after the first alert, in ticks.
        lookback: i64,
        /// Whether an alert that matches a closed incident opens it again.
        reopens: bool,
        /// How long after its last alert somebody closes an incident, in ticks.
        closed_after: Option<i64>,
    },
}

/// What alerts of one incident have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matching {
    /// All entities.
    AllEntities {
        /// Whether alerts without any match each other.
        without: bool,
    },
    /// Nothing; all alerts of the rule go together.
    AnyAlert,
    /// The entities of these types, these alert details and these custom details.
    Selected {
        /// Entity types.
        entities: Vec<String>,
        /// `DisplayName` or `Severity`.
        alert_details: Vec<String>,
        /// Keys of custom details.
        custom_details: Vec<String>,
    },
}

impl Grouping {
    /// What a rule asks for. Unless assumed otherwise, a rule without the setting makes an incident for
    /// each alert: what Sentinel then does is not documented, and the wizard's default is this.
    pub fn of(rule: &Rule, assumptions: Assumptions) -> Self {
        let Some(configuration) = &rule.incident_configuration else {
            return match assumptions.is_other(Asked::NoIncidentSettings) {
                true => Self::NoIncidents,
                false => Self::Apart,
            };
        };
        let truth = |value: &Json, field: &str| value.get(field).and_then(Json::as_bool);
        if truth(configuration, "createIncident") == Some(false) {
            return Self::NoIncidents;
        }
        let Some(grouping) = configuration.get("groupingConfiguration") else {
            return Self::Apart;
        };
        if truth(grouping, "enabled") != Some(true) {
            return Self::Apart;
        }
        let text = |field: &str| grouping.get(field).and_then(Json::as_str);
        let method = text("matchingMethod").or_else(|| text("entitiesMatchingMethod"));
        let lookback = text("lookbackDuration").and_then(Duration::parse);
        Self::Together {
            matching: Matching::of(grouping, method, assumptions),
            lookback: ticks(lookback.unwrap_or(DEFAULT_LOOKBACK)),
            reopens: truth(grouping, "reopenClosedIncident") == Some(true),
            closed_after: assumptions.closed_after().map(ticks),
        }
    }
}

fn ticks(duration: Duration) -> i64 {
    let seconds = i64::try_from(duration.seconds).unwrap_or(i64::MAX);
    seconds.saturating_mul(TICKS_PER_SECOND)
}

impl Matching {
    fn of(grouping: &Json, method: Option<&str>, assumptions: Assumptions) -> Self {
        let list = |field: &str| {
            let items = grouping.get(field).and_then(Json::as_array);
            let texts = items.into_iter().flatten().filter_map(Json::as_str);
            texts.map(str::to_owned).collect()
        };
        match method {
            // Exports of 2020 say `None` and `Custom`.
            Some("AnyAlert" | "None") => Self::AnyAlert,
            Some("Selected" | "Custom") => Self::Selected {
                entities: list("groupByEntities"),
                alert_details: list("groupByAlertDetails"),
                custom_details: list("groupByCustomDetails"),
            },
            _ => Self::AllEntities {
                without: !assumptions.is_other(Asked::WithoutEntities),
            },
        }
    }

    /// What alerts have to share to go together; `None` for an alert that goes with no other.
    fn key(&self, alert: &Alert) -> Option<String> {
        let mut parts = match self {
            Self::AnyAlert => Vec::new(),
            Self::AllEntities { without: false } if alert.entities.is_empty() => return None,
            Self::AllEntities { .. } => alert.entities.iter().map(entity_key).collect(),
            Self::Selected {
                entities,
                alert_details,
                custom_details,
            } => {
                let mapped = alert.entities.iter();
                let chosen = mapped.filter(|entity| {
                    let mut types = entities.iter();
                    types.any(|one| one.eq_ignore_ascii_case(&entity.entity_type))
                });
                let details = alert_details.iter().map(|detail| match detail.as_str() {
                    "Severity" => format!("Severity={:?}", alert.severity),
                    _ => format!("DisplayName={}", alert.name),
                });
                let custom = alert.custom_details.iter();
                let custom = custom.filter(|(key, _)| custom_details.contains(key));
                // The values of a detail are a set: rows may have come in another order.
                let custom = custom.map(|(key, values)| {
                    let values: BTreeSet<&String> = values.iter().collect();
                    format!("{key}={values:?}")
                });
                chosen
                    .map(entity_key)
                    .chain(details)
                    .chain(custom)
                    .collect()
            }
        };
        parts.sort();
        Some(parts.join("\n"))
    }
}

fn entity_key(entity: &Entity) -> String {
    format!("{}{:?}", entity.entity_type, entity.identifiers)
}

/// The incidents that alerts make, which must be in order of time.
pub(super) fn incidents(grouping: &Grouping, alerts: &[Alert]) -> Vec<Incident> {
    let mut incidents: Vec<Incident> = Vec::new();
    for (index, alert) in alerts.iter().enumerate() {
        let key = match grouping {
            Grouping::NoIncidents => return Vec::new(),
            Grouping::Apart => None,
            Grouping::Together { matching, .. } => matching.key(alert),
        };
        let mut latest_first = incidents.iter_mut().rev();
        let taking = latest_first.find(|incident| {
            key.is_some() && incident.key == key && incident.takes(alert, grouping)
        });
        match taking {
            Some(incident) => {
                if incident.is_closed(alert.made, grouping) {
                    incident.reopened.push(alert.made);
                }
                incident.add(index, alert);
            }
            None => incidents.push(Incident::of(index, alert, key)),
        }
    }
    incidents
}

impl Incident {
    fn of(index: usize, alert: &Alert, key: Option<String>) -> Self {
        let mut incident = Self {
            title: alert.name.clone(),
            severity: None,
            tactics: Vec::new(),
            made: alert.made,
            alerts: Vec::new(),
            entities: Vec::new(),
            reopened: Vec::new(),
            last: alert.made,
            key,
        };
        incident.add(index, alert);
        incident
    }

    /// Whether the incident takes an alert that matches it.
    fn takes(&self, alert: &Alert, grouping: &Grouping) -> bool {
        let Grouping::Together {
            lookback, reopens, ..
        } = grouping
        else {
            return false;
        };
        alert.made <= self.made.saturating_add(*lookback)
            && self.alerts.len() < MAX_ALERTS_PER_INCIDENT
            && (*reopens || !self.is_closed(alert.made, grouping))
    }

    /// Whether somebody has closed the incident by a time.
    fn is_closed(&self, time: i64, grouping: &Grouping) -> bool {
        match grouping {
            Grouping::Together {
                closed_after: Some(after),
                ..
            } => time >= self.last.saturating_add(*after),
            _ => false,
        }
    }

    fn add(&mut self, index: usize, alert: &Alert) {
        self.alerts.push(index);
        self.last = alert.made;
        self.severity = self.severity.max(alert.severity);
        for tactic in &alert.tactics {
            if !self.tactics.contains(tactic) {
                self.tactics.push(tactic.clone());
            }
        }
        for entity in &alert.entities {
            if !self.entities.contains(entity) {
                self.entities.push(entity.clone());
            }
        }
    }
}
