//! Ending a run from outside, between two pieces of its work.
//!
//! Whoever runs queries may name a function that is asked now and then whether the run is to end; a run
//! that is to end gives an error. What it is asked never changes a result.

use kql_analysis::interrupt;
pub use kql_analysis::interrupt::{ask, give_back};

use crate::error::EvalError;

/// Message of the error of a run that was ended.
pub const CANCELLED: &str = "the run was cancelled";

/// An error when the run is to end. Work that reads no run, such as writing rows to a file, asks this too.
pub fn check() -> Result<(), EvalError> {
    wanted(interrupt::is_over())
}

/// An error when the run was told to end: what was computed since may be cut short.
pub(crate) fn still_wanted() -> Result<(), EvalError> {
    wanted(interrupt::was_over())
}

fn wanted(is_over: bool) -> Result<(), EvalError> {
    match is_over {
        true => Err(EvalError::new(CANCELLED)),
        false => Ok(()),
    }
}

/// Asks once in many rows.
#[derive(Debug, Default)]
pub struct Pace(interrupt::Pace);

impl Pace {
    /// Counts a row of work; an error when the run is to end.
    pub fn row(&mut self) -> Result<(), EvalError> {
        wanted(self.is_over())
    }

    /// Counts a row of work that gives no error itself; true when it is to be cut short. Whoever runs an
    /// operator asks again before its result is used.
    #[inline]
    pub(crate) fn is_over(&mut self) -> bool {
        self.0.is_over()
    }
}
