//! A rule, its conversion, and the highlighting of its queries.

use serde::{Deserialize, Serialize};

pub use rule_convert::edit::{Applicability, Certainty};

use super::{RunView, TimelineView};

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
    /// Tactics of MITRE ATT&CK, as the rule writes them, such as `CredentialAccess`.
    pub tactics: Vec<String>,
    /// Techniques, such as `T1003`.
    pub techniques: Vec<String>,
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
    /// Whether the user wrote it.
    pub by_hand: bool,
    /// What the user noted on it.
    pub note: String,
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
