//! What running a rule at a time gives: an alert or none, with everything needed to question it.

use std::ops::Range;

use kql_engine::Table;
use kql_engine::step::Step;

use crate::entities::Entity;
use crate::window::Window;

/// The outcome of a rule on the loaded tables.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether an alert follows.
    pub fires: bool,
    /// The verdict in a sentence.
    pub verdict: String,
    /// What to know about it, one sentence each: why nothing was found, what differs from Sentinel.
    pub notes: Vec<String>,
    /// The runs that were made, oldest first; one for a scheduled rule.
    pub runs: Vec<Run>,
    /// Result rows of the runs that fired, or of the only run.
    pub result: Table,
    /// Entities that the rule maps from the result.
    pub entities: Vec<Entity>,
    /// Rows in and out of each step of the query, of the run that is shown.
    pub steps: Vec<Step>,
}

/// One run of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Rows it could see.
    pub window: Window,
    /// Rows of its result.
    pub rows: u64,
    /// Whether the trigger was met.
    pub fires: bool,
}

/// Why a rule could not be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
    /// Place in the query, in UTF-8 bytes; empty when the rule as a whole is meant.
    pub range: Range<usize>,
}
