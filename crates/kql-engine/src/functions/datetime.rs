//! Datetime functions: parts, calendar boundaries, differences, formatting, Unix time.

pub(super) use kql_analysis::time::MAX_DATETIME as MAX_TICKS;
use kql_analysis::time::{Date, UNIX_EPOCH, date_of, days_in_month, ticks_of_date};
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND, Value};

use super::arithmetic::datetime;
use super::kernel::{Ctx, Table, arg, integer, real, text};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("now", now),
    ("ago", ago),
    ("startofday", |_, args| start(args, Unit::Day)),
    ("startofweek", |_, args| start(args, Unit::Week)),
    ("startofmonth", |_, args| start(args, Unit::Month)),
    ("startofyear", |_, args| start(args, Unit::Year)),
    ("endofday", |_, args| end(args, Unit::Day)),
    ("endofweek", |_, args| end(args, Unit::Week)),
    ("endofmonth", |_, args| end(args, Unit::Month)),
    ("endofyear", |_, args| end(args, Unit::Year)),
    ("dayofweek", |_, args| part(args, week_day)),
    ("dayofmonth", |_, args| {
        part(args, |t| Value::Int(date_of(t).day as i32))
    }),
    ("dayofyear", |_, args| {
        part(args, |t| Value::Int(day_of_year(t) as i32))
    }),
    ("hourofday", |_, args| {
        part(args, |t| Value::Int(clock(t, 3600, 24) as i32))
    }),
    ("monthofyear", |_, args| {
        part(args, |t| Value::Int(date_of(t).month as i32))
    }),
    ("getmonth", |_, args| {
        part(args, |t| Value::Int(date_of(t).month as i32))
    }),
    ("getyear", |_, args| {
        part(args, |t| Value::Int(date_of(t).year as i32))
    }),
    ("week_of_year", |_, args| {
        part(args, |t| Value::Int(week_of_year(t) as i32))
    }),
    ("weekofyear", |_, args| {
        part(args, |t| Value::Int(week_of_year(t) as i32))
    }),
    ("datetime_part", named_part),
    ("datepart", named_part),
    ("datetime_diff", difference),
    ("datetime_add", add),
    ("make_datetime", make),
    ("unixtime_seconds_todatetime", |_, args| {
        from_unix(args, 1.0)
    }),
    ("unixtime_milliseconds_todatetime", |_, args| {
        from_unix(args, 1e3)
    }),
    ("unixtime_microseconds_todatetime", |_, args| {
        from_unix(args, 1e6)
    }),
    ("unixtime_nanoseconds_todatetime", |_, args| {
        from_unix(args, 1e9)
    }),
];

/// A unit of the calendar or the clock, as `datetime_diff` and its relatives name them.
#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    /// A fixed number of ticks below a day.
    Ticks(i64),
    /// Smaller than a tick: this many to the tick.
    Nanosecond,
}

impl Unit {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "year" => Self::Year,
            "quarter" => Self::Quarter,
            "month" => Self::Month,
            "week" | "week_of_year" => Self::Week,
            "day" | "dayofyear" => Self::Day,
            "hour" => Self::Ticks(3600 * TICKS_PER_SECOND),
            "minute" => Self::Ticks(60 * TICKS_PER_SECOND),
            "second" => Self::Ticks(TICKS_PER_SECOND),
            "millisecond" => Self::Ticks(TICKS_PER_SECOND / 1_000),
            "microsecond" => Self::Ticks(TICKS_PER_SECOND / 1_000_000),
            "nanosecond" => Self::Nanosecond,
            _ => return None,
        })
    }

    /// How many boundaries of this unit lie between the origin and a datetime.
    fn count(self, ticks: i64) -> i64 {
        let Date { year, month, .. } = date_of(ticks);
        match self {
            Self::Year => year,
            Self::Quarter => year * 4 + (month - 1) / 3,
            Self::Month => year * 12 + month - 1,
            // 0001-01-01 was a Monday; weeks begin on Sunday.
            Self::Week => (ticks.div_euclid(TICKS_PER_DAY) + 1).div_euclid(7),
            Self::Day => ticks.div_euclid(TICKS_PER_DAY),
            Self::Ticks(size) => ticks.div_euclid(size),
            Self::Nanosecond => ticks.saturating_mul(100),
        }
    }

    /// First tick of the unit `offset` units after the one that holds `ticks`.
    fn start(self, ticks: i64, offset: i64) -> Option<i64> {
        match self {
            Self::Year => ticks_of_date(date_of(ticks).year.checked_add(offset)?, 1, 1),
            Self::Month => {
                let month = self.count(ticks).checked_add(offset)?;
                ticks_of_date(month.div_euclid(12), month.rem_euclid(12) + 1, 1)
            }
            Self::Week => {
                let day = ticks.div_euclid(TICKS_PER_DAY) - day_of_week(ticks);
                day.checked_add(offset.checked_mul(7)?)?
                    .checked_mul(TICKS_PER_DAY)
            }
            _ => ticks
                .div_euclid(TICKS_PER_DAY)
                .checked_add(offset)?
                .checked_mul(TICKS_PER_DAY),
        }
    }
}

