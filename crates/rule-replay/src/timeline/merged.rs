//! The timelines of several rules as one: a lane for each rule, and everything that happened in order of
//! time.

use sentinel_rules::rule::{Rule, Severity};
use serde::Serialize;

use super::simulate::{RunOutcome, Timeline};

/// The timelines of several rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Merged {
    /// The rules, in the order given.
    pub lanes: Vec<Lane>,
    /// Runs that did something, alerts and incidents, oldest first; of one time runs come before alerts,
    /// alerts before incidents, and rules in their order.
    pub events: Vec<Event>,
}

/// What one rule did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lane {
    /// Name of the rule.
    pub rule: String,
    /// Runs.
    pub runs: usize,
    /// Runs that met the trigger.
    pub fired: usize,
    /// Alerts.
    pub alerts: usize,
    /// Incidents.
    pub incidents: usize,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// When, in ticks.
    pub time: i64,
    /// Number of the lane.
    pub lane: usize,
    /// What.
    pub kind: EventKind,
    /// Its number among those of its rule.
    pub index: usize,
    /// Severity of an alert or incident.
    pub severity: Option<Severity>,
    /// Name of an alert, title of an incident; empty for a run.
    pub title: String,
}

/// The kinds of event, in the order in which they follow from one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    /// A run that was left out because of suppression.
    Suppressed,
    /// A run that met the trigger.
    Fired,
    /// An alert.
    Alert,
    /// An incident.
    Incident,
}

/// Merges timelines. Runs that found too little are counted and not listed.
pub fn merge(timelines: &[(&Rule, &Timeline)]) -> Merged {
    let mut merged = Merged::default();
    for (lane, (rule, timeline)) in timelines.iter().enumerate() {
        merged.lanes.push(of(rule, timeline));
        merged.events.extend(events(lane, timeline));
    }
    merged
        .events
        .sort_by_key(|event| (event.time, event.kind, event.lane, event.index));
    merged
}

fn of(rule: &Rule, timeline: &Timeline) -> Lane {
    let fired = timeline
        .runs
        .iter()
        .filter(|run| matches!(run.outcome, RunOutcome::Fired { .. }));
    Lane {
        rule: rule.name.clone(),
        runs: timeline.runs.len(),
        fired: fired.count(),
        alerts: timeline.alerts.len(),
        incidents: timeline.incidents.len(),
    }
}

fn events(lane: usize, timeline: &Timeline) -> impl Iterator<Item = Event> + '_ {
    let runs = timeline.runs.iter().enumerate();
    let runs = runs.filter_map(move |(index, run)| {
        let kind = match run.outcome {
            RunOutcome::Fired { .. } => EventKind::Fired,
            RunOutcome::Suppressed => EventKind::Suppressed,
            RunOutcome::Quiet { .. } => return None,
        };
        Some(Event {
            time: run.time,
            lane,
            kind,
            index,
            severity: None,
            title: String::new(),
        })
    });
    let alerts = timeline.alerts.iter().enumerate();
    let alerts = alerts.map(move |(index, alert)| Event {
        time: alert.made,
        lane,
        kind: EventKind::Alert,
        index,
        severity: alert.severity,
        title: alert.name.clone(),
    });
    let incidents = timeline.incidents.iter().enumerate();
    let incidents = incidents.map(move |(index, incident)| Event {
        time: incident.made,
        lane,
        kind: EventKind::Incident,
        index,
        severity: incident.severity,
        title: incident.title.clone(),
    });
    runs.chain(alerts).chain(incidents)
}
