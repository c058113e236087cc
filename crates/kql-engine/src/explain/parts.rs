//! The parts of a predicate that did not hold for a row, with the values they met.

use std::ops::Range;

use kql_analysis::plan::{Expr, ExprKind};
use kql_analysis::text::value_text;
use kql_analysis::value::Value;

use super::fate::Part;
use crate::error::EvalError;
use crate::eval::is_window;
use crate::operators::Runner;
use crate::operators::met::{Names, shown};
use crate::table::Table;

/// The conditions that `and` joins.
pub(crate) fn conditions(predicate: &Expr) -> Vec<&Expr> {
    match &predicate.kind {
        ExprKind::Call(function, args) if function.name == "and" => {
            args.iter().flat_map(conditions).collect()
        }
        _ => vec![predicate],
    }
}

/// The places of the conditions that `and` joins, without those that the query does not spell out.
pub(crate) fn places(predicate: &Expr) -> Vec<Range<usize>> {
    let conditions = conditions(predicate).into_iter();
    let places = conditions.map(|condition| condition.range.clone());
    places.filter(|range| !range.is_empty()).collect()
}

/// The smallest parts that keep a predicate from being true for a row.
pub(crate) fn failing(
    runner: &mut Runner<'_>,
    predicate: &Expr,
    table: &Table,
    row: u32,
) -> Result<Vec<Part>, EvalError> {
    // Functions of neighbouring rows need them all.
    let (table, row) = match reads_neighbours(predicate) {
        true => (table.clone(), row as usize),
        false => (table.take(&[row]), 0),
    };
    let asked = Asked { table, row };
    runner.unnoticed(|runner| asked.parts(runner, predicate, true))
}

fn reads_neighbours(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(function, args) => {
            is_window(function.name) || args.iter().any(reads_neighbours)
        }
        ExprKind::Array(items) => items.iter().any(reads_neighbours),
        ExprKind::Index(base, index) => reads_neighbours(base) || reads_neighbours(index),
        ExprKind::In(list) => reads_neighbours(&list.needle),
        ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::Scalar(_) => false,
    }
}

/// The row that is asked about.
struct Asked {
    table: Table,
    row: usize,
}

impl Asked {
    /// The parts because of which an expression is not `wanted`.
    fn parts(
        &self,
        runner: &mut Runner<'_>,
        expr: &Expr,
        wanted: bool,
    ) -> Result<Vec<Part>, EvalError> {
        let value = runner.column(expr, &self.table)?.get(self.row);
        if value == Value::Bool(wanted) {
            return Ok(Vec::new());
        }
        match &expr.kind {
            ExprKind::Call(function, args) if function.name == "not" && args.len() == 1 => {
                self.each(runner, args, !wanted)
            }
            // All of an `and` must hold, and none of an `or` that is to be false.
            ExprKind::Call(function, args)
                if matches!((function.name, wanted), ("and", true) | ("or", false)) =>
            {
                self.each(runner, args, wanted)
            }
            ExprKind::Call(function, _) if matches!(function.name, "and" | "or") => {
                let alternatives = alternatives(expr, function.name);
                let mut parts = Vec::new();
                for alternative in alternatives {
                    parts.extend(self.parts(runner, alternative, wanted)?);
                }
                Ok(vec![Part {
                    range: expr.range.clone(),
                    value: text(&value),
                    reads: Vec::new(),
                    constants: Vec::new(),
                    parts,
                    wanted,
                }])
            }
            _ => Ok(vec![Part {
                range: expr.range.clone(),
                value: text(&value),
                reads: self.reads(runner, expr)?,
                constants: constants(runner, expr)?,
                parts: Vec::new(),
                wanted,
            }]),
        }
    }

    fn each(
        &self,
        runner: &mut Runner<'_>,
        exprs: &[Expr],
        wanted: bool,
    ) -> Result<Vec<Part>, EvalError> {
        let mut parts = Vec::new();
        for expr in exprs {
            parts.extend(self.parts(runner, expr, wanted)?);
        }
        Ok(parts)
    }

    /// Columns and named scalars of an expression, with their values.
    fn reads(
        &self,
        runner: &mut Runner<'_>,
        expr: &Expr,
    ) -> Result<Vec<(String, String)>, EvalError> {
        let mut names = Names::default();
        names.collect(expr);
        let columns = names.columns.iter().filter_map(|index| {
            let column = self.table.schema().columns.get(*index)?;
            let value = self.table.value(self.row, *index);
            Some((column.name.clone(), shown(&value_text(&value, column.ty))))
        });
        let mut reads: Vec<(String, String)> = columns.collect();
        let query = runner.query;
        for index in names.scalars {
            let value = runner.scalar(index)?;
            if let Some(scalar) = query.scalars.get(index).filter(|one| !one.name.is_empty()) {
                let text = shown(&value_text(&value, scalar.ty));
                reads.push((scalar.name.clone(), text));
            }
        }
        Ok(reads)
    }
}

/// The constants of an expression, and the scalars that are only known by the place where they are named.
fn constants(
    runner: &mut Runner<'_>,
    expr: &Expr,
) -> Result<Vec<(Range<usize>, String)>, EvalError> {
    let value = match &expr.kind {
        ExprKind::Literal(value) => value.clone(),
        ExprKind::Scalar(index) if is_nameless(runner, *index) => runner.scalar(*index)?,
        _ => {
            let mut all = Vec::new();
            for part in expr.parts().exprs {
                all.extend(constants(runner, part)?);
            }
            return Ok(all);
        }
    };
    let text = shown(&value_text(&value, expr.ty));
    Ok(vec![(expr.range.clone(), text)])
}

fn is_nameless(runner: &Runner<'_>, scalar: usize) -> bool {
    let scalar = runner.query.scalars.get(scalar);
    scalar.is_some_and(|scalar| scalar.name.is_empty())
}

/// The operands of a chain of one operator.
fn alternatives<'e>(expr: &'e Expr, name: &str) -> Vec<&'e Expr> {
    match &expr.kind {
        ExprKind::Call(function, args) if function.name == name => args
            .iter()
            .flat_map(|arg| alternatives(arg, name))
            .collect(),
        _ => vec![expr],
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        _ => "null".to_owned(),
    }
}
