//! The run that a question is about.

use sentinel_rules::rule::{Rule, RuleKind};
use serde::{Deserialize, Serialize};

use crate::outcome::Outcome;
use crate::timeline::TimelineRun;
use crate::window::{self, Window};

/// A run that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// `now()` of the run, in ticks.
    pub now: i64,
    /// The rows it reads; all when absent, as for a query that is no rule.
    pub window: Option<Window>,
}

impl Asked {
    /// A run of a timeline.
    pub fn of(run: &TimelineRun) -> Self {
        Self {
            now: run.time,
            window: Some(run.window),
        }
    }

    /// The run of an outcome at `now` that a row of its result comes from, and the row's number there. The
    /// result of an NRT rule holds the rows of all runs that fired, one after the other.
    pub fn of_result_row(
        rule: &Rule,
        outcome: &Outcome,
        now: i64,
        row: usize,
    ) -> Option<(Self, usize)> {
        let mut before = 0;
        for run in &outcome.runs {
            let rows = run.rows as usize;
            let shown = rule.kind == RuleKind::Scheduled || run.fires;
            if shown && row < before + rows {
                let asked = Self {
                    now: match rule.kind {
                        RuleKind::Scheduled => now,
                        RuleKind::Nrt => window::now_after(run.window),
                    },
                    window: Some(run.window),
                };
                return Some((asked, row - before));
            }
            before += if shown { rows } else { 0 };
        }
        None
    }

    /// The runs of an outcome at `now`.
    pub fn of_outcome(rule: &Rule, outcome: &Outcome, now: i64) -> Vec<Self> {
        let runs = outcome.runs.iter();
        runs.map(|run| Self {
            now: match rule.kind {
                RuleKind::Scheduled => now,
                RuleKind::Nrt => window::now_after(run.window),
            },
            window: Some(run.window),
        })
        .collect()
    }
}
