//! What happened at one operator of a run, for explanations.

use std::ops::Range;

/// One operator as it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Place of the operator in the query text, in UTF-8 bytes.
    pub range: Range<usize>,
    /// Rows it read, of all its inputs.
    pub rows_in: usize,
    /// Rows it gave.
    pub rows_out: usize,
    /// When a `where` kept none of its rows: what it met in each column and scalar of its predicate,
    /// such as `ResultType was Success (12), OK (3)`.
    pub met: Vec<String>,
}
