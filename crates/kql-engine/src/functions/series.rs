//! Element-wise functions on series, filling of gaps, products, filters.
//!
//! A number beside a series stands for a series of it. What is not a number gives null at its place.

use std::cmp::Ordering;

use kql_analysis::order::compare;
use kql_analysis::value::Value;

use super::decomposition::mean;
use super::kernel::{Ctx, RowKernel, Table, arg, array, elements, real};
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
    ("series_fill_forward", |_, args| Ok(fill(args, true))),
    ("series_fill_backward", |_, args| Ok(fill(args, false))),
    ("series_fill_const", fill_const),
    ("series_fill_linear", fill_linear),
    ("series_sum", |_, args| {
        Ok(numbers(arg(args, 0)).map_or(Value::Null, |x| Value::Real(x.iter().sum())))
    }),
    ("series_product", |_, args| {
        Ok(numbers(arg(args, 0)).map_or(Value::Null, |x| Value::Real(x.iter().product())))
    }),
    ("series_magnitude", magnitude),
    ("series_dot_product", dot_product),
    ("series_cosine_similarity", cosine),
    ("series_pearson_correlation", pearson),
    ("series_fir", fir),
    ("series_iir", iir),
];

fn numbers(value: &Value) -> Option<Vec<f64>> {
    elements(value)?.iter().map(real).collect()
}

fn reals(numbers: impl Iterator<Item = f64>) -> Value {
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
    Ok(array(pairs.collect::<Result<_, _>>()?))
}

fn each(ctx: &Ctx, args: &[Value], kernel: RowKernel) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let results = items
        .iter()
        .map(|item| kernel(ctx, std::slice::from_ref(item)));
    Ok(array(results.collect::<Result<_, _>>()?))
}

/// Division of series is always of reals.
fn divide(_: &Ctx, pair: &[Value]) -> Result<Value, EvalError> {
    math::binary(pair, |a, b| a / b)
}

fn test(pair: &[Value], holds: fn(Ordering) -> bool) -> Result<Value, EvalError> {
    let (left, right) = (arg(pair, 0), arg(pair, 1));
    if real(left).is_none() || real(right).is_none() {
        return Ok(Value::Null);
    }
    Ok(Value::Bool(holds(compare(left, right))))
}

/// Whether an element is a gap: null, or the placeholder that the call names.
fn is_gap(item: &Value, placeholder: &Value) -> bool {
    *item == Value::Null
        || (*placeholder != Value::Null && compare(item, placeholder) == Ordering::Equal)
}

fn fill(args: &[Value], forward: bool) -> Value {
    let Some(items) = elements(arg(args, 0)) else {
        return Value::Null;
    };
    let mut filled = items.to_vec();
    let mut last: Option<Value> = None;
    let mut visit = |item: &mut Value| match &last {
        Some(known) if is_gap(item, arg(args, 1)) => *item = known.clone(),
        _ if is_gap(item, arg(args, 1)) => {}
        _ => last = Some(item.clone()),
    };
    if forward {
        filled.iter_mut().for_each(&mut visit);
    } else {
        filled.iter_mut().rev().for_each(&mut visit);
    }
    array(filled)
}

fn fill_const(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let filled = items.iter().map(|item| {
        if is_gap(item, arg(args, 2)) {
            arg(args, 1)
        } else {
            item
        }
    });
    Ok(array(filled.cloned().collect()))
}