fn now(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let offset = match args.first() {
        Some(Value::TimeSpan(offset)) => *offset,
        _ => 0,
    };
    Ok(datetime(ctx.now.checked_add(offset)))
}

fn ago(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(match arg(args, 0) {
        Value::TimeSpan(length) => datetime(ctx.now.checked_sub(*length)),
        _ => Value::Null,
    })
}

/// The ticks of a datetime argument in the calendar, given as such or as text in a dynamic value.
fn ticks(value: &Value) -> Option<i64> {
    match value {
        Value::DateTime(ticks) => Some(*ticks).filter(|ticks| (0..=MAX_TICKS).contains(ticks)),
        Value::String(text) => kql_analysis::time::parse_datetime(text),
        _ => None,
    }
}

fn part(args: &[Value], compute: fn(i64) -> Value) -> Result<Value, EvalError> {
    Ok(ticks(arg(args, 0)).map_or(Value::Null, compute))
}

fn start(args: &[Value], unit: Unit) -> Result<Value, EvalError> {
    let offset = args.get(1).and_then(integer).unwrap_or(0);
    let Some(ticks) = ticks(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    Ok(datetime(unit.start(ticks, offset)))
}

/// The last tick of the unit; at the end of the calendar, its very last tick.
fn end(args: &[Value], unit: Unit) -> Result<Value, EvalError> {
    let offset = args.get(1).and_then(integer).unwrap_or(0);
    let Some(ticks) = ticks(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let next = unit.start(ticks, offset.saturating_add(1));
    Ok(match next {
        Some(next) => datetime(next.checked_sub(1)),
        None => unit
            .start(ticks, offset)
            .map_or(Value::Null, |_| Value::DateTime(MAX_TICKS)),
    })
}

/// Days since Sunday.
fn day_of_week(ticks: i64) -> i64 {
    (ticks.div_euclid(TICKS_PER_DAY) + 1).rem_euclid(7)
}

/// Time since the week began; null in the last week of the calendar, which has no end.
fn week_day(ticks: i64) -> Value {
    match Unit::Week.start(ticks, 1) {
        Some(next) if next <= MAX_TICKS => Value::TimeSpan(day_of_week(ticks) * TICKS_PER_DAY),
        _ => Value::Null,
    }
}

fn day_of_year(ticks: i64) -> i64 {
    let first = ticks_of_date(date_of(ticks).year, 1, 1).unwrap_or(0);
    (ticks - first).div_euclid(TICKS_PER_DAY) + 1
}

/// The ISO 8601 week: weeks begin on Monday, week 1 holds the year's first Thursday.
fn week_of_year(ticks: i64) -> i64 {
    let day = ticks.div_euclid(TICKS_PER_DAY);
    let thursday = day - day.rem_euclid(7) + 3;
    let year = date_of(thursday * TICKS_PER_DAY).year;
    let first = ticks_of_date(year, 1, 1).unwrap_or(0) / TICKS_PER_DAY;
    (thursday - first) / 7 + 1
}

/// The hand of a clock: how many units of `seconds` have passed, modulo `wrap`.
fn clock(ticks: i64, seconds: i64, wrap: i64) -> i64 {
    ticks
        .div_euclid(seconds * TICKS_PER_SECOND)
        .rem_euclid(wrap)
}

fn named_part(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let name = text(arg(args, 0)).to_ascii_lowercase();
    let Some(ticks) = ticks(arg(args, 1)) else {
        return Ok(Value::Null);
    };
    let fraction = ticks.rem_euclid(TICKS_PER_SECOND);
    let Date { year, month, day } = date_of(ticks);
    let part = match name.as_str() {
        "year" => year,
        "quarter" => (month - 1) / 3 + 1,
        "month" => month,
        "week_of_year" | "weekofyear" | "week" => week_of_year(ticks),
        "day" => day,
        "dayofyear" => day_of_year(ticks),
        "hour" => clock(ticks, 3600, 24),
        "minute" => clock(ticks, 60, 60),
        "second" => clock(ticks, 1, 60),
        "millisecond" => fraction / 10_000,
        "microsecond" => fraction / 10,
        "nanosecond" => fraction * 100,
        _ => return Err(unknown_part("datetime_part", &name)),
    };
    Ok(Value::Int(part as i32))
}

fn unknown_part(function: &str, name: &str) -> EvalError {
    EvalError::new(format!("{function}() does not know the part {name:?}")).with_hint(
        "Use year, quarter, month, week, day, hour, minute, second, millisecond, microsecond or nanosecond.",
    )
}

/// How many boundaries of a unit lie between the second datetime and the first.
fn difference(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let name = text(arg(args, 0));
    let unit = Unit::named(name).ok_or_else(|| unknown_part("datetime_diff", name))?;
    let (Some(later), Some(earlier)) = (ticks(arg(args, 1)), ticks(arg(args, 2))) else {
        return Ok(Value::Null);
    };
    Ok(Value::Long(match unit {
        Unit::Nanosecond => (later - earlier).saturating_mul(100),
        unit => unit.count(later) - unit.count(earlier),
    }))
}

/// A datetime moved by a number of units; a day that the month lacks becomes its last.
fn add(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let name = text(arg(args, 0));
    let unit = Unit::named(name).ok_or_else(|| unknown_part("datetime_add", name))?;
    let (Some(count), Some(ticks)) = (integer(arg(args, 1)), ticks(arg(args, 2))) else {
        return Ok(Value::Null);
    };
    Ok(datetime(match unit {
        Unit::Year => add_months(ticks, count.saturating_mul(12)),
        Unit::Quarter => add_months(ticks, count.saturating_mul(3)),
        Unit::Month => add_months(ticks, count),
        Unit::Week => moved(ticks, count, 7 * TICKS_PER_DAY),
        Unit::Day => moved(ticks, count, TICKS_PER_DAY),
        Unit::Ticks(size) => moved(ticks, count, size),
        Unit::Nanosecond => ticks.checked_add(count / 100),
    }))
}

fn moved(ticks: i64, count: i64, size: i64) -> Option<i64> {
    ticks.checked_add(count.checked_mul(size)?)
}

fn add_months(ticks: i64, count: i64) -> Option<i64> {
    let date = date_of(ticks);
    let month = Unit::Month.count(ticks).checked_add(count)?;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    let midnight = ticks_of_date(year, month, date.day.min(days_in_month(year, month)))?;
    Some(midnight + ticks.rem_euclid(TICKS_PER_DAY))
}

/// From year, month, day and optionally hour, minute and second; or from one value by conversion.
fn make(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    if let [only] = args {
        return Ok(super::conversion::convert(
            only,
            kql_analysis::types::ScalarType::DateTime,
        ));
    }
    let made = || {
        let number = |index: usize, missing: i64| match args.get(index) {
            Some(value) => integer(value),
            None => Some(missing),
        };
        let midnight = ticks_of_date(number(0, 1)?, number(1, 1)?, number(2, 1)?)?;
        let (hour, minute) = (number(3, 0)?, number(4, 0)?);
        let second = args.get(5).map_or(Some(0.0), real)?;
        let valid =
            (0..24).contains(&hour) && (0..60).contains(&minute) && (0.0..60.0).contains(&second);
        let ticks = |second: f64| libm::round(second * TICKS_PER_SECOND as f64) as i64;
        valid.then(|| midnight + (hour * 60 + minute) * 60 * TICKS_PER_SECOND + ticks(second))
    };
    Ok(datetime(made()))
}

/// A datetime from the time since 1970, in units of which `per_second` make a second.
fn from_unix(args: &[Value], per_second: f64) -> Result<Value, EvalError> {
    let scale = TICKS_PER_SECOND as f64 / per_second;
    let passed = match arg(args, 0) {
        Value::Real(count) => {
            let ticks = count * scale;
            (ticks.abs() < MAX_TICKS as f64).then_some(ticks as i64)
        }
        whole => integer(whole).and_then(|count| {
            if scale >= 1.0 {
                count.checked_mul(scale as i64)
            } else {
                Some(count / 100)
            }
        }),
    };
    Ok(datetime(
        passed.and_then(|ticks| ticks.checked_add(UNIX_EPOCH)),
    ))
}
