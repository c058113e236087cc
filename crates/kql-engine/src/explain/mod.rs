//! Explanations: the rows behind a row of a result, what became of a row, and why a result is empty.
//!
//! An explained run is the run itself: the same operators work on the same rows, and note on the way how
//! the rows of their results hang together with those of their inputs. What they note is bounded by
//! [`crate::limits::TRACE_ROWS`].

mod behind;
mod elements;
mod empty;
mod fate;
mod links;
mod names;
mod parts;
mod trace;
pub mod words;

use std::collections::BTreeMap;
use std::ops::Range;

use kql_analysis::plan::Query;
use serde::{Deserialize, Serialize};

pub use behind::{Approximation, Behind, BehindRows};
pub(crate) use elements::Elements;
pub use empty::{Emptied, MAX_TRIED, Without, without_conditions};
pub use fate::{Fate, MAX_REASONS, Part, Stop, Why};
pub(crate) use links::Links;
pub(crate) use names::{NEIGHBOURS, SCAN, SERIES, operator};
pub(crate) use parts::{failing, places};
pub(crate) use trace::{Context, Trace};

use crate::error::EvalError;
use crate::run::{RunOptions, RunResult, run_noting};
use crate::table::Table;

/// A row of a given table, by number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceRow {
    /// Name of the table.
    pub table: String,
    /// Number of the row, from 0.
    pub row: usize,
}

/// A run that can be questioned.
#[derive(Debug)]
pub struct Explained {
    /// What the run gives.
    pub result: RunResult,
    trace: Trace,
}

/// Runs a query and notes where rows come from; follows the row `watch`, if one is given, through it.
pub fn explain(
    query: &Query,
    tables: &BTreeMap<String, Table>,
    options: &RunOptions,
    watch: Option<SourceRow>,
) -> Result<Explained, EvalError> {
    let trace = Box::new(Trace::watching(watch));
    let (result, trace) = run_noting(query, tables, options, Some(trace))?;
    let trace = trace.map(|trace| *trace).unwrap_or_default();
    Ok(Explained { result, trace })
}

impl Explained {
    /// The rows behind rows of a statement's result, both counted from 0.
    pub fn behind(&self, statement: usize, rows: Range<usize>) -> Behind {
        self.trace.behind(statement, rows)
    }

    /// What became of the row that the run followed.
    pub fn fate(&self) -> Fate {
        self.trace.fate()
    }

    /// The operators that left a statement's result without rows, in order of execution; none when it
    /// has rows.
    pub fn emptied(&self, statement: usize) -> Vec<Emptied> {
        self.trace.emptied(statement, &self.result.steps)
    }
}
