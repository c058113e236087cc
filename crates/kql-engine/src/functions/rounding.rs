//! `bin`, `bin_at` and `range` for numbers, datetimes and timespans.

use kql_analysis::value::Value;

use super::arithmetic::{datetime, timespan};
use super::kernel::{Ctx, Table, arg, array, check_elements, integer, real};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("bin", bin),
    ("floor", bin),
    ("bin_at", bin_at),
    ("range", range),
];

/// The multiple of the second argument at or below the first; `floor` of one argument rounds to whole.
fn bin(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let one = Value::Long(1);
    let size = args.get(1).unwrap_or(&one);
    Ok(floor_to(arg(args, 0), size, None))
}

/// As `bin`, with bins that begin at the third argument.
fn bin_at(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    if args.iter().any(|value| matches!(value, Value::Null)) {
        return Ok(Value::Null);
    }
    Ok(floor_to(arg(args, 0), arg(args, 1), Some(arg(args, 2))))
}

fn floor_to(value: &Value, size: &Value, origin: Option<&Value>) -> Value {
    let ticks = |value: Option<&Value>| match value {
        Some(Value::DateTime(ticks) | Value::TimeSpan(ticks)) => *ticks,
        _ => 0,
    };
    match (value, size) {
        (Value::DateTime(t), Value::TimeSpan(size)) => {
            datetime(floor_whole(*t, *size, ticks(origin)))
        }
        (Value::TimeSpan(d), Value::TimeSpan(size)) => {
            timespan(floor_whole(*d, *size, ticks(origin)))
        }
        (Value::DateTime(t), number) => {
            datetime(integer(number).and_then(|size| floor_whole(*t, size, ticks(origin))))
        }
        (Value::TimeSpan(d), number) => {
            timespan(integer(number).and_then(|size| floor_whole(*d, size, ticks(origin))))
        }
        _ => floor_number(value, size, origin),
    }
}

fn floor_number(value: &Value, size: &Value, origin: Option<&Value>) -> Value {
    let whole = |value: &Value| match value {
        Value::Int(_) | Value::Long(_) => integer(value),
        _ => None,
    };
    let start = match origin {
        Some(origin) => origin,
        None => &Value::Int(0),
    };
    if let (Some(number), Some(width), Some(start)) = (whole(value), whole(size), whole(start)) {
        let floored = floor_whole(number, width, start);
        return match value {
            Value::Int(_) if matches!(size, Value::Int(_)) => {
                floored.map_or(Value::Null, |floored| Value::Int(floored as i32))
            }
            _ => floored.map_or(Value::Null, Value::Long),
        };
    }
    match (real(value), real(size), real(start)) {
        (Some(number), Some(width), Some(start)) if width > 0.0 => {
            Value::Real(libm::floor((number - start) / width) * width + start)
        }
        _ => Value::Null,
    }
}

fn floor_whole(value: i64, size: i64, origin: i64) -> Option<i64> {
    if size <= 0 {
        return None;
    }
    let steps = value.checked_sub(origin)?.div_euclid(size);
    steps.checked_mul(size)?.checked_add(origin)
}

/// Elements that a range has at most; what follows is cut off, as in Kusto.
const LONGEST_RANGE: u64 = 1_048_576;

/// The array of values from the first argument to the second, in steps of the third (by default 1, or
/// an hour for times).
fn range(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let hour = Value::TimeSpan(36_000_000_000);
    let one = Value::Long(1);
    let timed = matches!(arg(args, 0), Value::DateTime(_) | Value::TimeSpan(_));
    let step = args.get(2).unwrap_or(if timed { &hour } else { &one });
    match (arg(args, 0), arg(args, 1), step) {
        (Value::DateTime(from), Value::DateTime(to), Value::TimeSpan(step)) => {
            whole_range(ctx, *from, *to, *step, Value::DateTime)
        }
        (Value::TimeSpan(from), Value::TimeSpan(to), Value::TimeSpan(step)) => {
            whole_range(ctx, *from, *to, *step, Value::TimeSpan)
        }
        (Value::Real(_), _, _) | (_, _, Value::Real(_)) => real_range(ctx, args, step),
        (from, to, step) => match (integer(from), integer(to), integer(step)) {
            (Some(from), Some(to), Some(step)) => whole_range(ctx, from, to, step, Value::Long),
            _ => Ok(Value::Null),
        },
    }
}

fn whole_range(
    ctx: &Ctx,
    from: i64,
    to: i64,
    step: i64,
    make: fn(i64) -> Value,
) -> Result<Value, EvalError> {
    let steps = to.checked_sub(from).and_then(|span| span.checked_div(step));
    let Some(steps) = steps else {
        return Ok(Value::Null);
    };
    // A step that leads away from the end gives a single element only when both ends are equal.
    let count = if (to - from).signum() * step.signum() < 0 {
        0
    } else {
        steps.unsigned_abs().saturating_add(1)
    };
    let count = count.min(LONGEST_RANGE);
    check_elements(ctx, "range", usize::try_from(count).unwrap_or(usize::MAX))?;
    Ok(array(
        (0..count as i64)
            .map(|index| make(from + index * step))
            .collect(),
    ))
}

fn real_range(ctx: &Ctx, args: &[Value], step: &Value) -> Result<Value, EvalError> {
    let (Some(from), Some(to), Some(step)) = (real(arg(args, 0)), real(arg(args, 1)), real(step))
    else {
        return Ok(Value::Null);
    };
    let steps = libm::floor((to - from) / step);
    if !steps.is_finite() {
        return Ok(Value::Null);
    }
    let count = if steps < 0.0 {
        0
    } else {
        (steps as usize)
            .saturating_add(1)
            .min(LONGEST_RANGE as usize)
    };
    check_elements(ctx, "range", count)?;
    Ok(array(
        (0..count)
            .map(|index| Value::Real(from + index as f64 * step))
            .collect(),
    ))
}
