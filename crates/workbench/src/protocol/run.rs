//! The outcome of a run.

use serde::{Deserialize, Serialize};

use super::DiagnosticView;

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
    /// Number of rows of the result; a grid asks for the rows.
    pub row_count: usize,
    /// Entities the rule maps, such as `Account: ada@contoso.example`.
    pub entities: Vec<EntityView>,
    /// How many rows each step of the query passed on.
    pub steps: Vec<StepView>,
}

/// An entity of an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntityView {
    /// Type, such as `IP`.
    pub entity_type: String,
    /// Identifiers, marked where they are inferred, and values.
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
