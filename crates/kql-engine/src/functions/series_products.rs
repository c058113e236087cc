//! Sums, products and likeness of series.

use kql_analysis::value::Value;

use super::decomposition::mean;
use super::kernel::{Ctx, Table, arg, elements, real};
use super::series::numbers;
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
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
];

/// Length of a series as a vector.
fn magnitude(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let length = |x: Vec<f64>| Value::Real(libm::sqrt(dot(&x, &x)));
    Ok(numbers(arg(args, 0)).map_or(Value::Null, length))
}

/// Sum of the products of elements at the same place.
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

/// The scalar product of two series.
fn dot_product(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(two(args).map_or(Value::Null, |(a, b)| Value::Real(dot(&a, &b))))
}

/// Cosine of the angle between two series, whose lengths as vectors may be given.
fn cosine(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let length = |series: &[f64], given: usize| {
        real(arg(args, given)).unwrap_or_else(|| libm::sqrt(dot(series, series)))
    };
    let similarity = |(a, b): (Vec<f64>, Vec<f64>)| dot(&a, &b) / (length(&a, 2) * length(&b, 3));
    let similarity = two(args).map(similarity);
    Ok(similarity
        .filter(|x| x.is_finite())
        .map_or(Value::Null, Value::Real))
}

/// Pearson's correlation of two series of the same length.
fn pearson(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let correlation = |(a, b): (Vec<f64>, Vec<f64>)| {
        let centred = |x: &[f64]| {
            let mean = mean(x);
            x.iter().map(|v| v - mean).collect::<Vec<f64>>()
        };
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
