//! The one order and the one equality of values, for sorting, comparing and grouping.

use std::cmp::Ordering;

use crate::decimal::Decimal;
use crate::text::json_text;
use crate::value::Value;

/// Orders any two values: null first, then by kind, numbers of different types by size, NaN before all
/// other numbers, strings by code point.
pub fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) | (Value::TimeSpan(a), Value::TimeSpan(b)) => {
            a.cmp(b)
        }
        (Value::Guid(a), Value::Guid(b)) => a.cmp(b),
        (Value::Array(_), Value::Array(_)) | (Value::Bag(_), Value::Bag(_)) => {
            json_text(left).cmp(&json_text(right))
        }
        _ => match (whole(left), whole(right)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ if is_decimal(left) || is_decimal(right) => compare_decimals(left, right),
            _ => match (real(left), real(right)) {
                (Some(a), Some(b)) => compare_reals(a, b),
                _ => rank(left).cmp(&rank(right)),
            },
        },
    }
}

/// Orders reals; NaN is the smallest and equal to itself, and both zeros are equal.
pub fn compare_reals(left: f64, right: f64) -> Ordering {
    left.partial_cmp(&right)
        .unwrap_or_else(|| right.is_nan().cmp(&left.is_nan()))
}

/// Orders numbers of which one is decimal: exactly, unless the other is a real that is no number.
fn compare_decimals(left: &Value, right: &Value) -> Ordering {
    match (decimal(left), decimal(right)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => match (real(left), real(right)) {
            (Some(a), Some(b)) => compare_reals(a, b),
            _ => rank(left).cmp(&rank(right)),
        },
    }
}

fn is_decimal(value: &Value) -> bool {
    matches!(value, Value::Decimal(_))
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(number) => Some(*number),
        Value::Real(number) => Decimal::from_real(*number),
        other => whole(other).map(Decimal::from),
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(i64::from(*number)),
        Value::Long(number) => Some(*number),
        _ => None,
    }
}

fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Real(number) => Some(*number),
        Value::Decimal(number) => Some(number.to_real()),
        other => whole(other).map(|number| number as f64),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => 2,
        Value::DateTime(_) => 3,
        Value::TimeSpan(_) => 4,
        Value::Guid(_) => 5,
        Value::String(_) => 6,
        Value::Array(_) => 7,
        Value::Bag(_) => 8,
    }
}
