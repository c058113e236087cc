//! The text forms of timespans.

use super::{TICKS_PER_HOUR, TICKS_PER_MINUTE};
use crate::value::{TICKS_PER_DAY, TICKS_PER_SECOND};

/// `[-][d.]hh:mm:ss[.fffffff]`.
pub fn format_timespan(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    let day = TICKS_PER_DAY as u64;
    let second = TICKS_PER_SECOND as u64;
    let (days, rest) = (ticks / day, ticks % day);
    let (seconds, fraction) = (rest / second, rest % second);
    let days = if days > 0 {
        format!("{days}.")
    } else {
        String::new()
    };
    let fraction = if fraction > 0 {
        format!(".{fraction:07}")
    } else {
        String::new()
    };
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{sign}{days}{hour:02}:{minute:02}:{second:02}{fraction}")
}

/// Reads a timespan from `[-][d.]hh:mm[:ss[.fffffff]]`, from a number with a unit (`1.5h`, `10 minutes`)
/// and from a plain number of days.
pub fn parse_timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let ticks = if text.contains(':') {
        clock(text)?
    } else {
        quantity(text)?
    };
    Some(if negative { -ticks } else { ticks })
}

/// Ticks of one unit of a timespan literal, such as `d`, `min` or `microseconds`.
pub fn timespan_unit(unit: &str) -> Option<i64> {
    Some(match unit {
        "d" | "day" | "days" => TICKS_PER_DAY,
        "h" | "hr" | "hrs" | "hour" | "hours" => TICKS_PER_HOUR,
        "m" | "min" | "minute" | "minutes" => TICKS_PER_MINUTE,
        "s" | "sec" | "second" | "seconds" => TICKS_PER_SECOND,
        "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => 10_000,
        "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => 10,
        "nano" | "nanos" | "nanosec" | "nanosecond" | "nanoseconds" => 0,
        "tick" | "ticks" => 1,
        _ => return None,
    })
}

/// A number with a unit, of days when it has none, in ticks.
fn quantity(text: &str) -> Option<i64> {
    let digits = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim();
    if unit.starts_with("nano") {
        let nanoseconds: i64 = number.parse().ok()?;
        return Some(nanoseconds / 100);
    }
    let ticks = timespan_unit(if unit.is_empty() { "d" } else { unit })?;
    match number.parse::<i64>() {
        Ok(count) => count.checked_mul(ticks),
        Err(_) => {
            let ticks = number.parse::<f64>().ok()? * ticks as f64;
            (ticks < i64::MAX as f64).then_some(ticks.round() as i64)
        }
    }
}

/// `[d.]hh:mm[:ss[.fffffff]]` in ticks.
fn clock(text: &str) -> Option<i64> {
    let (head, tail) = text.split_once(':')?;
    let (days, hours) = match head.split_once('.') {
        Some((days, hours)) => (natural(days)?, natural(hours)?),
        None => (0, natural(head)?),
    };
    let (minutes, seconds) = match tail.split_once(':') {
        Some((minutes, seconds)) => (natural(minutes)?, seconds_and_fraction(seconds)?),
        None => (natural(tail)?, 0),
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    let within_day = hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE + seconds;
    days.checked_mul(TICKS_PER_DAY)?.checked_add(within_day)
}

/// A number of digits alone.
fn natural(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// `ss[.fffffff]` in ticks; digits after the seventh are dropped.
pub(super) fn seconds_and_fraction(text: &str) -> Option<i64> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let seconds = natural(seconds).filter(|seconds| *seconds < 60)?;
    natural(fraction.get(..fraction.len().min(7))?)?;
    let seven: String = fraction.chars().chain("0000000".chars()).take(7).collect();
    Some(seconds * TICKS_PER_SECOND + natural(&seven)?)
}
