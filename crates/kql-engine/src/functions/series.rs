//! Element-wise functions on series.
//!
//! A number beside a series stands for a series of it. What is not a number gives null at its place.

use std::cmp::Ordering;

use kql_analysis::order::compare;
use kql_analysis::value::Value;

use super::kernel::{Ctx, RowKernel, Table, arg, array, collected, elements, real};
use super::{arithmetic, math};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("series_add", |ctx, args| {
        pairwise(ctx, args, arithmetic::add)
    }),
    ("series_subtract", |ctx, args| {
        pairwise(ctx, args, arithmetic::subtract)
    }),
    ("series_multiply", |ctx, args| {
        pairwise(ctx, args, arithmetic::multiply)
    }),
    ("series_divide", |ctx, args| pairwise(ctx, args, divide)),
    ("series_pow", |ctx, args| {
        pairwise(ctx, args, |_, pair| math::binary(pair, libm::pow))
    }),
    ("series_greater", |ctx, args| {
        pairwise(ctx, args, |_, pair| test(pair, Ordering::is_gt))
    }),
    ("series_greater_equals", |ctx, args| {
        pairwise(ctx, args, |_, pair| test(pair, Ordering::is_ge))
    }),
    ("series_less", |ctx, args| {
        pairwise(ctx, args, |_, pair| test(pair, Ordering::is_lt))
    }),
    ("series_less_equals", |ctx, args| {
        pairwise(ctx, args, |_, pair| test(pair, Ordering::is_le))
    }),
    ("series_equals", |ctx, args| {
        pairwise(ctx, args, |_, pair| test(pair, Ordering::is_eq))
    }),
    ("series_not_equals", |ctx, args| {
        pairwise(ctx, args, |_, pair| test(pair, Ordering::is_ne))
    }),
    ("series_abs", |ctx, args| each(ctx, args, math::abs)),
    ("series_sign", |ctx, args| each(ctx, args, math::sign)),
    ("series_ceiling", |ctx, args| {
        each(ctx, args, |_, one| math::unary(one, libm::ceil))
    }),
    ("series_floor", |ctx, args| {
        each(ctx, args, |_, one| math::unary(one, libm::floor))
    }),
    ("series_exp", |ctx, args| {
        each(ctx, args, |_, one| math::unary(one, libm::exp))
    }),
    ("series_log", |ctx, args| {
        each(ctx, args, |_, one| math::logarithm(one, libm::log))
    }),
    ("series_sin", |ctx, args| {
        each(ctx, args, |_, one| math::unary(one, libm::sin))
    }),
    ("series_cos", |ctx, args| {
        each(ctx, args, |_, one| math::unary(one, libm::cos))
    }),
    ("series_tan", |ctx, args| {
        each(ctx, args, |_, one| math::unary(one, libm::tan))
    }),
    ("series_asin", |ctx, args| {
        each(ctx, args, |_, one| math::unary(one, libm::asin))
    }),
    ("series_acos", |ctx, args| {
        each(ctx, args, |_, one| math::unary(one, libm::acos))
    }),
    ("series_atan", |ctx, args| {
        each(ctx, args, |_, one| math::unary(one, libm::atan))
    }),
];

/// A series of which every element is a number.
pub(super) fn numbers(value: &Value) -> Option<Vec<f64>> {
    elements(value)?.iter().map(real).collect()
}

/// A series of reals.
pub(super) fn reals(numbers: impl Iterator<Item = f64>) -> Value {
    array(numbers.map(Value::Real).collect())
}

/// Applies a kernel of two arguments element by element; what the shorter series lacks gives null.
fn pairwise(ctx: &Ctx, args: &[Value], kernel: RowKernel) -> Result<Value, EvalError> {
    let (left, right) = (arg(args, 0), arg(args, 1));
    let length = match (elements(left), elements(right)) {
        (Some(a), Some(b)) => a.len().max(b.len()),
        (Some(only), None) | (None, Some(only)) => only.len(),
        (None, None) => return Ok(Value::Null),
    };
    let at = |side: &Value, index| match elements(side) {
        Some(items) => arg(items, index).clone(),
        None => side.clone(),
    };
    let pairs = (0..length).map(|index| kernel(ctx, &[at(left, index), at(right, index)]));
    collected(pairs)
}

/// Applies a kernel of one argument to every element.
fn each(ctx: &Ctx, args: &[Value], kernel: RowKernel) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let items = items.iter();
    collected(items.map(|item| kernel(ctx, std::slice::from_ref(item))))
}

/// Division of series is always of reals.
fn divide(_: &Ctx, pair: &[Value]) -> Result<Value, EvalError> {
    math::binary(pair, |a, b| a / b)
}

/// Compares two numbers; null when one of them is none.
fn test(pair: &[Value], holds: fn(Ordering) -> bool) -> Result<Value, EvalError> {
    let (left, right) = (arg(pair, 0), arg(pair, 1));
    if real(left).is_none() || real(right).is_none() {
        return Ok(Value::Null);
    }
    Ok(Value::Bool(holds(compare(left, right))))
}
