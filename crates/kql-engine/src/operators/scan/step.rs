//! The steps of a `scan`, and which of their expressions read what was matched before.

use kql_analysis::plan::{Expr, ExprKind, Haystack, ScanStep};

use super::Runner;
use super::states::Record;
use crate::column::Column;
use crate::error::EvalError;
use crate::table::Table;

/// An expression of a step: its values when the input alone decides, or the expression.
pub(super) enum Valued<'a> {
    Known(Column),
    Stateful(&'a Expr),
}

/// A step with what is known of its expressions before any row is tried.
pub(super) struct Step<'a> {
    pub(super) plan: &'a ScanStep,
    pub(super) condition: Valued<'a>,
    pub(super) assignments: Vec<(usize, Valued<'a>)>,
}

impl<'a> Step<'a> {
    pub(super) fn of(
        runner: &mut Runner<'_>,
        plan: &'a ScanStep,
        rows: &Table,
    ) -> Result<Self, EvalError> {
        let mut assignments = Vec::with_capacity(plan.assignments.len());
        for (index, expr) in &plan.assignments {
            assignments.push((*index, valued(runner, expr, rows)?));
        }
        Ok(Self {
            plan,
            condition: valued(runner, &plan.condition, rows)?,
            assignments,
        })
    }

    /// The rows behind a match: those of the steps before, which have to be there, and of what the step itself
    /// matched last when an expression may read that.
    pub(super) fn behind(&self, place: usize, row: u32, known: &[Record]) -> Vec<u32> {
        let assigned = self.assignments.iter().map(|(_, assigned)| assigned);
        let mut valued = assigned.chain([&self.condition]);
        let reads = valued.any(|valued| matches!(valued, Valued::Stateful(_)));
        let needed = known.iter().take(if reads { known.len() } else { place });
        let mut rows: Vec<u32> = needed.flat_map(|record| &record.behind).copied().collect();
        rows.push(row);
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// The values of an expression of which no state decides, or the expression.
fn valued<'a>(
    runner: &mut Runner<'_>,
    expr: &'a Expr,
    rows: &Table,
) -> Result<Valued<'a>, EvalError> {
    match reads_state(expr, rows.schema().len()) {
        true => Ok(Valued::Stateful(expr)),
        false => Ok(Valued::Known(runner.column(expr, rows)?)),
    }
}

/// Whether an expression reads a column behind the row's own.
fn reads_state(expr: &Expr, width: usize) -> bool {
    let any = |exprs: &[Expr]| exprs.iter().any(|expr| reads_state(expr, width));
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Scalar(_) => false,
        ExprKind::Column(index) => *index >= width,
        ExprKind::Call(_, args) | ExprKind::Array(args) => any(args),
        ExprKind::Index(base, index) => reads_state(base, width) || reads_state(index, width),
        ExprKind::In(list) => {
            let values = match &list.haystack {
                Haystack::Values(values) => any(values),
                Haystack::Table(_) => false,
            };
            values || reads_state(&list.needle, width)
        }
    }
}
