//! The values of expressions that hold no column: durations, texts, and times relative to the run.

use std::collections::BTreeSet;
use std::ops::Range;

use kql_analysis::plan::{Expr, ExprKind, Query, ScalarSource};
use kql_analysis::value::{TICKS_PER_DAY, Value};

/// Deepest nesting that is looked into.
const MAX_DEPTH: usize = 32;

/// A time relative to the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instant {
    /// How long before the run, in ticks, at least.
    pub before: i64,
    /// Width of the unit that it is rounded down to, 0 when it is not: it may lie that much earlier.
    pub rounded: i64,
    /// Where the duration is written.
    pub range: Range<usize>,
}

/// The expression behind names given by `let`.
pub(crate) fn resolved<'q>(query: &'q Query, expr: &'q Expr) -> &'q Expr {
    let mut expr = expr;
    for _ in 0..MAX_DEPTH {
        let ExprKind::Scalar(index) = expr.kind else {
            break;
        };
        match query.scalars.get(index).map(|scalar| &scalar.source) {
            Some(ScalarSource::Expr(inner)) => expr = inner,
            _ => break,
        }
    }
    expr
}

/// A duration in ticks.
pub(crate) fn ticks(query: &Query, expr: &Expr) -> Option<i64> {
    ticks_within(query, expr, MAX_DEPTH)
}

fn ticks_within(query: &Query, expr: &Expr, depth: usize) -> Option<i64> {
    let depth = depth.checked_sub(1)?;
    match &resolved(query, expr).kind {
        ExprKind::Literal(Value::TimeSpan(ticks)) => Some(*ticks),
        ExprKind::Call(function, args) => {
            let of = |at: usize| ticks_within(query, args.get(at)?, depth);
            let number = |at: usize| number(query, args.get(at)?);
            match (function.name, args.len()) {
                ("*", 2) => match (of(0), of(1)) {
                    (Some(ticks), None) => scaled(ticks, number(1)?),
                    (None, Some(ticks)) => scaled(ticks, number(0)?),
                    _ => None,
                },
                ("+", 2) => of(0)?.checked_add(of(1)?),
                ("-", 2) => of(0)?.checked_sub(of(1)?),
                ("-", 1) => of(0)?.checked_neg(),
                ("totimespan", 1) => of(0),
                _ => None,
            }
        }
        _ => None,
    }
}

fn scaled(ticks: i64, by: f64) -> Option<i64> {
    let product = ticks as f64 * by;
    (product.abs() < i64::MAX as f64).then_some(product as i64)
}

/// A number.
pub(crate) fn number(query: &Query, expr: &Expr) -> Option<f64> {
    match &resolved(query, expr).kind {
        ExprKind::Literal(Value::Long(value)) => Some(*value as f64),
        ExprKind::Literal(Value::Int(value)) => Some(f64::from(*value)),
        ExprKind::Literal(Value::Real(value)) => Some(*value),
        ExprKind::Call(function, args) if function.name == "-" && args.len() == 1 => {
            Some(-number(query, args.first()?)?)
        }
        _ => None,
    }
}

/// A time relative to the run, such as `ago(1d)` or `startofday(now())`.
pub(crate) fn instant(query: &Query, expr: &Expr) -> Option<Instant> {
    instant_within(query, expr, MAX_DEPTH)
}

fn instant_within(query: &Query, expr: &Expr, depth: usize) -> Option<Instant> {
    let depth = depth.checked_sub(1)?;
    let resolved = resolved(query, expr);
    let ExprKind::Call(function, args) = &resolved.kind else {
        return None;
    };
    let at = |before| Instant {
        before,
        rounded: 0,
        range: expr.range.clone(),
    };
    let inner = || instant_within(query, args.first()?, depth);
    match (function.name, args.as_slice()) {
        ("now", []) => Some(at(0)),
        ("now", [offset]) => Some(at(ticks(query, offset)?.checked_neg()?)),
        ("ago", [span]) => Some(at(ticks(query, span)?)),
        ("-", [_, span]) => shifted(inner()?, ticks(query, span)?),
        ("+", [_, span]) => shifted(inner()?, ticks(query, span)?.checked_neg()?),
        ("startofday", [_]) => Some(rounded(inner()?, TICKS_PER_DAY)),
        ("startofweek", [_]) => Some(rounded(inner()?, 7 * TICKS_PER_DAY)),
        ("bin" | "floor", [_, width]) => Some(rounded(inner()?, ticks(query, width)?)),
        ("todatetime", [_]) => inner(),
        ("datetime_add", [part, count, time]) => {
            let inner = instant_within(query, time, depth)?;
            let by = scaled(unit(query, part)?, -number(query, count)?)?;
            shifted(inner, by)
        }
        _ => None,
    }
}

fn shifted(instant: Instant, by: i64) -> Option<Instant> {
    let before = instant.before.checked_add(by)?;
    Some(Instant { before, ..instant })
}

/// Length of a part of a date whose length does not vary.
fn unit(query: &Query, part: &Expr) -> Option<i64> {
    let ExprKind::Literal(Value::String(name)) = &resolved(query, part).kind else {
        return None;
    };
    let hour = TICKS_PER_DAY / 24;
    match name.to_lowercase().as_str() {
        "week" => Some(7 * TICKS_PER_DAY),
        "day" => Some(TICKS_PER_DAY),
        "hour" => Some(hour),
        "minute" => Some(hour / 60),
        "second" => Some(hour / 3_600),
        _ => None,
    }
}

fn rounded(instant: Instant, width: i64) -> Instant {
    let rounded = instant.rounded.max(width);
    Instant { rounded, ..instant }
}

/// The texts that a value or list stands for; `None` when one of them is not a constant text.
pub(crate) fn texts(query: &Query, exprs: &[Expr]) -> Option<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for expr in exprs {
        match &resolved(query, expr).kind {
            ExprKind::Literal(value) => collect(value, &mut all)?,
            ExprKind::Array(items) => all.extend(texts_of_items(query, items)?),
            _ => return None,
        }
    }
    Some(all)
}

fn texts_of_items(query: &Query, items: &[Expr]) -> Option<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for item in items {
        match &resolved(query, item).kind {
            ExprKind::Literal(value) => collect(value, &mut all)?,
            _ => return None,
        }
    }
    Some(all)
}

fn collect(value: &Value, all: &mut BTreeSet<String>) -> Option<()> {
    match value {
        Value::String(text) => {
            all.insert(text.to_string());
        }
        Value::Array(items) => {
            for item in items.iter() {
                let Value::String(text) = item else {
                    return None;
                };
                all.insert(text.to_string());
            }
        }
        _ => return None,
    }
    Some(())
}