/// Interpolates gaps between their neighbours; edges repeat the nearest value unless told not to.
fn fill_linear(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let edges = *arg(args, 2) != Value::Bool(false);
    let known = |item: &Value| {
        if is_gap(item, arg(args, 1)) {
            None
        } else {
            real(item)
        }
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
    Ok(array(
        filled
            .map(|point| point.map_or(Value::Null, number))
            .collect(),
    ))
}

/// How a computed point is written: whole when the series has no real.
fn number_of(items: &[Value]) -> fn(f64) -> Value {
    let is_whole = |item: &Value| matches!(item, Value::Int(_) | Value::Long(_));
    let some = items.iter().any(is_whole);
    if some
        && items
            .iter()
            .all(|item| is_whole(item) || *item == Value::Null)
    {
        |point| Value::Long(point as i64)
    } else {
        Value::Real
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

fn magnitude(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let length = |x: Vec<f64>| Value::Real(libm::sqrt(dot(&x, &x)));
    Ok(numbers(arg(args, 0)).map_or(Value::Null, length))
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

/// Two series of numbers, cut to the length of the shorter one; a number beside a series is repeated, and
/// what is no number counts as zero. `None` for an empty series.
fn two(args: &[Value]) -> Option<(Vec<f64>, Vec<f64>)> {
    let counted = |value: &Value| -> Option<Vec<f64>> {
        let items = elements(value)?.iter();
        Some(items.map(|item| real(item).unwrap_or(0.0)).collect())
    };
    let (mut a, mut b) = match (counted(arg(args, 0)), counted(arg(args, 1))) {
        (Some(a), Some(b)) => (a, b),
        (Some(a), None) => {
            let b = vec![real(arg(args, 1))?; a.len()];
            (a, b)
        }
        (None, Some(b)) => (vec![real(arg(args, 0))?; b.len()], b),
        (None, None) => return None,
    };
    let length = a.len().min(b.len());
    a.truncate(length);
    b.truncate(length);
    (length > 0).then_some((a, b))
}

fn dot_product(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(two(args).map_or(Value::Null, |(a, b)| Value::Real(dot(&a, &b))))
}

/// Cosine of the angle between two series, whose lengths as vectors may be given.
fn cosine(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let length = |series: &[f64], given: usize| {
        real(arg(args, given)).unwrap_or_else(|| libm::sqrt(dot(series, series)))
    };
    let similarity = |(a, b): (Vec<f64>, Vec<f64>)| dot(&a, &b) / (length(&a, 2) * length(&b, 3));
    Ok(two(args)
        .map(similarity)
        .filter(|x| x.is_finite())
        .map_or(Value::Null, Value::Real))
}

fn pearson(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let correlation = |(a, b): (Vec<f64>, Vec<f64>)| {
        let centred = |x: &[f64]| x.iter().map(|v| v - mean(x)).collect::<Vec<f64>>();
        let (a, b) = (centred(&a), centred(&b));
        dot(&a, &b) / (libm::sqrt(dot(&a, &a)) * libm::sqrt(dot(&b, &b)))
    };
    let series = numbers(arg(args, 0)).zip(numbers(arg(args, 1)));
    Ok(series
        .filter(|(a, b)| a.len() == b.len())
        .map(correlation)
        .filter(|x| x.is_finite())
        .map_or(Value::Null, Value::Real))
}

/// Multiplications that one filter may take.
const FILTER_STEPS: usize = 1 << 27;

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
    let unit = if normalize && total != 0.0 {
        total
    } else {
        1.0
    };
    let ahead = if *arg(args, 3) == Value::Bool(true) {
        taps.len() / 2
    } else {
        0
    };
    let at = |index: usize| {
        let terms = taps.iter().enumerate().map(|(place, tap)| {
            let source = (index + ahead)
                .checked_sub(place)
                .and_then(|source| items.get(source));
            tap * source.copied().unwrap_or(0.0)
        });
        terms.sum::<f64>() / unit
    };
    Ok(reals((0..items.len()).map(at)))
}

/// Infinite impulse response filter: series, numerators, denominators.
fn iir(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let parts = numbers(arg(args, 0))
        .zip(numbers(arg(args, 1)))
        .zip(numbers(arg(args, 2)));
    let Some(((items, forward), feedback)) = parts else {
        return Ok(Value::Null);
    };
    let Some((lead, feedback)) = feedback.split_first().filter(|(lead, _)| **lead != 0.0) else {
        return Ok(Value::Null);
    };
    check_filter("series_iir", items.len(), forward.len() + feedback.len())?;
    let mut results: Vec<f64> = Vec::with_capacity(items.len());
    for index in 0..items.len() {
        let past = |source: &[f64], place: usize| {
            index
                .checked_sub(place)
                .and_then(|at| source.get(at))
                .copied()
                .unwrap_or(0.0)
        };
        let input: f64 = forward
            .iter()
            .enumerate()
            .map(|(place, b)| b * past(&items, place))
            .sum();
        let output: f64 = feedback
            .iter()
            .enumerate()
            .map(|(place, a)| a * past(&results, place + 1))
            .sum();
        results.push((input - output) / lead);
    }
    Ok(reals(results.into_iter()))
}
