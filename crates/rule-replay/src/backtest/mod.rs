//! A rule's runs over a span as one KQL query, to be run where the log is: Log Analytics or Azure Data
//! Explorer.
//!
//! The query gives a row for each run: its time, the rows of the rule's result, and whether the rule
//! fires. Where each operator works row by row or groups, the run becomes one more column, and any span
//! is one query. Otherwise the rule becomes a function of the time of the run that is called once for
//! each, at most [`MAX_CALLED_RUNS`] times. In both, every table is cut to the window of the run before
//! the first operator reads it, and `now()` and `ago()` mean the time of the run. What cannot be said in
//! this way is refused by name.

mod called;
mod edits;
mod grouped;

use kql_analysis::time::format_datetime;
use kql_analysis::{Catalog, bind};
use sentinel_rules::rule::{Rule, RuleKind, TriggerOperator};
use serde::Serialize;

use crate::outcome::Failure;
use crate::timeline::Options;
use edits::Reading;

/// Most runs that the rule is called for in one query; a function's body counts once for each.
pub const MAX_CALLED_RUNS: usize = 200;
/// Most runs of a query in which the run is a column.
pub const MAX_GROUPED_RUNS: usize = 100_000;

/// The query of a back-test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Backtest {
    /// Its text.
    pub query: String,
    /// How it is made.
    pub form: Form,
    /// Runs that it tells of; `None` for an NRT rule, which tells of minutes with rows.
    pub runs: Option<usize>,
    /// What to know about it, one sentence each.
    pub notes: Vec<String>,
}

/// How the runs stand in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Form {
    /// The run is a column; the log is read once.
    Grouped,
    /// The rule is a function, called for each run.
    Called,
}

/// Writes the query of a rule from the first run at `options.from` to the last at or before `options.to`.
/// Fails when the rule cannot be bound, or its query cannot be moved to another time.
pub fn backtest(rule: &Rule, catalog: &Catalog, options: Options) -> Result<Backtest, Failure> {
    let bound = bind(&rule.query, catalog);
    if let Some(error) = bound.diagnostics.iter().find(|found| found.is_error()) {
        return Err(Failure {
            message: error.message.clone(),
            hint: error.hint.clone().unwrap_or_default(),
            range: error.range.clone(),
        });
    }
    let reading = Reading::of(rule, bound.query.as_ref(), catalog)?;
    let runs = times(rule, options);
    let made = match grouped::query(rule, &reading, options) {
        Some(query) if runs <= MAX_GROUPED_RUNS => Some((query, Form::Grouped)),
        _ => None,
    };
    let (query, form) = match made {
        Some(made) => made,
        None => (called::query(rule, &reading, options, runs)?, Form::Called),
    };
    Ok(Backtest {
        query,
        form,
        runs: (rule.kind == RuleKind::Scheduled).then_some(runs),
        notes: notes(rule),
    })
}

/// The number of runs of a scheduled rule.
fn times(rule: &Rule, options: Options) -> usize {
    let frequency = edits::frequency(rule);
    if frequency <= 0 || options.to < options.from {
        return 0;
    }
    let steps = options.to.saturating_sub(options.from) / frequency;
    usize::try_from(steps.saturating_add(1)).unwrap_or(usize::MAX)
}

fn notes(rule: &Rule) -> Vec<String> {
    let mut notes = vec![
        "The query goes by TimeGenerated. A row that arrived after its run is counted here and was not seen there.".to_owned(),
    ];
    if rule.suppression.is_some() {
        notes.push(
            "Suppression is not in the query: it tells of runs that Sentinel would have paused."
                .to_owned(),
        );
    }
    if rule.kind == RuleKind::Nrt {
        notes.push(
            "The rule runs every minute; the query tells of minutes whose run gives rows."
                .to_owned(),
        );
    }
    notes
}

/// A time as KQL writes it.
fn datetime(ticks: i64) -> String {
    format!("datetime({})", format_datetime(ticks))
}

/// The condition under which a run fires, over the column `Rows`.
fn fires(rule: &Rule) -> String {
    let Some(schedule) = &rule.schedule else {
        return "Rows > 0".to_owned();
    };
    let sign = match schedule.operator {
        TriggerOperator::GreaterThan => ">",
        TriggerOperator::LessThan => "<",
        TriggerOperator::Equal => "==",
        TriggerOperator::NotEqual => "!=",
    };
    format!("Rows {sign} {}", schedule.threshold)
}
