//! Ending a run from outside, between two pieces of its work.
//!
//! Whoever runs queries may name a function that is asked now and then whether the run is to end; a run
//! that is to end gives an error. What it is asked never changes a result.

use std::cell::Cell;

use crate::error::EvalError;

/// Message of the error of a run that was ended.
pub const CANCELLED: &str = "the run was cancelled";

/// Rows of work between two questions.
const ROWS_BETWEEN: u32 = 1 << 12;

thread_local! {
    static IS_CANCELLED: Cell<Option<fn() -> bool>> = const { Cell::new(None) };
}

/// Names the function that says whether runs on this thread are to end; none of them ends when it is `None`.
pub fn ask(is_cancelled: Option<fn() -> bool>) {
    IS_CANCELLED.set(is_cancelled);
}

/// An error when the run is to end.
pub(crate) fn check() -> Result<(), EvalError> {
    match IS_CANCELLED
        .get()
        .is_some_and(|is_cancelled| is_cancelled())
    {
        true => Err(EvalError::new(CANCELLED)),
        false => Ok(()),
    }
}

/// Asks once in many rows.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    rows: u32,
}

impl Pace {
    /// Counts a row of work; an error when the run is to end.
    pub(crate) fn row(&mut self) -> Result<(), EvalError> {
        self.rows += 1;
        if self.rows < ROWS_BETWEEN {
            return Ok(());
        }
        self.rows = 0;
        check()
    }
}
