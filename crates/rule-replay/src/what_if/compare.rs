//! What a changed rule does otherwise: alerts and incidents of two timelines side by side.
//!
//! Alerts and incidents that are alike in everything shown are the same. Of what is left, those about the
//! same entities under the same title are one thing that changed; the rest appeared or went away.

use serde::Serialize;

use sentinel_rules::rule::Severity;

use crate::entities::Entity;
use crate::timeline::{Alert, Incident, RunOutcome, Timeline};

/// Two timelines and their differences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Counts of the first.
    pub before: Totals,
    /// Counts of the second.
    pub after: Totals,
    /// Alerts that differ, in order of time.
    pub alerts: Vec<Difference>,
    /// Incidents that differ, in order of time.
    pub incidents: Vec<Difference>,
}

/// What a timeline amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Runs.
    pub runs: usize,
    /// Runs that met the trigger.
    pub fired: usize,
    /// Runs left out by suppression.
    pub suppressed: usize,
    /// Result rows of all runs.
    pub rows: u64,
    /// Alerts.
    pub alerts: usize,
    /// Incidents.
    pub incidents: usize,
}

/// One alert or incident that appeared (no `before`), went away (no `after`) or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// As it was.
    pub before: Option<Happening>,
    /// As it is.
    pub after: Option<Happening>,
}

/// What is shown of an alert or incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Happening {
    /// When it was made, in ticks.
    pub made: i64,
    /// Name or title.
    pub title: String,
    /// Severity.
    pub severity: Option<Severity>,
    /// Result rows behind it.
    pub rows: usize,
    /// Alerts of an incident; 1 for an alert.
    pub alerts: usize,
    /// Entities.
    pub entities: Vec<Entity>,
}

impl Totals {
    /// The counts of a timeline.
    pub fn of(timeline: &Timeline) -> Self {
        let mut totals = Self {
            runs: timeline.runs.len(),
            alerts: timeline.alerts.len(),
            incidents: timeline.incidents.len(),
            ..Self::default()
        };
        for run in &timeline.runs {
            match run.outcome {
                RunOutcome::Fired { rows, .. } => {
                    totals.fired += 1;
                    totals.rows += rows;
                }
                RunOutcome::Quiet { rows } => totals.rows += rows,
                RunOutcome::Suppressed => totals.suppressed += 1,
            }
        }
        totals
    }
}

/// Compares two timelines over the same log.
pub fn compare(before: &Timeline, after: &Timeline) -> Comparison {
    let alerts = |timeline: &Timeline| timeline.alerts.iter().map(of_alert).collect();
    let incidents = |timeline: &Timeline| {
        let all = timeline.incidents.iter();
        all.map(|one| of_incident(timeline, one)).collect()
    };
    Comparison {
        before: Totals::of(before),
        after: Totals::of(after),
        alerts: differences(alerts(before), alerts(after)),
        incidents: differences(incidents(before), incidents(after)),
    }
}

fn of_alert(alert: &Alert) -> Happening {
    Happening {
        made: alert.made,
        title: alert.name.clone(),
        severity: alert.severity,
        rows: alert.rows.rows(),
        alerts: 1,
        entities: alert.entities.clone(),
    }
}

fn of_incident(timeline: &Timeline, incident: &Incident) -> Happening {
    let alerts = incident.alerts.iter();
    let alerts = alerts.filter_map(|alert| timeline.alerts.get(*alert));
    Happening {
        made: incident.made,
        title: incident.title.clone(),
        severity: incident.severity,
        rows: alerts.map(|alert| alert.rows.rows()).sum(),
        alerts: incident.alerts.len(),
        entities: incident.entities.clone(),
    }
}

fn differences(before: Vec<Happening>, mut after: Vec<Happening>) -> Vec<Difference> {
    let mut gone = Vec::new();
    for one in before {
        match after.iter().position(|other| *other == one) {
            Some(same) => drop(after.remove(same)),
            None => gone.push(one),
        }
    }
    let mut differences = Vec::new();
    for one in gone {
        let alike = |other: &Happening| other.title == one.title && other.entities == one.entities;
        let changed = after
            .iter()
            .position(alike)
            .map(|index| after.remove(index));
        differences.push(Difference {
            before: Some(one),
            after: changed,
        });
    }
    differences.extend(after.into_iter().map(|one| Difference {
        before: None,
        after: Some(one),
    }));
    differences.sort_by_key(|one| {
        let shown = one.before.as_ref().or(one.after.as_ref());
        shown.map(|happening| happening.made)
    });
    differences
}
