//! Linear filters of series.

use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg};
use super::series::{numbers, reals};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[("series_fir", fir), ("series_iir", iir)];

/// Multiplications that one filter may take.
const FILTER_STEPS: usize = 1 << 27;

/// Refuses a filter that would run for too long.
fn check_filter(name: &str, points: usize, taps: usize) -> Result<(), EvalError> {
    if points.saturating_mul(taps) <= FILTER_STEPS {
        return Ok(());
    }
    Err(EvalError::new(format!(
        "{name}() would take more than {FILTER_STEPS} steps for {points} points and {taps} coefficients"
    ))
    .with_hint("Shorten the series or the filter."))
}

/// Finite impulse response filter: series, filter, normalize, center.
fn fir(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some((items, taps)) = numbers(arg(args, 0)).zip(numbers(arg(args, 1))) else {
        return Ok(Value::Null);
    };
    check_filter("series_fir", items.len(), taps.len())?;
    let normalize = match args.get(2) {
        Some(flag) => *flag == Value::Bool(true),
        None => taps.iter().all(|tap| *tap >= 0.0),
    };
    if normalize && taps.iter().any(|tap| *tap < 0.0) {
        return Ok(Value::Null);
    }
    let total: f64 = taps.iter().sum();
    let unit = match normalize && total != 0.0 {
        true => total,
        false => 1.0,
    };
    let ahead = match *arg(args, 3) == Value::Bool(true) {
        true => taps.len() / 2,
        false => 0,
    };
    let at = |index: usize| weighted(&taps, &items, Some(index + ahead)) / unit;
    Ok(reals((0..items.len()).map(at)))
}

/// Infinite impulse response filter: series, numerators, denominators.
fn iir(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let [items, forward, feedback] = [0, 1, 2].map(|at| numbers(arg(args, at)));
    let (Some(items), Some(forward), Some(feedback)) = (items, forward, feedback) else {
        return Ok(Value::Null);
    };
    let Some((lead, feedback)) = feedback.split_first().filter(|(lead, _)| **lead != 0.0) else {
        return Ok(Value::Null);
    };
    check_filter("series_iir", items.len(), forward.len() + feedback.len())?;
    let mut results: Vec<f64> = Vec::with_capacity(items.len());
    for index in 0..items.len() {
        let input = weighted(&forward, &items, Some(index));
        let output = weighted(feedback, &results, index.checked_sub(1));
        results.push((input - output) / lead);
    }
    Ok(reals(results.into_iter()))
}

/// The weighted sum of the point at an index and of those before it; points that do not exist count as zero.
fn weighted(weights: &[f64], points: &[f64], last: Option<usize>) -> f64 {
    let terms = weights.iter().enumerate().map(|(place, weight)| {
        let at = last.and_then(|last| last.checked_sub(place));
        let point = at.and_then(|at| points.get(at));
        weight * point.copied().unwrap_or(0.0)
    });
    terms.sum()
}
