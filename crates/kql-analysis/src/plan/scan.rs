//! The parts of `scan`.

use super::{Expr, Plan};

/// The parts of `scan`.
///
/// Conditions and assignments are over these columns: the input's, then the declared ones, and then the
/// same again for each step, holding what the step's state has of it.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Rows that are matched, in order.
    pub input: Plan,
    /// Rows with different values are matched apart.
    pub partition: Vec<Expr>,
    /// Values of the declared columns before they are assigned, constant.
    pub defaults: Vec<Expr>,
    /// The steps in order.
    pub steps: Vec<ScanStep>,
    /// Whether the last result column tells the sequences apart.
    pub match_id: bool,
}

/// A step of [`Scan`].
#[derive(Clone, Debug)]
pub struct ScanStep {
    /// Which matches are part of the result.
    pub output: ScanOutput,
    /// When a row matches.
    pub condition: Expr,
    /// Columns, by index, that a match writes.
    pub assignments: Vec<(usize, Expr)>,
}

/// Which matches of a step are part of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanOutput {
    /// Every one.
    All,
    /// The last one of a series.
    Last,
    /// None.
    None,
}
