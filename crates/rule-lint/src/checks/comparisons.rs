//! Comparisons of the columns of tables with constant texts.

use std::collections::BTreeSet;
use std::ops::Range;

use kql_analysis::plan::{Expr, ExprKind, Haystack};

use crate::constants::texts;
use crate::expressions::within;
use crate::facts::Scene;

/// Values that are named in a message.
const SHOWN: usize = 4;

/// A comparison of a table's column with constant texts.
pub(super) struct Comparison {
    pub table: String,
    pub column: String,
    pub values: BTreeSet<String>,
    /// Whether letters compare without case.
    pub folded: bool,
    pub negated: bool,
    pub range: Range<usize>,
}

/// The comparisons in an operator with a single input.
pub(super) fn comparisons(scene: &Scene<'_>) -> Vec<Comparison> {
    let parts = scene.plan.parts();
    if parts.plans.len() != 1 {
        return Vec::new();
    }
    let exprs = parts.exprs.into_iter().flat_map(within);
    exprs.filter_map(|expr| comparison(scene, expr)).collect()
}

/// What an expression compares, when one side is a column of a table and the other one is constant.
fn comparison(scene: &Scene<'_>, expr: &Expr) -> Option<Comparison> {
    let (side, others, folded, negated) = match &expr.kind {
        ExprKind::Call(function, args) => {
            let [left, right] = args.as_slice() else {
                return None;
            };
            let (folded, negated) = equality(function.name)?;
            match scene.fact(left, 0).origin {
                Some(_) => (left, std::slice::from_ref(right), folded, negated),
                None => (right, std::slice::from_ref(left), folded, negated),
            }
        }
        ExprKind::In(list) => {
            let Haystack::Values(values) = &list.haystack else {
                return None;
            };
            let (folded, negated) = (list.ignore_case, list.negated);
            (&list.needle, values.as_slice(), folded, negated)
        }
        _ => return None,
    };
    let (table, column) = scene.fact(side, 0).origin?;
    Some(Comparison {
        table,
        column,
        values: texts(scene.query, others)?,
        folded,
        negated,
        range: expr.range.clone(),
    })
}

/// Whether an operator that tests for equality disregards letter case, and whether it is negated.
fn equality(operator: &str) -> Option<(bool, bool)> {
    Some(match operator {
        "==" => (false, false),
        "!=" | "<>" => (false, true),
        "=~" => (true, false),
        "!~" => (true, true),
        _ => return None,
    })
}

/// Names in quotes, the first few.
pub(super) fn list(names: &[&String]) -> String {
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`"));
    let shown: Vec<String> = shown.collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
