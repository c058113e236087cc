//! What differs between two versions of a rule, at three levels: what the query and the fields say, which
//! rows come out, which incidents follow.
//!
//! Text is compared in a normal form (format, comments, names of `let`s and parameters, and the order of
//! operands do not count), with the places of both versions. Rows and incidents are compared on logs: the
//! loaded ones, the samples of both resources, and generated ones until a difference shows.

mod align;
mod anew;
mod declared;
mod fields;
mod forms;
mod normal;
mod outcome;
mod reorder;
mod structure;
mod text;

use sentinel_rules::rule::Rule;
use serde::{Deserialize, Serialize};

pub use fields::{FieldChange, field_changes};
pub use outcome::{IncidentLine, LogDiff, RunDiff};
pub use structure::{Kind, Place, QueryChange, query_changes};
pub use text::lines;

use crate::pair::CannotRun;
use crate::prove::{OnStep, Settings};
use crate::verdict::{CounterExample, Tried};
use rule_replay::Tables;

/// The differences between two versions of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleDiff {
    /// Name and version of the old one.
    pub old: String,
    /// Name and version of the new one.
    pub new: String,
    /// The outcome in a sentence.
    pub sentence: String,
    /// Fields that differ.
    pub fields: Vec<FieldChange>,
    /// Parts of the query that differ.
    pub query: Vec<QueryChange>,
    /// What differs on each log.
    pub logs: Vec<LogDiff>,
    /// The smallest log on which the versions do different things.
    pub example: Option<CounterExample>,
    /// How much was tried for that.
    pub tried: Tried,
}

/// Compares two versions of a rule. Fails when one of them cannot be run; text and fields can be compared
/// then with [`said`], or with [`query_changes`] and [`field_changes`].
pub fn diff(
    old: &Rule,
    new: &Rule,
    tables: &Tables,
    settings: &Settings,
    on_step: OnStep<'_>,
) -> Result<RuleDiff, CannotRun> {
    let found = outcome::outcomes(old, new, tables, settings, on_step)?;
    let (fields, query) = (
        field_changes(old, new),
        query_changes(&old.query, &new.query),
    );
    Ok(RuleDiff {
        old: named(old),
        new: named(new),
        sentence: text::sentence(&fields, &query, &found),
        fields,
        query,
        logs: found.logs,
        example: found.example,
        tried: found.tried,
    })
}

/// Compares only what two versions of a rule say, for the reason given.
pub fn said(old: &Rule, new: &Rule, why: &str) -> RuleDiff {
    let (fields, query) = (
        field_changes(old, new),
        query_changes(&old.query, &new.query),
    );
    RuleDiff {
        old: named(old),
        new: named(new),
        sentence: format!(
            "{} What they do could not be compared: {why}.",
            text::said(&fields, &query)
        ),
        fields,
        query,
        logs: Vec::new(),
        example: None,
        tried: Tried::default(),
    }
}

fn named(rule: &Rule) -> String {
    match &rule.version {
        Some(version) => format!("{} {version}", rule.name),
        None => rule.name.clone(),
    }
}
