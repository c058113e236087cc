//! Numeric functions: rounding, powers, logarithms, trigonometry, tests of reals.
//!
//! Transcendental functions come from `libm`, so that every platform gives the same bits.

use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg, integer, real};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("abs", abs),
    ("sign", sign),
    ("round", round),
    ("ceiling", |_, args| whole(args, libm::ceil)),
    ("sqrt", |_, args| root(args)),
    ("pow", |_, args| binary(args, libm::pow)),
    ("exp", |_, args| unary(args, libm::exp)),
    ("exp2", |_, args| unary(args, libm::exp2)),
    ("exp10", |_, args| unary(args, libm::exp10)),
    ("log", |_, args| logarithm(args, libm::log)),
    ("log2", |_, args| logarithm(args, libm::log2)),
    ("log10", |_, args| logarithm(args, libm::log10)),
    ("sin", |_, args| unary(args, libm::sin)),
    ("cos", |_, args| unary(args, libm::cos)),
    ("tan", |_, args| unary(args, libm::tan)),
    ("cot", |_, args| unary(args, |x| 1.0 / libm::tan(x))),
    ("asin", |_, args| unary(args, libm::asin)),
    ("acos", |_, args| unary(args, libm::acos)),
    ("atan", |_, args| unary(args, libm::atan)),
    ("atan2", |_, args| binary(args, libm::atan2)),
    ("radians", |_, args| {
        unary(args, |x| x * std::f64::consts::PI / 180.0)
    }),
    ("degrees", |_, args| {
        unary(args, |x| x * 180.0 / std::f64::consts::PI)
    }),
    ("gamma", |_, args| unary(args, libm::tgamma)),
    ("loggamma", |_, args| unary(args, libm::lgamma)),
    ("erf", |_, args| unary(args, libm::erf)),
    ("erfc", |_, args| unary(args, libm::erfc)),
    ("pi", |_, _| Ok(Value::Real(std::f64::consts::PI))),
    ("isnan", |_, args| test(args, f64::is_nan)),
    ("isinf", |_, args| test(args, f64::is_infinite)),
    ("isfinite", |_, args| test(args, f64::is_finite)),
];

pub(super) fn unary(args: &[Value], function: fn(f64) -> f64) -> Result<Value, EvalError> {
    Ok(real(arg(args, 0)).map_or(Value::Null, |x| Value::Real(function(x))))
}

pub(super) fn binary(args: &[Value], function: fn(f64, f64) -> f64) -> Result<Value, EvalError> {
    let operands = real(arg(args, 0)).zip(real(arg(args, 1)));
    Ok(operands.map_or(Value::Null, |(x, y)| Value::Real(function(x, y))))
}

/// NaN for negative numbers, which have no real root.
fn root(args: &[Value]) -> Result<Value, EvalError> {
    let number = real(arg(args, 0));
    Ok(number.map_or(Value::Null, |x| Value::Real(libm::sqrt(x))))
}

/// Null for negative numbers; minus infinity for zero.
pub(super) fn logarithm(args: &[Value], function: fn(f64) -> f64) -> Result<Value, EvalError> {
    let number = real(arg(args, 0)).filter(|x| *x >= 0.0 || x.is_nan());
    Ok(number.map_or(Value::Null, |x| Value::Real(function(x))))
}

/// Rounds a real with `function`; integers are whole already.
fn whole(args: &[Value], function: fn(f64) -> f64) -> Result<Value, EvalError> {
    Ok(match arg(args, 0) {
        Value::Real(x) => Value::Real(function(*x)),
        number @ (Value::Int(_) | Value::Long(_)) => number.clone(),
        other => real(other).map_or(Value::Null, |x| Value::Real(function(x))),
    })
}

pub(super) fn abs(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(match arg(args, 0) {
        Value::Int(n) => Value::Long(i64::from(*n).abs()),
        Value::Long(n) => Value::Long(n.wrapping_abs()),
        Value::Real(x) => Value::Real(x.abs()),
        Value::Decimal(x) => Value::Decimal(x.abs()),
        Value::TimeSpan(d) => Value::TimeSpan(d.wrapping_abs()),
        _ => Value::Null,
    })
}

pub(super) fn sign(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let number = real(arg(args, 0));
    Ok(number.map_or(Value::Null, |x| {
        Value::Long(i64::from(x > 0.0) - i64::from(x < 0.0))
    }))
}

/// Rounds half away from zero at the given number of decimals.
fn round(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let digits = match args.get(1) {
        Some(value) => match integer(value) {
            Some(digits) => digits,
            None => return Ok(Value::Null),
        },
        None => 0,
    };
    Ok(real(arg(args, 0)).map_or(Value::Null, |x| Value::Real(round_to(x, digits))))
}

fn round_to(x: f64, digits: i64) -> f64 {
    if !x.is_finite() || digits > 15 {
        return x;
    }
    let power = libm::pow(10.0, digits.unsigned_abs().min(308) as f64);
    if digits < 0 {
        libm::round(x / power) * power
    } else {
        libm::round(x * power) / power
    }
}

fn test(args: &[Value], holds: fn(f64) -> bool) -> Result<Value, EvalError> {
    Ok(real(arg(args, 0)).map_or(Value::Null, |x| Value::Bool(holds(x))))
}
