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
    /// Whether the run has been told to end; from then on it is.
    static IS_OVER: Cell<bool> = const { Cell::new(false) };
    static IS_CANCELLED: Cell<Option<fn() -> bool>> = const { Cell::new(None) };
}

/// Names the function that says whether runs on this thread are to end; none of them ends when it is `None`.
pub fn ask(is_cancelled: Option<fn() -> bool>) {
    IS_CANCELLED.set(is_cancelled);
    IS_OVER.set(false);
}

/// An error when the run is to end. Work that reads no run, such as writing rows to a file, asks this too.
pub fn check() -> Result<(), EvalError> {
    match is_over() {
        true => Err(EvalError::new(CANCELLED)),
        false => Ok(()),
    }
}

/// Asks whether the run is to end.
fn is_over() -> bool {
    let is_cancelled = IS_CANCELLED.get();
    if !IS_OVER.get() && is_cancelled.is_some_and(|is_cancelled| is_cancelled()) {
        IS_OVER.set(true);
    }
    IS_OVER.get()
}

/// An error when the run was told to end: what was computed since may be cut short.
pub(crate) fn still_wanted() -> Result<(), EvalError> {
    match IS_OVER.get() {
        true => Err(EvalError::new(CANCELLED)),
        false => Ok(()),
    }
}

/// Asks once in many rows.
#[derive(Debug, Default)]
pub struct Pace {
    rows: u32,
}

impl Pace {
    /// Counts a row of work; an error when the run is to end.
    pub fn row(&mut self) -> Result<(), EvalError> {
        match self.is_over() {
            true => Err(EvalError::new(CANCELLED)),
            false => Ok(()),
        }
    }

    /// Counts a row of work that gives no error itself; true when it is to be cut short. Whoever runs an
    /// operator asks again before its result is used.
    #[inline]
    pub(crate) fn is_over(&mut self) -> bool {
        self.rows += 1;
        if self.rows < ROWS_BETWEEN {
            return false;
        }
        self.rows = 0;
        is_over()
    }
}
