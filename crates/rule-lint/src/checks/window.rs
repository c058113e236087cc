//! Times in the query against the query period.

use std::ops::Range;

use kql_analysis::plan::{Expr, ExprKind, MakeSeries, Node, Plan, Query};
use kql_analysis::value::{TICKS_PER_SECOND, Value};

use crate::constants::{Instant, instant, resolved, ticks};
use crate::expressions::conjuncts;
use crate::facts::{Scene, walk};
use crate::finding::Findings;
use crate::registry::{FIRST_BIN, FIXED_TIME, WINDOW};
use crate::subject::Subject;
use crate::words::span;

/// The column by which the service narrows tables to the period.
const TIME: &str = "TimeGenerated";

/// A bound that an operator puts on the time of rows.
struct Bound {
    instant: Instant,
    /// Whether rows must be later; otherwise earlier.
    is_lower: bool,
}

pub(super) fn check(subject: &Subject<'_>, scene: &Scene<'_>, findings: &mut Findings) {
    let Some(schedule) = &subject.rule.schedule else {
        return;
    };
    let seconds = i64::try_from(schedule.period.seconds).unwrap_or(i64::MAX);
    let period = seconds.saturating_mul(TICKS_PER_SECOND);
    check_fixed(scene, findings);
    for bound in bounds(scene) {
        let range = bound.instant.range.clone();
        let (before, period_text) = (span(bound.instant.before), span(period));
        if bound.is_lower && bound.instant.before > period {
            let message =
                format!("the query looks back {before}; a run is given the last {period_text}");
            findings.query(&WINDOW, range, message);
        } else if bound.is_lower && bound.instant.rounded > 0 && bound.instant.before == period {
            let message = format!(
                "the window begins up to {} before the period does",
                span(bound.instant.rounded)
            );
            findings.query(&FIRST_BIN, range, message);
        } else if !bound.is_lower && bound.instant.before >= period && period > 0 {
            let message = format!(
                "only rows older than {before} are kept; a run is given the last {period_text}"
            );
            findings.query(&WINDOW, range, message);
        }
    }
}

/// Dates that rows must lie before.
fn check_fixed(scene: &Scene<'_>, findings: &mut Findings) {
    let Node::Where { input, predicate } = &scene.plan.node else {
        return;
    };
    conjuncts(predicate, &mut |part| {
        let ExprKind::Call(function, args) = &part.kind else {
            return;
        };
        let (time, date) = match (function.name, args.as_slice()) {
            ("<" | "<=" | "==", [left, right]) => (left, right),
            (">" | ">=", [left, right]) => (right, left),
            ("between", [value, _, high]) => (value, high),
            _ => return,
        };
        let fixed = matches!(
            &resolved(scene.query, date).kind,
            ExprKind::Literal(Value::DateTime(_))
        );
        if fixed && is_time(scene, input, time) {
            let message = "rows after this date are never kept, and a run sees only recent ones";
            findings.query(&FIXED_TIME, date.range.clone(), message);
        }
    });
}

/// How far back each lower bound on the time of rows reaches, and where it stands.
pub(super) fn look_backs(query: &Query) -> Vec<(i64, Range<usize>)> {
    let mut all = Vec::new();
    walk(query, &mut |scene| {
        let lower = bounds(scene).into_iter().filter(|bound| bound.is_lower);
        all.extend(lower.map(|bound| {
            let furthest = bound.instant.before.saturating_add(bound.instant.rounded);
            (furthest, bound.instant.range)
        }));
    });
    all
}

fn bounds(scene: &Scene<'_>) -> Vec<Bound> {
    let mut all = Vec::new();
    match &scene.plan.node {
        Node::Where { input, predicate } => conjuncts(predicate, &mut |part| {
            all.extend(bounds_of(scene, input, part));
        }),
        Node::MakeSeries(series) => all.extend(bounds_of_series(scene, series)),
        _ => {}
    }
    all
}

fn bounds_of(scene: &Scene<'_>, input: &Plan, expr: &Expr) -> Vec<Bound> {
    let ExprKind::Call(function, args) = &expr.kind else {
        return Vec::new();
    };
    let time = |expr: &Expr| is_time(scene, input, expr);
    let bound = |expr: &Expr, is_lower| {
        instant(scene.query, expr).map(|instant| Bound { instant, is_lower })
    };
    match (function.name, args.as_slice()) {
        ("<" | "<=", [left, right]) if age(scene, input, left).is_some() => {
            let back = age(scene, input, left).zip(ticks(scene.query, right));
            let bound = back.and_then(|(now, back)| older(now, back, right.range.clone()));
            bound.into_iter().collect()
        }
        (">" | ">=", [left, right]) if time(left) => bound(right, true).into_iter().collect(),
        ("<" | "<=", [left, right]) if time(left) => bound(right, false).into_iter().collect(),
        (">" | ">=", [left, right]) if time(right) => bound(left, false).into_iter().collect(),
        ("<" | "<=", [left, right]) if time(right) => bound(left, true).into_iter().collect(),
        ("between", [value, low, high]) if time(value) => bound(low, true)
            .into_iter()
            .chain(bound(high, false))
            .collect(),
        _ => Vec::new(),
    }
}

/// The time that `time - TimeGenerated` is counted from.
fn age(scene: &Scene<'_>, input: &Plan, expr: &Expr) -> Option<Instant> {
    match &expr.kind {
        ExprKind::Call(function, args) if function.name == "-" => match args.as_slice() {
            [now, then] if is_time(scene, input, then) => instant(scene.query, now),
            _ => None,
        },
        _ => None,
    }
}

/// A lower bound that much earlier.
fn older(now: Instant, back: i64, range: Range<usize>) -> Option<Bound> {
    let before = now.before.checked_add(back)?;
    let instant = Instant {
        before,
        range,
        ..now
    };
    Some(Bound {
        instant,
        is_lower: true,
    })
}

/// Whether an expression is the time by which a table is narrowed.
fn is_time(scene: &Scene<'_>, input: &Plan, expr: &Expr) -> bool {
    if let Some((_, column)) = scene.fact(expr, 0).origin {
        return column == TIME;
    }
    let ExprKind::Column(at) = expr.kind else {
        return false;
    };
    // Behind a union, nothing is known of where a column comes from but its name.
    let named = input
        .schema
        .columns
        .get(at)
        .is_some_and(|column| column.name == TIME);
    named && matches!(input.node, Node::Union { .. } | Node::Where { .. })
}

fn bounds_of_series(scene: &Scene<'_>, series: &MakeSeries) -> Vec<Bound> {
    if !is_time(scene, &series.input, &series.axis.expr) {
        return Vec::new();
    }
    let from = series
        .from
        .as_ref()
        .and_then(|from| instant(scene.query, from));
    from.map(|instant| Bound {
        instant,
        is_lower: true,
    })
    .into_iter()
    .collect()
}
