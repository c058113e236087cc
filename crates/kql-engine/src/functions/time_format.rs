//! `format_datetime`, `format_timespan` and `make_timespan`.
//!
//! A format is made of runs of letters (`yyyy`, `HH`, `fff`) and of separators. A run that is longer
//! than the widest specifier is read as several, so `dddd` is the day twice.

use kql_analysis::time::date_of;
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND, Value};

use super::arithmetic::timespan;
use super::kernel::{Ctx, Table, arg, integer, real, string, text};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("format_datetime", format_datetime),
    ("format_timespan", format_timespan),
    ("make_timespan", make_timespan),
];

/// Characters that may stand between the parts of a format.
const SEPARATORS: &str = " /-:,.;_[]\t";

fn format_datetime(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Value::DateTime(ticks) = arg(args, 0) else {
        return Ok(string(""));
    };
    let widest = |letter| match letter {
        'y' => Some(4),
        'M' | 'd' | 'h' | 'H' | 'm' | 's' | 't' => Some(2),
        'f' | 'F' => Some(7),
        _ => None,
    };
    let date = date_of(*ticks);
    let part = |letter, width| match letter {
        'y' if width <= 2 => padded(date.year % 100, width),
        'y' => padded(date.year, width),
        'M' => padded(date.month, width),
        'd' => padded(date.day, width),
        't' => ["AM", "PM"][usize::from(hand(*ticks, 3600, 24) >= 12)][..width].to_owned(),
        _ => clock_part(*ticks, letter, width),
    };
    formatted("format_datetime", text(arg(args, 1)), widest, part)
}

fn format_timespan(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Value::TimeSpan(signed) = arg(args, 0) else {
        return Ok(string(""));
    };
    let widest = |letter| match letter {
        'd' => Some(8),
        'h' | 'H' | 'm' | 's' => Some(2),
        'f' | 'F' => Some(7),
        _ => None,
    };
    let ticks = signed.saturating_abs();
    let part = |letter, width| match letter {
        'd' => padded(ticks / TICKS_PER_DAY, width),
        'h' => clock_part(ticks, 'H', width),
        _ => clock_part(ticks, letter, width),
    };
    let shown = formatted("format_timespan", text(arg(args, 1)), widest, part)?;
    Ok(if *signed < 0 {
        string(format!("-{}", text(&shown)))
    } else {
        shown
    })
}

/// Replaces each run of letters in a format by its part.
fn formatted(
    function: &str,
    format: &str,
    widest: impl Fn(char) -> Option<usize>,
    part: impl Fn(char, usize) -> String,
) -> Result<Value, EvalError> {
    let mut result = String::new();
    let mut rest = format;
    while let Some(letter) = rest.chars().next() {
        let Some(widest) = widest(letter) else {
            if !SEPARATORS.contains(letter) {
                return Err(EvalError::new(format!(
                    "{function}() does not know the format {letter:?}"
                ))
                .with_hint(
                    "Use letters such as yyyy, MM, dd, HH, mm, ss, fff and simple separators.",
                ));
            }
            result.push(letter);
            rest = &rest[letter.len_utf8()..];
            continue;
        };
        let run = rest
            .chars()
            .take(widest)
            .take_while(|c| *c == letter)
            .count();
        result.push_str(&part(letter, run));
        rest = &rest[run..];
    }
    Ok(string(result))
}

fn clock_part(ticks: i64, letter: char, width: usize) -> String {
    let fraction = || format!("{:07}", ticks.rem_euclid(TICKS_PER_SECOND))[..width].to_owned();
    match letter {
        'H' => padded(hand(ticks, 3600, 24), width),
        'h' => padded((hand(ticks, 3600, 24) + 11) % 12 + 1, width),
        'm' => padded(hand(ticks, 60, 60), width),
        's' => padded(hand(ticks, 1, 60), width),
        'f' => fraction(),
        _ => fraction().trim_end_matches('0').to_owned(),
    }
}

fn hand(ticks: i64, seconds: i64, wrap: i64) -> i64 {
    ticks
        .div_euclid(seconds * TICKS_PER_SECOND)
        .rem_euclid(wrap)
}

fn padded(number: i64, width: usize) -> String {
    format!("{number:0width$}")
}

/// From hours and minutes, or hours, minutes and seconds, or days before these; or from one value. Null
/// when a part is larger than its clock allows.
fn make_timespan(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let parts: &[Value] = args;
    let (days, hours, minutes, seconds) = match parts {
        [only] => {
            return Ok(super::conversion::convert(
                only,
                kql_analysis::types::ScalarType::TimeSpan,
            ));
        }
        [h, m] => (Some(0), integer(h), integer(m), Some(0.0)),
        [h, m, s] => (Some(0), integer(h), integer(m), real(s)),
        [d, h, m, s] => (integer(d), integer(h), integer(m), real(s)),
        _ => return Ok(Value::Null),
    };
    let ticks = || {
        let valid = (0..24).contains(&hours?)
            && (0..60).contains(&minutes?)
            && (0.0..60.0).contains(&seconds?);
        if !valid {
            return None;
        }
        let whole = days?
            .checked_mul(86_400)?
            .checked_add(hours?.checked_mul(3600)?)?;
        let whole = whole
            .checked_add(minutes?.checked_mul(60)?)?
            .checked_mul(TICKS_PER_SECOND)?;
        whole.checked_add(libm::round(seconds? * TICKS_PER_SECOND as f64) as i64)
    };
    Ok(timespan(ticks()))
}
