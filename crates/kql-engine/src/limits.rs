//! Bounds on what one evaluation may use; every one of them ends in an error, never in a crash.

use crate::error::EvalError;

/// Elements of one array or bag that a function makes.
pub const ARRAY_ELEMENTS: usize = 1 << 20;
/// Bytes of one text that a function makes.
pub const STRING_BYTES: usize = 1 << 24;
/// Rows of one table that an operator makes.
pub const TABLE_ROWS: usize = 10_000_000;
/// Bins of all series that one `make-series` makes.
pub const SERIES_BINS: usize = 2_000_000;
/// Rows that all operators of subqueries make which run once for each part (`mv-apply`, `partition`).
pub const PART_ROWS: usize = 20_000_000;
/// Operators, tables and subqueries inside one another.
pub const PLAN_DEPTH: usize = 400;
/// Row numbers that the explanation of a run holds.
pub const TRACE_ROWS: usize = 20_000_000;

/// Bounds of one evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Elements of one array or bag that a function makes.
    pub array_elements: usize,
    /// Bytes of one text that a function makes.
    pub string_bytes: usize,
    /// Rows of one table that an operator makes.
    pub table_rows: usize,
    /// Bins of all series that one `make-series` makes.
    pub series_bins: usize,
    /// Rows that operators of subqueries over parts make in one run.
    pub part_rows: usize,
    /// Operators inside one another.
    pub plan_depth: usize,
    /// Row numbers that the explanation of a run holds.
    pub trace_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            array_elements: ARRAY_ELEMENTS,
            string_bytes: STRING_BYTES,
            table_rows: TABLE_ROWS,
            series_bins: SERIES_BINS,
            part_rows: PART_ROWS,
            plan_depth: PLAN_DEPTH,
            trace_rows: TRACE_ROWS,
        }
    }
}

impl Limits {
    /// An error unless `operator` may make a table of `rows` rows.
    pub fn check_rows(&self, operator: &str, rows: usize) -> Result<(), EvalError> {
        if rows <= self.table_rows {
            return Ok(());
        }
        let limit = self.table_rows;
        Err(EvalError::new(format!(
            "{operator} makes more rows than the limit of {limit}"
        ))
        .with_hint("Filter or summarize the rows before it."))
    }
}
