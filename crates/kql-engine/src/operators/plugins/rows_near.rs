//! `rows_near`: the rows around those that a condition holds for, in their order.

use kql_analysis::plan::Expr;

use crate::error::EvalError;
use crate::explain::{Context, Links, NEIGHBOURS};
use crate::operators::{Runner, select};
use crate::table::Table;

/// The rows at most so many before and behind one that the condition holds for.
pub(super) fn rows(
    runner: &mut Runner<'_>,
    input: &Table,
    condition: &Expr,
    [before, after]: [&Expr; 2],
) -> Result<Table, EvalError> {
    let before = select::row_count(runner, before)?;
    let after = select::row_count(runner, after)?;
    let mut rows: Vec<u32> = Vec::new();
    for row in runner.column(condition, input)?.true_rows() {
        let from = (row as usize).saturating_sub(before);
        let to = (row as usize)
            .saturating_add(after)
            .min(input.rows().saturating_sub(1));
        let next = rows.last().map_or(0, |last| *last as usize + 1);
        rows.extend((from.max(next)..=to).map(|row| row as u32));
    }
    runner.note(|trace| {
        trace.link(0, Links::One(rows.clone()));
        trace.context(Context::Neighbours(NEIGHBOURS));
    });
    Ok(input.take(&rows))
}
