//! Predicates made of conditions that must all hold: cheap ones are computed over all rows, the others over
//! the rows that are left.

use kql_analysis::plan::{Expr, ExprKind, Haystack};
use kql_analysis::value::Value;

use super::is_window;
use crate::column::Column;
use crate::error::EvalError;
use crate::operators::Runner;
use crate::picked::Rows;
use crate::selection::rows_where;
use crate::table::Table;

impl Runner<'_> {
    /// The rows for which a predicate is true.
    pub(crate) fn rows_where(
        &mut self,
        predicate: &Expr,
        table: &Table,
    ) -> Result<Vec<u32>, EvalError> {
        let mut conditions = Vec::new();
        split(predicate, &mut conditions);
        if self.is_traced() || !conditions.iter().all(|one| is_of_row(one)) {
            return Ok(self.column(predicate, table)?.true_rows());
        }
        let is_single = conditions.len() < 2;
        let (cheap, dear): (Vec<&Expr>, Vec<&Expr>) = conditions
            .into_iter()
            .partition(|condition| is_cheap(condition, table));
        let rows = match self.rows_in_time(&cheap, table)? {
            None if is_single => return Ok(self.column(predicate, table)?.true_rows()),
            None => self.rows_where_all(&cheap, table)?,
            Some(rows) => {
                let kept = self.rows_where_all(&cheap, &table.take(&rows))?;
                numbers(&kept, &rows)
            }
        };
        self.narrowed(rows, dear, table)
    }

    /// The rows for which all conditions hold, each asked of all rows.
    fn rows_where_all(
        &mut self,
        conditions: &[&Expr],
        table: &Table,
    ) -> Result<Vec<u32>, EvalError> {
        let mut truths = vec![true; table.rows()];
        for condition in conditions {
            narrow(&mut truths, &self.column(condition, table)?);
        }
        Ok(rows_where(&truths, |truth| truth))
    }

    /// Those of the rows for which all conditions hold, each asked of the rows that are left.
    fn narrowed(
        &mut self,
        mut rows: Vec<u32>,
        conditions: Vec<&Expr>,
        table: &Table,
    ) -> Result<Vec<u32>, EvalError> {
        for condition in conditions {
            let kept = match rows.len() == table.rows() {
                true => self.column(condition, table)?.true_rows(),
                false => self.column(condition, &table.take(&rows))?.true_rows(),
            };
            rows = numbers(&kept, &rows);
        }
        Ok(rows)
    }

    /// The rows within the times that conditions name, where an index finds few of them; the conditions
    /// themselves are still to be asked. `None` also when there is no row: what conditions say of none is not
    /// what they say of all.
    fn rows_in_time(
        &mut self,
        conditions: &[&Expr],
        table: &Table,
    ) -> Result<Option<Rows>, EvalError> {
        for condition in conditions {
            let found = self.few_rows(condition, table)?;
            if found.as_ref().is_some_and(|rows| !rows.is_empty()) {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The rows within the times that one condition names, where an index finds few of them.
    fn few_rows(&mut self, condition: &Expr, table: &Table) -> Result<Option<Rows>, EvalError> {
        let ExprKind::Call(function, args) = &condition.kind else {
            return Ok(None);
        };
        let Some((place, bounds)) = args.split_first() else {
            return Ok(None);
        };
        let times = match &place.kind {
            ExprKind::Column(index) => table.column(*index).filter(|column| column.has_times()),
            _ => None,
        };
        let (Some(times), true) = (times, bounds.iter().all(is_fixed)) else {
            return Ok(None);
        };
        let mut ticks = Vec::with_capacity(bounds.len());
        for bound in bounds {
            match self.constant(bound)? {
                Value::DateTime(bound) => ticks.push(bound),
                _ => return Ok(None),
            }
        }
        let window = window(function.name, &ticks);
        Ok(window.and_then(|(from, to)| times.few_rows_in_time(from, to)))
    }
}

/// The times, from (included) and to (not included), for which a comparison with these bounds can be true.
fn window(function: &str, bounds: &[i64]) -> Option<(i64, i64)> {
    match (function, bounds) {
        (">" | ">=", [from]) => Some((*from, i64::MAX)),
        ("<" | "<=", [to]) => Some((i64::MIN, to.saturating_add(1))),
        ("between", [from, to]) => Some((*from, to.saturating_add(1))),
        _ => None,
    }
}

/// The numbers that rows of some rows have among all.
fn numbers(kept: &[u32], rows: &[u32]) -> Vec<u32> {
    let number = |row: &u32| rows.get(*row as usize).copied();
    kept.iter().filter_map(number).collect()
}

/// The conditions that a predicate joins by `and`, in order.
fn split<'e>(predicate: &'e Expr, conditions: &mut Vec<&'e Expr>) {
    match &predicate.kind {
        ExprKind::Call(function, args) if function.name == "and" => {
            args.iter().for_each(|arg| split(arg, conditions));
        }
        _ => conditions.push(predicate),
    }
}

fn narrow(truths: &mut [bool], column: &Column) {
    match column.truths() {
        Some(more) => {
            for (truth, more) in truths.iter_mut().zip(more) {
                *truth &= *more;
            }
        }
        None => {
            for (row, truth) in truths.iter_mut().enumerate() {
                *truth = *truth && column.get(row) == Value::Bool(true);
            }
        }
    }
}

/// Whether the answer for a row does not depend on which rows are around it.
pub(super) fn is_of_row(condition: &Expr) -> bool {
    let here = match &condition.kind {
        ExprKind::Call(function, _) => !is_window(function.name) && function.name != "assert",
        _ => true,
    };
    here && condition.parts().exprs.iter().all(|part| is_of_row(part))
}

/// Whether a condition is computed over whole columns.
fn is_cheap(condition: &Expr, table: &Table) -> bool {
    match &condition.kind {
        ExprKind::Call(function, args) if matches!(function.name, "and" | "or" | "not") => {
            args.iter().all(|arg| is_cheap(arg, table))
        }
        ExprKind::Call(function, args) => {
            let mut varying = args.iter().filter(|arg| !is_fixed(arg));
            let (Some(only), None) = (varying.next(), varying.next()) else {
                return false;
            };
            let is_order = matches!(function.name, "<" | "<=" | ">" | ">=" | "between");
            has_few_texts(only, table) || (is_order && is_numbers(only, table))
        }
        ExprKind::In(list) => match &list.haystack {
            Haystack::Values(items) => {
                items.iter().all(is_fixed) && has_few_texts(&list.needle, table)
            }
            Haystack::Table(_) => false,
        },
        _ => false,
    }
}

/// Whether an expression has the same value in all rows, and no table is read for it.
fn is_fixed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Scalar(_) => true,
        ExprKind::Call(_, args) | ExprKind::Array(args) => args.iter().all(is_fixed),
        _ => false,
    }
}

fn has_few_texts(expr: &Expr, table: &Table) -> bool {
    let ExprKind::Column(index) = &expr.kind else {
        return false;
    };
    let texts = table.column(*index).and_then(Column::texts);
    texts.is_some_and(|(codes, texts)| texts.len() <= codes.len() / 4)
}

fn is_numbers(expr: &Expr, table: &Table) -> bool {
    let ExprKind::Column(index) = &expr.kind else {
        return false;
    };
    let column = table.column(*index);
    column.is_some_and(|column| column.wholes().is_some() || column.reals().is_some())
}
