//! A rule on its schedule.

use serde::{Deserialize, Serialize};

use super::EntityView;

/// A converted rule on its schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TimelineView {
    /// What came of it, in a sentence; the reason when it could not be run.
    pub summary: String,
    /// What to know about it, one sentence each.
    pub notes: Vec<String>,
    /// First and last time at which a run may be due, ISO 8601.
    pub span: (String, String),
    /// Runs that made alerts or were paused; capped.
    pub marks: Vec<RunMark>,
    /// Incidents, oldest first; capped.
    pub incidents: Vec<IncidentView>,
}

/// A run to show on the line of time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunMark {
    /// Place between the first time of the span, 0, and the last, 1.
    pub place: f64,
    /// `fired` or `suppressed`.
    pub outcome: String,
    /// The run in a sentence.
    pub title: String,
}

/// An incident.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IncidentView {
    /// When it is made, ISO 8601.
    pub made: String,
    /// Time from its last event until then, in words.
    pub delay: String,
    /// Title.
    pub title: String,
    /// Severity.
    pub severity: String,
    /// First and last event, ISO 8601.
    pub events: (String, String),
    /// Number of alerts.
    pub alerts: usize,
    /// Number of result rows of its alerts.
    pub rows: usize,
    /// Entities; capped.
    pub entities: Vec<EntityView>,
}

/// Something that Microsoft does not document, with what is taken for granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssumptionView {
    /// Name by which it is set.
    pub name: String,
    /// What is asked, to be followed by one of the choices.
    pub title: String,
    /// Value.
    pub value: String,
    /// Values with what each means; empty when any duration will do.
    pub choices: Vec<(String, String)>,
    /// How sure the default is.
    pub certainty: String,
    /// Whether it has its default.
    pub is_default: bool,
}
