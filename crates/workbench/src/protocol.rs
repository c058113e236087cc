//! The messages between the page and the worker, and what the page shows.
//!
//! Plain data: no crate type that holds a tree or a table crosses this border. All text is shown as
//! text, never as markup. Ranges of queries are UTF-16 code units, because the page counts in those.

use serde::{Deserialize, Serialize};

pub use rule_convert::edit::{Applicability, Certainty};

/// What the page asks of the worker. Each request is answered by exactly one [`Reply`] with the same
/// number, and before it by any number of [`Progress`] messages.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Request {
    /// Starts a session with the bundled rules, then repeats what the journal of an earlier one says.
    Open {
        /// State kept by the page; empty on first open.
        journal: Journal,
    },
    /// Removes a rule and its conversion.
    RemoveRule {
        /// Key of the rule.
        rule: String,
    },
    /// Removes a loaded file's rows.
    RemoveLog {
        /// Key of the log source.
        log: String,
    },
    /// Accepts or refuses an edit.
    Decide {
        /// Key of the rule.
        rule: String,
        /// Id of the edit.
        edit: String,
        /// Whether it is applied.
        accepted: bool,
    },
    /// Loads one of the generated sample sets, in place of an earlier sample, and sets `now` to its end.
    LoadSample {
        /// Name of the scenario, from [`View::samples`].
        name: String,
    },
    /// Sets the time at which rules run.
    SetNow {
        /// ISO 8601, UTC.
        now: String,
    },
    /// Runs rules, original and converted, on the loaded logs.
    Run {
        /// Key of a rule; all when absent.
        rule: Option<String>,
    },
    /// Runs a converted rule on its schedule over the loaded logs.
    Replay {
        /// Key of the rule.
        rule: String,
    },
    /// Writes the chosen converted rules to one file.
    Export {
        /// Keys of the rules; all when empty.
        rules: Vec<String>,
        /// `arm`, `portal` or `yaml`.
        format: String,
    },
}

/// Name and content of an uploaded file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InputFile {
    /// Name, shown as text only and never used as a path.
    pub name: String,
    /// Content.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// What the page keeps to rebuild a session after a reload or a crash of the worker.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Journal {
    /// Rule files that were added, in order.
    pub rule_files: Vec<TextFile>,
    /// Keys of rules that were removed.
    pub removed_rules: Vec<String>,
    /// Decisions that differ from the default, by rule key and edit id.
    pub decisions: Vec<(String, String, bool)>,
    /// Sample set that was loaded.
    pub sample: Option<String>,
    /// Names of the user's own log files. Their rows are not kept; after a reload the page asks for them.
    pub logs: Vec<String>,
    /// Time at which rules run.
    pub now: Option<String>,
}

/// A rule file as it was loaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TextFile {
    /// Name.
    pub name: String,
    /// Content in base64, so that archives survive too.
    pub base64: String,
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Reply {
    /// The session changed; this is all of it.
    View {
        /// What to show.
        view: Box<View>,
        /// What to keep.
        journal: Box<Journal>,
    },
    /// A file to download.
    Export {
        /// The file.
        file: ExportFile,
    },
    /// The request could not be carried out; the session is as before.
    Failed {
        /// What is wrong, where, and what can be done.
        problem: Problem,
    },
}

/// How far a long request has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done, such as `Reading signins.json`.
    pub what: String,
    /// Part that is done, 0 to 1; absent when not known.
    pub done: Option<f64>,
    /// Figures that change all the time, such as rows read; empty when there are none. Not announced.
    pub detail: String,
    /// Bytes of the file that were read so far, while a file is read.
    pub bytes: Option<u64>,
}

/// Everything the page shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct View {
    /// Rules in order of loading; bundled ones first.
    pub rules: Vec<RuleView>,
    /// Loaded log files, indicators and samples.
    pub logs: Vec<LogView>,
    /// Files or parts of files that could not be read.
    pub problems: Vec<Problem>,
    /// Sample sets that can be loaded.
    pub samples: Vec<SampleView>,
    /// Time at which rules run, ISO 8601 UTC.
    pub now: String,
}

/// A rule with its conversion and, once run, its results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RuleView {
    /// Key in this session.
    pub key: String,
    /// File it came from, and place in it.
    pub origin: String,
    /// Whether it came with the page.
    pub bundled: bool,
    /// Fields before and after the conversion, in reading order, changed ones marked.
    pub fields: Vec<FieldView>,
    /// Display name of the original.
    pub name: String,
    /// Display name of the converted rule.
    pub converted_name: String,
    /// `Scheduled` or `NRT`.
    pub kind: String,
    /// Severity.
    pub severity: String,
    /// Version, empty when the file gives none.
    pub version: String,
    /// Schedule in words, such as `every day over the last 14 days, more than 0 rows`.
    pub schedule: String,
    /// Query of the original.
    pub query: String,
    /// Query after the accepted edits.
    pub converted_query: String,
    /// Highlighting of the original query.
    pub tokens: Vec<TokenView>,
    /// Highlighting of the converted query.
    pub converted_tokens: Vec<TokenView>,
    /// All edits, in order of place; fields first.
    pub edits: Vec<EditView>,
    /// Places left alone on purpose.
    pub kept: Vec<KeptView>,
    /// What Replace All would have done, and where the conversion differs, one sentence each.
    pub replace_all: Vec<String>,
    /// Errors and warnings of the two queries.
    pub diagnostics: Vec<DiagnosticView>,
    /// Outcome of the original on the loaded logs.
    pub run: Option<RunView>,
    /// Outcome of the converted rule on the loaded logs.
    pub converted_run: Option<RunView>,
    /// The converted rule on its schedule over the loaded logs.
    pub timeline: Option<TimelineView>,
}

