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
/// Bytes that the tables of one run take besides those that it was given.
pub const RUN_BYTES: usize = 1 << 30;
/// Bytes that the given tables and those of a run take together where memory ends at 4 GiB, as in a browser.
pub const TAB_BYTES: usize = 7 << 29;
/// Bytes that a run may take however much is loaded.
const LEAST_RUN_BYTES: usize = 1 << 26;
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
    /// Bytes that the tables of a run take besides those that it was given.
    pub run_bytes: usize,
    /// Bytes that the given tables and those of a run take together.
    pub all_bytes: usize,
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
            run_bytes: RUN_BYTES,
            all_bytes: match cfg!(target_arch = "wasm32") {
                true => TAB_BYTES,
                false => usize::MAX,
            },
        }
    }
}

impl Limits {
    /// Bytes that the tables of a run may take beside given ones of so many bytes.
    pub fn run_bytes_beside(&self, given: usize) -> usize {
        let beside = self.all_bytes.saturating_sub(given).max(LEAST_RUN_BYTES);
        self.run_bytes.min(beside)
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_loaded_leaves_less_for_a_run_where_memory_ends() {
        let tab = Limits {
            all_bytes: TAB_BYTES,
            ..Limits::default()
        };
        assert_eq!(tab.run_bytes_beside(1 << 30), RUN_BYTES);
        assert_eq!(tab.run_bytes_beside(3 << 30), TAB_BYTES - (3 << 30));
        assert_eq!(tab.run_bytes_beside(TAB_BYTES * 2), LEAST_RUN_BYTES);
        assert_eq!(Limits::default().run_bytes_beside(TAB_BYTES * 2), RUN_BYTES);
    }
}
