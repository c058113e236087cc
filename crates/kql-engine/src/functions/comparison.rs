//! `== != < <= > >=`, the case-insensitive `=~ !~`, and `between`.
//!
//! A null compared with `==` is false and with `!=` true, unless both sides are null: then the answer is
//! null. An order with a null side is null. A string has no null, so a null beside a string reads as the
//! empty string.

use std::cmp::Ordering;

pub(super) use kql_analysis::order::compare;
use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg, text};
use super::string_operators::equal_folded;
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("==", |_, args| Ok(equal(arg(args, 0), arg(args, 1)))),
    ("!=", |_, args| {
        Ok(opposite(equal(arg(args, 0), arg(args, 1))))
    }),
    ("<>", |_, args| {
        Ok(opposite(equal(arg(args, 0), arg(args, 1))))
    }),
    ("=~", |_, args| {
        Ok(Value::Bool(equal_folded(
            text(arg(args, 0)),
            text(arg(args, 1)),
        )))
    }),
    ("!~", |_, args| {
        Ok(Value::Bool(!equal_folded(
            text(arg(args, 0)),
            text(arg(args, 1)),
        )))
    }),
    ("<", |_, args| Ok(ordered(args, Ordering::is_lt))),
    ("<=", |_, args| Ok(ordered(args, Ordering::is_le))),
    (">", |_, args| Ok(ordered(args, Ordering::is_gt))),
    (">=", |_, args| Ok(ordered(args, Ordering::is_ge))),
    ("between", between),
    ("!between", |ctx, args| between(ctx, args).map(opposite)),
    ("around", around),
    ("min_of", |_, args| Ok(extreme(args, Ordering::Less))),
    ("max_of", |_, args| Ok(extreme(args, Ordering::Greater))),
];

/// Whether two values are equal where nulls do not matter: null equals null.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    !is_nan(left) && !is_nan(right) && compare(left, right) == Ordering::Equal
}

fn equal(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Null, Value::Null) => Value::Null,
        (Value::Null, Value::String(text)) | (Value::String(text), Value::Null) => {
            Value::Bool(text.is_empty())
        }
        _ => Value::Bool(same(left, right)),
    }
}

fn opposite(answer: Value) -> Value {
    match answer {
        Value::Bool(truth) => Value::Bool(!truth),
        other => other,
    }
}

fn ordered(args: &[Value], holds: fn(Ordering) -> bool) -> Value {
    order(arg(args, 0), arg(args, 1))
        .map_or(Value::Null, |order| Value::Bool(order.is_some_and(holds)))
}

/// The order of two values; the inner `None` when one of them is NaN, the outer when one is null.
fn order(left: &Value, right: &Value) -> Option<Option<Ordering>> {
    match (left, right) {
        (Value::String(a), Value::Null) => Some(Some(a.as_ref().cmp(""))),
        (Value::Null, Value::String(b)) => Some(Some("".cmp(b))),
        (Value::Null, _) | (_, Value::Null) => None,
        _ if is_nan(left) || is_nan(right) => Some(None),
        _ => Some(Some(compare(left, right))),
    }
}

fn is_nan(value: &Value) -> bool {
    matches!(value, Value::Real(number) if number.is_nan())
}

/// Whether the first argument lies between the others, both included. The end may be a timespan after
/// a datetime start.
fn between(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let (value, start) = (arg(args, 0), arg(args, 1));
    let end = match (start, arg(args, 2)) {
        (Value::DateTime(start), Value::TimeSpan(length)) => {
            super::arithmetic::datetime(start.checked_add(*length))
        }
        (_, end) => end.clone(),
    };
    let answers = order(value, start).zip(order(value, &end));
    Ok(answers.map_or(Value::Null, |(low, high)| {
        Value::Bool(low.is_some_and(Ordering::is_ge) && high.is_some_and(Ordering::is_le))
    }))
}

/// Whether the first argument is no farther than the third from the second.
fn around(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let distance = [arg(args, 1).clone(), arg(args, 2).clone()];
    let low = super::arithmetic::subtract(ctx, &distance)?;
    let high = super::arithmetic::add(ctx, &distance)?;
    between(ctx, &[arg(args, 0).clone(), low, high])
}

/// The smallest or largest argument; nulls do not count, not-a-number wins.
fn extreme(args: &[Value], wanted: Ordering) -> Value {
    let present = args.iter().filter(|value| !matches!(value, Value::Null));
    let better = |best: &Value, next: &Value| {
        !is_nan(best) && (is_nan(next) || compare(next, best) == wanted)
    };
    present
        .reduce(|best, next| if better(best, next) { next } else { best })
        .cloned()
        .unwrap_or(Value::Null)
}