/// A field of a rule before and after.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FieldView {
    /// Name for a reader, such as `Query period`.
    pub label: String,
    /// Before.
    pub before: String,
    /// After; equal to `before` when unchanged.
    pub after: String,
}

/// A piece of query text and its class for highlighting.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenView {
    /// First code unit.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// `keyword`, `operator`, `function`, `string`, `number`, `comment`, `name`, `punctuation`, `error`.
    pub class: String,
}

/// An edit as the page shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EditView {
    /// Id within the rule.
    pub id: String,
    /// Place in the original query; absent for an edit of a field.
    pub range: Option<(usize, usize)>,
    /// Place of the result in the converted query; absent when not applied or a field.
    pub converted_range: Option<(usize, usize)>,
    /// Line of the query, from 1, or the field's name.
    pub place: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
    /// Short title.
    pub title: String,
    /// Why.
    pub reason: String,
    /// Safe, review or manual.
    pub applicability: Applicability,
    /// How sure the fact behind it is.
    pub certainty: Certainty,
    /// Whether it is applied now.
    pub accepted: bool,
}

/// A place that was left alone on purpose.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptView {
    /// Place in the original query.
    pub range: (usize, usize),
    /// Line of the query, from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// Why it stays.
    pub reason: String,
}

/// An error or warning in a query.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DiagnosticView {
    /// Whether it is in the converted query.
    pub converted: bool,
    /// `error` or `warning`.
    pub severity: String,
    /// First code unit.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Line from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

/// What was recognised in a log file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogView {
    /// Key in this session.
    pub key: String,
    /// File or sample name.
    pub name: String,
    /// Format in words, such as `gzip, JSON Lines of raw resource logs (Managed HSM)`.
    pub format: String,
    /// Table that took the rows.
    pub table: String,
    /// Number of rows.
    pub rows: usize,
    /// Names of the columns that hold a value.
    pub columns: Vec<String>,
    /// First and last `TimeGenerated`, ISO 8601; absent without rows.
    pub span: Option<(String, String)>,
    /// Rows by resource type, such as `MANAGEDHSMS` 120.
    pub resource_types: Vec<(String, usize)>,
    /// Lines that were left out, with their number and the reason; capped, the last says how many more.
    pub warnings: Vec<String>,
}

/// Something that could not be read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// File, or what else it is about.
    pub subject: String,
    /// Line from 1, when known.
    pub line: Option<usize>,
    /// Field or column, when known.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What can be done; may be empty.
    pub remedy: String,
}

/// A sample set that can be loaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SampleView {
    /// Name for [`Request::LoadSample`].
    pub name: String,
    /// Title for a button.
    pub title: String,
    /// What it holds and what should fire.
    pub description: String,
}

/// The outcome of a rule on the loaded logs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunView {
    /// Whether an alert follows.
    pub fires: bool,
    /// The verdict in a sentence, such as `Fires: 1 row, more than 0.`
    pub verdict: String,
    /// Why it does not fire, or what to know about it, one sentence each.
    pub notes: Vec<String>,
    /// Error instead of a result.
    pub error: Option<DiagnosticView>,
    /// Names of the result columns.
    pub columns: Vec<String>,
    /// First rows of the result as text; `None` is null.
    pub rows: Vec<Vec<Option<String>>>,
    /// Number of rows in all.
    pub row_count: usize,
    /// Entities the rule maps, such as `Account: ada@contoso.example`.
    pub entities: Vec<EntityView>,
    /// How many rows each step of the query passed on.
    pub steps: Vec<StepView>,
}

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

/// An entity of an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntityView {
    /// Type, such as `IP`.
    pub entity_type: String,
    /// Identifiers and values.
    pub identifiers: Vec<(String, String)>,
}

/// A step of a query and the rows it took and gave.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepView {
    /// Place in the query.
    pub start: usize,
    /// One past the end.
    pub end: usize,
    /// Line from 1.
    pub line: usize,
    /// Text of the step, shortened.
    pub text: String,
    /// Rows in.
    pub rows_in: usize,
    /// Rows out.
    pub rows_out: usize,
}

/// A file to download.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportFile {
    /// Suggested name.
    pub name: String,
    /// MIME type.
    pub mime: String,
    /// Content.
    pub text: String,
    /// Command that deploys it; empty for formats that are not deployed by command.
    pub command: String,
}
