//! The results of all runs of a rule, kept to be judged more than once.
//!
//! A timeline made from them equals the one that [`super::simulate`] makes of a rule with the same query
//! and schedule, without running the query again.

use kql_engine::{Table, WindowRun};
use sentinel_rules::rule::Rule;

use super::assumptions::Assumptions;
use super::clock::Due;
use super::options::Options;
use super::simulate::{Timeline, due, judged, window_run};
use crate::outcome::Failure;
use crate::prepared::{Prepared, Tables, failure};

/// Most result rows that are kept.
pub(crate) const MAX_KEPT_ROWS: usize = 2_000_000;

/// The results of the runs that are due within a span.
#[derive(Debug)]
pub(crate) struct Computed {
    /// Whether the query asks when its rows were ingested.
    reads_ingestion_time: bool,
    due: Vec<Due>,
    assumptions: Assumptions,
    results: Vec<Table>,
}

impl Computed {
    /// Runs the query of a rule at every time that is due, whatever its trigger and suppression say.
    pub fn new(rule: &Rule, tables: &Tables, options: Options) -> Result<Self, Failure> {
        let prepared = Prepared::delayed(rule, tables, options.ingestion_delay)?;
        let windows = prepared.windows(tables);
        let due = due(rule, tables, options)?;
        let runs: Vec<WindowRun> = due.iter().map(window_run).collect();
        let mut computed = windows.results(&runs);
        let mut results = Vec::with_capacity(due.len());
        let mut kept = 0;
        for index in 0..due.len() {
            let result = computed.get(index).map_err(failure)?;
            kept += result.rows();
            if kept > MAX_KEPT_ROWS {
                return Err(Failure {
                    message: format!("the runs give more than {MAX_KEPT_ROWS} rows"),
                    hint: "choose a shorter span".to_owned(),
                    range: 0..0,
                });
            }
            results.push(result);
        }
        drop(computed);
        Ok(Self {
            reads_ingestion_time: prepared.query().reads_ingestion_time,
            due,
            assumptions: options.assumptions,
            results,
        })
    }

    /// Rows of each run's result.
    pub fn rows(&self) -> impl Iterator<Item = u64> + '_ {
        self.results.iter().map(|result| result.rows() as u64)
    }

    /// The timeline under the trigger, grouping and suppression of a rule that has the same query and
    /// schedule.
    pub fn timeline(&self, rule: &Rule) -> Result<Timeline, Failure> {
        judged(
            rule,
            self.reads_ingestion_time,
            &self.due,
            self.assumptions,
            |index| Ok(self.results.get(index).cloned().unwrap_or_default()),
        )
    }
}
