//! `+ - * / %` on numbers, datetimes and timespans.
//!
//! A null operand makes the result null, and so do an overflow of datetime or timespan and an integer
//! division by zero. Integers become longs first and then wrap round as in Kusto: int with int gives long.

use kql_analysis::decimal::Decimal;
use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg, integer, real};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("+", add),
    ("-", subtract),
    ("*", multiply),
    ("/", divide),
    ("%", modulo),
];

/// Two numbers brought to their common type.
enum Pair {
    Longs(i64, i64),
    Decimals(Decimal, Decimal),
    Reals(f64, f64),
}

impl Pair {
    fn of(left: &Value, right: &Value) -> Option<Self> {
        Some(match (left, right) {
            (Value::Int(a), Value::Int(b)) => Self::Longs(i64::from(*a), i64::from(*b)),
            (Value::Int(a), Value::Long(b)) => Self::Longs(i64::from(*a), *b),
            (Value::Long(a), Value::Int(b)) => Self::Longs(*a, i64::from(*b)),
            (Value::Long(a), Value::Long(b)) => Self::Longs(*a, *b),
            (Value::Decimal(a), b) => match decimal(b) {
                Some(b) => Self::Decimals(*a, b),
                None => Self::Reals(a.to_real(), real(b)?),
            },
            (a, Value::Decimal(b)) => match decimal(a) {
                Some(a) => Self::Decimals(a, *b),
                None => Self::Reals(real(a)?, b.to_real()),
            },
            (a, b) => Self::Reals(real(a)?, real(b)?),
        })
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(x) => Some(*x),
        Value::Real(x) => Decimal::from_real(*x),
        other => integer(other).map(Decimal::from),
    }
}

pub(super) fn add(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(match (arg(args, 0), arg(args, 1)) {
        (Value::DateTime(t), Value::TimeSpan(d)) | (Value::TimeSpan(d), Value::DateTime(t)) => {
            datetime(t.checked_add(*d))
        }
        (Value::TimeSpan(a), Value::TimeSpan(b)) => timespan(a.checked_add(*b)),
        (a, b) => match Pair::of(a, b) {
            Some(Pair::Longs(a, b)) => Value::Long(a.wrapping_add(b)),
            Some(Pair::Decimals(a, b)) => a.checked_add(b).map_or(Value::Null, Value::Decimal),
            Some(Pair::Reals(a, b)) => Value::Real(a + b),
            None => Value::Null,
        },
    })
}

pub(super) fn subtract(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    if let [operand] = args {
        return Ok(negate(operand));
    }
    Ok(match (arg(args, 0), arg(args, 1)) {
        (Value::DateTime(t), Value::TimeSpan(d)) => datetime(t.checked_sub(*d)),
        (Value::DateTime(a), Value::DateTime(b)) => timespan(a.checked_sub(*b)),
        (Value::TimeSpan(a), Value::TimeSpan(b)) => timespan(a.checked_sub(*b)),
        (a, b) => match Pair::of(a, b) {
            Some(Pair::Longs(a, b)) => Value::Long(a.wrapping_sub(b)),
            Some(Pair::Decimals(a, b)) => a.checked_sub(b).map_or(Value::Null, Value::Decimal),
            Some(Pair::Reals(a, b)) => Value::Real(a - b),
            None => Value::Null,
        },
    })
}

fn negate(operand: &Value) -> Value {
    match operand {
        Value::Int(n) => Value::Long(-i64::from(*n)),
        Value::Long(n) => Value::Long(n.wrapping_neg()),
        Value::Real(x) => Value::Real(-x),
        Value::Decimal(x) => Value::Decimal(-*x),
        Value::TimeSpan(d) => timespan(d.checked_neg()),
        _ => Value::Null,
    }
}

pub(super) fn multiply(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(match (arg(args, 0), arg(args, 1)) {
        (Value::TimeSpan(d), number) | (number, Value::TimeSpan(d)) => scale(*d, number),
        (a, b) => match Pair::of(a, b) {
            Some(Pair::Longs(a, b)) => Value::Long(a.wrapping_mul(b)),
            Some(Pair::Decimals(a, b)) => a.checked_mul(b).map_or(Value::Null, Value::Decimal),
            Some(Pair::Reals(a, b)) => Value::Real(a * b),
            None => Value::Null,
        },
    })
}

fn scale(ticks: i64, factor: &Value) -> Value {
    match factor {
        Value::Int(n) => timespan(ticks.checked_mul(i64::from(*n))),
        Value::Long(n) => timespan(ticks.checked_mul(*n)),
        Value::Real(x) => timespan(ticks_of(ticks as f64 * x)),
        _ => Value::Null,
    }
}

fn divide(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(match (arg(args, 0), arg(args, 1)) {
        (Value::TimeSpan(a), Value::TimeSpan(b)) => Value::Real(*a as f64 / *b as f64),
        (Value::TimeSpan(d), Value::Real(x)) => timespan(ticks_of(*d as f64 / x)),
        (Value::TimeSpan(d), Value::Int(n)) => timespan(d.checked_div(i64::from(*n))),
        (Value::TimeSpan(d), Value::Long(n)) => timespan(d.checked_div(*n)),
        (a, b) => match Pair::of(a, b) {
            Some(Pair::Longs(a, b)) => a.checked_div(b).map_or(Value::Null, Value::Long),
            Some(Pair::Decimals(a, b)) => a.checked_div(b).map_or(Value::Null, Value::Decimal),
            Some(Pair::Reals(a, b)) => Value::Real(a / b),
            None => Value::Null,
        },
    })
}

/// The remainder; for integers it is never negative, as in Kusto.
fn modulo(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(match (arg(args, 0), arg(args, 1)) {
        (Value::TimeSpan(a), Value::TimeSpan(b)) => timespan(a.checked_rem_euclid(*b)),
        (Value::DateTime(a), Value::TimeSpan(b)) => timespan(a.checked_rem_euclid(*b)),
        (a, b) => match Pair::of(a, b) {
            Some(Pair::Longs(a, b)) => a.checked_rem_euclid(b).map_or(Value::Null, Value::Long),
            Some(Pair::Decimals(a, b)) => a.checked_rem(b).map_or(Value::Null, Value::Decimal),
            Some(Pair::Reals(a, b)) => Value::Real(a.rem_euclid(b)),
            None => Value::Null,
        },
    })
}

/// A datetime result; null outside the years 1 to 9999.
pub(super) fn datetime(ticks: Option<i64>) -> Value {
    match ticks {
        Some(ticks) if (0..=super::datetime::MAX_TICKS).contains(&ticks) => Value::DateTime(ticks),
        _ => Value::Null,
    }
}

/// A timespan result; null where the ticks overflow.
pub(super) fn timespan(ticks: Option<i64>) -> Value {
    ticks.map_or(Value::Null, Value::TimeSpan)
}

fn ticks_of(ticks: f64) -> Option<i64> {
    (ticks.abs() < i64::MAX as f64).then_some(ticks as i64)
}
