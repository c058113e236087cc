//! What is likely wrong with the rules, as the page lists it.

use serde::{Deserialize, Serialize};

/// A finding of a lint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingView {
    /// Key of the rule.
    pub rule: String,
    /// Whether the converted rule is meant.
    pub converted: bool,
    /// Number of the finding among those of its rule and version.
    pub number: usize,
    /// Stable code, such as `RL0040`.
    pub code: String,
    /// What such findings are, in a sentence without a full stop.
    pub title: String,
    /// `error`, `warning` or `note`.
    pub level: String,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// Line of the query, from 1, or the field's name.
    pub place: String,
    /// The beginning of the piece of the query; empty for a field.
    pub piece: String,
    /// The reason of the comment that allows it; absent when none does.
    pub allowed: Option<String>,
    /// Place in the query; absent for a field.
    pub range: Option<(usize, usize)>,
}
