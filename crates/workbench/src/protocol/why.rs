//! Questions about why, and their answers: the rows behind a result, what became of a row, why a result
//! is empty; an incident, all rules on one line of time, and the series that a rule looks at.

use serde::{Deserialize, Serialize};

use super::EntityView;

/// A rule before or after its conversion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleVersion {
    /// Key of the rule.
    pub rule: String,
    /// Whether the converted rule is meant.
    pub converted: bool,
}

/// What is asked about a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WhyQuestion {
    /// The log rows behind a row of the last result, from 0.
    ResultRow(RuleVersion, usize),
    /// The log rows behind an alert of the converted rule's schedule: key of the rule, number from 0.
    Alert(String, usize),
    /// The log rows behind all alerts of an incident of the converted rule's schedule: key of the rule,
    /// number from 0.
    Incident(String, usize),
    /// What became of a row, from 0, of the loaded log with this key: in the run at the session's time, or
    /// in the run that made this alert of the converted rule's schedule.
    LogRow(RuleVersion, Option<usize>, String, usize),
    /// What became of a row, from 0, of the loaded log with this key, in the run of an incident's alert that
    /// reads it: key of the rule and number of the incident first.
    IncidentRow(String, usize, String, usize),
    /// Why the last result has no row.
    Empty(RuleVersion),
}

/// The answer to a [`WhyQuestion`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum WhyView {
    /// Rows behind a result.
    Rows(EvidenceView),
    /// What became of a row.
    Fate(FateView),
    /// Why there is nothing.
    Empty(EmptyView),
}

/// Log rows behind rows of a result.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EvidenceView {
    /// The run, in a sentence.
    pub run: String,
    /// How many rows there are, in a sentence.
    pub summary: String,
    /// Names of the columns that are shown.
    pub columns: Vec<String>,
    /// The first rows.
    pub rows: Vec<LogRowView>,
    /// Rows beyond those.
    pub left_out: usize,
    /// What is not exact, one sentence each.
    pub notes: Vec<String>,
}

/// A row of a loaded log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogRowView {
    /// Key of the log.
    pub log: String,
    /// File or sample it came from.
    pub file: String,
    /// Its number there, from 0.
    pub row: usize,
    /// Whether it may be needed or not: see [`EvidenceView::notes`].
    pub possible: bool,
    /// Cells, parallel to the columns.
    pub cells: Vec<String>,
}

/// What became of a log row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FateView {
    /// The run, in a sentence.
    pub run: String,
    /// The row, such as `Row 12 of hsm.json`.
    pub row: String,
    /// Key of its log.
    pub log: String,
    /// Its number there, from 0.
    pub number: usize,
    /// Columns that hold a value, with it.
    pub cells: Vec<(String, String)>,
    /// What became of it, one sentence for each operator that left it out, and one for the end.
    pub sentences: Vec<String>,
    /// Places of those operators in the query.
    pub places: Vec<(usize, usize)>,
    /// Whether it is in the result.
    pub kept: bool,
}

/// Why a result has no row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EmptyView {
    /// The run, in a sentence.
    pub run: String,
    /// Why, one sentence each.
    pub sentences: Vec<String>,
    /// Places of the operators that let nothing through.
    pub places: Vec<(usize, usize)>,
}

/// An incident as an analyst reads it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IncidentPage {
    /// Its number among those of its rule, from 0.
    pub number: usize,
    /// Title.
    pub title: String,
    /// Name of the rule.
    pub rule: String,
    /// Severity.
    pub severity: String,
    /// Status: a new incident is `New`.
    pub status: String,
    /// Tactics.
    pub tactics: Vec<String>,
    /// Techniques of the rule.
    pub techniques: Vec<String>,
    /// When it is made, ISO 8601.
    pub made: String,
    /// Time from its last event until then, in words.
    pub delay: String,
    /// First and last event, ISO 8601.
    pub events: (String, String),
    /// Entities; capped.
    pub entities: Vec<EntityView>,
    /// Alerts; capped.
    pub alerts: Vec<AlertView>,
    /// Alerts beyond those.
    pub alerts_left_out: usize,
}

/// An alert of an incident.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AlertView {
    /// Number among the alerts of its rule, from 0.
    pub number: usize,
    /// Places of its first event, its last event and of itself between the first event of the incident, 0,
    /// and its last alert, 1.
    pub places: (f64, f64, f64),
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Severity.
    pub severity: String,
    /// When it is made, ISO 8601.
    pub made: String,
    /// First and last event, ISO 8601.
    pub events: (String, String),
    /// The run that made it, in a sentence.
    pub run: String,
    /// Custom details.
    pub details: Vec<(String, Vec<String>)>,
    /// What it leaves out of what its rows give, one sentence each.
    pub left_out: Vec<String>,
    /// Names of the columns of its result rows.
    pub columns: Vec<String>,
    /// Its first result rows; `None` is null.
    pub rows: Vec<Vec<Option<String>>>,
    /// Result rows in all.
    pub row_count: usize,
}

/// All replayed rules on one line of time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TogetherView {
    /// First and last time, ISO 8601.
    pub span: (String, String),
    /// A lane for each rule.
    pub lanes: Vec<LaneView>,
    /// Runs that did something, alerts and incidents, oldest first; capped.
    pub events: Vec<EventView>,
    /// Events beyond those.
    pub left_out: usize,
    /// Names of rules that were not replayed, or could not be.
    pub missing: Vec<String>,
}

/// What one rule did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LaneView {
    /// Key of the rule.
    pub rule: String,
    /// Name of the rule.
    pub name: String,
    /// Runs, alerts and incidents in a sentence.
    pub summary: String,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventView {
    /// When, ISO 8601.
    pub time: String,
    /// Place between the first time, 0, and the last, 1.
    pub place: f64,
    /// Number of the lane.
    pub lane: usize,
    /// `run`, `suppressed`, `alert` or `incident`.
    pub kind: String,
    /// Number among those of its rule, from 0.
    pub number: usize,
    /// Severity of an alert or incident.
    pub severity: String,
    /// Name of the alert or title of the incident.
    pub title: String,
}

/// A chart of series over time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChartView {
    /// Name of the column that is shown.
    pub title: String,
    /// Whether anomalies are looked for.
    pub anomalies: bool,
    /// The series, the most conspicuous first.
    pub series: Vec<SeriesView>,
    /// Series beyond those.
    pub left_out: usize,
}

/// One series.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeriesView {
    /// What tells it apart, such as `CallerIPAddress 198.51.100.31`; empty for the only one.
    pub name: String,
    /// Its points in order of time.
    pub points: Vec<PointView>,
}

/// One point of a series.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PointView {
    /// Start of its bin, ISO 8601.
    pub time: String,
    /// Value.
    pub value: Option<f64>,
    /// What the series lets expect.
    pub baseline: Option<f64>,
    /// How far it is from that.
    pub score: Option<f64>,
    /// 1 above, -1 below what is expected, else 0.
    pub flag: i8,
}
