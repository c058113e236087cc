//! Times of different bins, and texts of different letter cases, that are compared.

use std::ops::Range;

use kql_analysis::plan::{Expr, ExprKind, Node};

use crate::expressions::within;
use crate::facts::{Case, Fact, Scene, table_of};
use crate::finding::Findings;
use crate::registry::{BINS, CASES};
use crate::words::span;

/// The column that holds when a row was logged, to parts of a second.
const TIME: &str = "TimeGenerated";

pub(super) fn check(scene: &Scene<'_>, findings: &mut Findings) {
    if let Node::Join { keys, .. } = &scene.plan.node {
        for (left, right) in keys {
            let (left, right) = (scene.fact(left, 0), scene.fact(right, 1));
            compare(&left, &right, key_range(scene, keys), findings);
        }
        return;
    }
    for expr in scene.plan.parts().exprs {
        inside(scene, expr, findings);
    }
}

/// Where the keys of a join are written; the operator when they are not known.
fn key_range(scene: &Scene<'_>, keys: &[(Expr, Expr)]) -> Range<usize> {
    let whole = scene.plan.range.clone();
    match keys {
        [(left, _), ..] if whole.contains(&left.range.start) => left.range.clone(),
        _ => whole,
    }
}

fn inside(scene: &Scene<'_>, expr: &Expr, findings: &mut Findings) {
    for expr in within(expr) {
        match &expr.kind {
            ExprKind::Call(function, args) if matches!(function.name, "==" | "!=" | "<>") => {
                if let [left, right] = args.as_slice() {
                    compare(
                        &scene.fact(left, 0),
                        &scene.fact(right, 0),
                        expr.range.clone(),
                        findings,
                    );
                }
            }
            ExprKind::In(list) if !list.ignore_case => {
                if let Some(table) = table_of(&list.haystack) {
                    let found = scene.haystack(table);
                    compare(
                        &scene.fact(&list.needle, 0),
                        &found,
                        expr.range.clone(),
                        findings,
                    );
                }
            }
            _ => {}
        }
    }
}

fn compare(left: &Fact, right: &Fact, range: Range<usize>, findings: &mut Findings) {
    if let (Some(a), Some(b)) = (left.grain, right.grain)
        && a != b
        && a > 0
        && b > 0
    {
        findings.query(&BINS, range.clone(), meeting(a.min(b), a.max(b)));
    }
    let single = match (left.grain, right.grain) {
        (Some(grain), None) => Some((grain, right)),
        (None, Some(grain)) => Some((grain, left)),
        _ => None,
    };
    if let Some((grain, other)) = single
        && let Some((_, column)) = other.origin.as_ref().filter(|(_, column)| column == TIME)
    {
        let message = format!(
            "`{column}` as it was logged is compared with bins of {}: they hardly ever meet",
            span(grain)
        );
        findings.query(&BINS, range.clone(), message);
    }
    let sides = (left.case, right.case);
    if let (Some(Case::Upper), Some(Case::Lower)) | (Some(Case::Lower), Some(Case::Upper)) = sides {
        let message = "one side is in upper case and the other in lower case";
        findings.query(&CASES, range, message);
    } else if let (Some(case), None, other) | (None, Some(case), other) =
        (left.case, right.case, origin(left, right))
        && other
    {
        let case = match case {
            Case::Upper => "upper",
            Case::Lower => "lower",
        };
        let message = format!("one side is in {case} case and the other as the log has it");
        findings.query(&CASES, range, message);
    }
}

/// Whether one side is a column of a table as it stands.
fn origin(left: &Fact, right: &Fact) -> bool {
    left.origin.is_some() || right.origin.is_some()
}

fn meeting(small: i64, large: i64) -> String {
    let (small_text, large_text) = (span(small), span(large));
    match large % small == 0 {
        true => format!(
            "bins of {small_text} and of {large_text} are compared: they are equal in one of {} bins only",
            large / small
        ),
        false => {
            format!("bins of {small_text} and of {large_text} are compared: they hardly ever meet")
        }
    }
}
