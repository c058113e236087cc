//! Filling the gaps of series: with the value before or behind, with a constant, or on a line between.

use std::cmp::Ordering;

use kql_analysis::order::compare;
use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg, array, elements, real};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("series_fill_forward", |_, args| Ok(fill(args, true))),
    ("series_fill_backward", |_, args| Ok(fill(args, false))),
    ("series_fill_const", fill_const),
    ("series_fill_linear", fill_linear),
];

/// Whether an element is a gap: null, or the placeholder that the call names.
fn is_gap(item: &Value, placeholder: &Value) -> bool {
    *item == Value::Null
        || (*placeholder != Value::Null && compare(item, placeholder) == Ordering::Equal)
}

/// Fills gaps with the value before them, or behind them.
fn fill(args: &[Value], forward: bool) -> Value {
    let Some(items) = elements(arg(args, 0)) else {
        return Value::Null;
    };
    let mut filled = items.to_vec();
    let mut last: Option<Value> = None;
    let visit = |item: &mut Value| match &last {
        Some(known) if is_gap(item, arg(args, 1)) => *item = known.clone(),
        _ if is_gap(item, arg(args, 1)) => {}
        _ => last = Some(item.clone()),
    };
    match forward {
        true => filled.iter_mut().for_each(visit),
        false => filled.iter_mut().rev().for_each(visit),
    }
    array(filled)
}

/// Fills gaps with one value.
fn fill_const(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let filled = items.iter().map(|item| match is_gap(item, arg(args, 2)) {
        true => arg(args, 1),
        false => item,
    });
    Ok(array(filled.cloned().collect()))
}

/// Interpolates gaps between their neighbours; edges repeat the nearest value unless told not to.
fn fill_linear(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let edges = *arg(args, 2) != Value::Bool(false);
    let known = |item: &Value| match is_gap(item, arg(args, 1)) {
        true => None,
        false => real(item),
    };
    let points: Vec<Option<f64>> = items.iter().map(known).collect();
    let fill = |(index, around): (usize, Neighbours)| match around {
        (None, None) => Some(real(arg(args, 3)).unwrap_or(0.0)),
        (Some(_), Some(_)) => interpolated(index, around),
        _ if edges => interpolated(index, around),
        _ => None,
    };
    let filled = neighbours(&points).into_iter().enumerate().map(fill);
    let number = number_of(items);
    let filled = filled.map(|point| point.map_or(Value::Null, number));
    Ok(array(filled.collect()))
}

/// How a computed point is written: whole when the series has no real.
fn number_of(items: &[Value]) -> fn(f64) -> Value {
    let is_whole = |item: &Value| matches!(item, Value::Int(_) | Value::Long(_));
    let fits = |item: &Value| is_whole(item) || *item == Value::Null;
    match items.iter().any(is_whole) && items.iter().all(fits) {
        true => |point| Value::Long(point as i64),
        false => Value::Real,
    }
}

/// The nearest known points at or before and at or after an index.
pub(super) type Neighbours = (Option<(usize, f64)>, Option<(usize, f64)>);

/// The neighbours of every index, found in one pass from each side.
pub(super) fn neighbours(points: &[Option<f64>]) -> Vec<Neighbours> {
    let mut last = None;
    let mut around: Vec<Neighbours> = Vec::with_capacity(points.len());
    for (index, point) in points.iter().enumerate() {
        last = point.map(|value| (index, value)).or(last);
        around.push((last, None));
    }
    let mut next = None;
    for ((index, point), (_, after)) in points.iter().enumerate().zip(&mut around).rev() {
        next = point.map(|value| (index, value)).or(next);
        *after = next;
    }
    around
}

/// The value on the line between two neighbours, or that of the only one.
pub(super) fn interpolated(index: usize, around: Neighbours) -> Option<f64> {
    match around {
        (Some((a, low)), Some((b, high))) if a < b => {
            let share = (index - a) as f64 / (b - a) as f64;
            Some(low * (1.0 - share) + high * share)
        }
        (known, other) => known.or(other).map(|(_, value)| value),
    }
}
