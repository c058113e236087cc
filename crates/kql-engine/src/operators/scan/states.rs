//! What the steps of a `scan` have matched so far.

use std::sync::Arc;

use kql_analysis::value::Value;

/// A matched row: its number, and the input's cells and the declared ones.
pub(super) struct Match {
    pub(super) row: u32,
    pub(super) cells: Vec<Value>,
    /// The rows that it rests on, itself among them, in order; none when the run is not explained.
    pub(super) behind: Vec<u32>,
}

/// A match that states share.
pub(super) type Record = Arc<Match>;

/// What a step knows: the record of each step up to it.
#[derive(Clone)]
pub(super) struct State {
    pub(super) records: Vec<Record>,
    /// Number of the sequence of matches that it belongs to.
    pub(super) sequence: i64,
}

/// The states of all steps over one partition.
#[derive(Clone)]
pub(super) struct States {
    pub(super) steps: Vec<Option<State>>,
    /// The last match of each step that gives only its last one, with its sequence.
    pub(super) pending: Vec<Option<(Record, i64)>>,
    /// Sequences begun so far.
    pub(super) sequences: i64,
}

impl States {
    pub(super) fn of(steps: usize) -> Self {
        Self {
            steps: vec![None; steps],
            pending: vec![None; steps],
            sequences: 0,
        }
    }
}
