//! One run of a rule by itself: what a timeline makes of it when nothing is suppressed.

use kql_engine::Table;
use kql_engine::step::Step;
use sentinel_rules::rule::Rule;

use super::alert::{Alert, alerts};
use super::assumptions::Assumptions;
use super::clock::due_at;
use crate::outcome::Failure;
use crate::prepared::{Prepared, Tables};
use crate::window::Window;

/// A run with everything that came of it.
#[derive(Clone, Debug)]
pub struct SingleRun {
    /// The rows it read, by `TimeGenerated`.
    pub window: Window,
    /// Whether the trigger was met.
    pub fires: bool,
    /// Rows of the query.
    pub result: Table,
    /// Alerts; none when the trigger was not met.
    pub alerts: Vec<Alert>,
    /// Rows in and out of each operator.
    pub steps: Vec<Step>,
}

/// The rows that the run of a rule due at `time` reads, and what `now()` is in it; nothing without a schedule.
pub fn window_at(rule: &Rule, time: i64) -> Option<(Window, i64)> {
    due_at(rule, time).map(|due| (due.window, due.time))
}

/// Runs a rule at `time`, as if it were due then. An NRT rule reads the minute that its run at that time
/// reads.
pub fn run_at(prepared: &Prepared<'_>, tables: &Tables, time: i64) -> Result<SingleRun, Failure> {
    let rule = prepared.rule;
    let due = due_at(rule, time).ok_or_else(|| Failure {
        message: "the rule has no schedule".to_owned(),
        hint: "give it a queryFrequency and a queryPeriod".to_owned(),
        range: 0..0,
    })?;
    let mut ran = prepared.run(tables, due.window, due.time)?;
    let result = ran.tables.pop().unwrap_or_default();
    let fires = rule.fires(result.rows() as u64);
    let alerts = match fires {
        true => alerts(rule, Assumptions::default(), 0, due, &result),
        false => Vec::new(),
    };
    Ok(SingleRun {
        window: due.window,
        fires,
        result,
        alerts,
        steps: ran.steps,
    })
}
