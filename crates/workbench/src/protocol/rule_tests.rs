//! Tests of rules, and the rule set file of the session.

use serde::{Deserialize, Serialize};

/// A test that was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestView {
    /// Key of the rule.
    pub key: String,
    /// Name of the rule.
    pub rule: String,
    /// Number of the test among those of the rule, from 0.
    pub number: usize,
    /// What it shows.
    pub name: String,
    /// Whether it passed.
    pub passed: bool,
    /// What disagrees: where, as expected, as it came; or why it could not be run, alone.
    pub disagreements: Vec<(String, String, String)>,
}

/// What opening a rule set would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewView {
    /// Name of the set.
    pub name: String,
    /// Notes of the set.
    pub notes: String,
    /// What changes for all rules of the session, a sentence each.
    pub changes: Vec<String>,
    /// Its rules.
    pub rules: Vec<PreviewRule>,
}

/// What opening a rule set would change in one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewRule {
    /// Name of the rule.
    pub name: String,
    /// What would change, a sentence each; empty when nothing would.
    pub changes: Vec<String>,
}

/// What a test is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TestOf {
    /// The loaded log.
    Log,
    /// The rows behind an incident of the converted rule's schedule, by its number from 0.
    Incident(usize),
    /// The rows behind an alert of the converted rule's schedule, by its number from 0.
    Alert(usize),
    /// Rows of loaded logs: key of the log, and number of the row in it, from 0.
    Rows(Vec<(String, usize)>),
}
