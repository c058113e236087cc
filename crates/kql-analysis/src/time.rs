//! Calendar dates, and the text forms of datetime and timespan.
//!
//! Datetimes are ticks of 100 ns since 0001-01-01T00:00:00Z in the proleptic Gregorian calendar, as in
//! Kusto. Nothing here panics or reads a clock.

use crate::text::number_of_digits;
use crate::value::{TICKS_PER_DAY, TICKS_PER_SECOND};

/// The last tick of the year 9999.
pub const MAX_DATETIME: i64 = 3_652_059 * TICKS_PER_DAY - 1;

const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
const TICKS_PER_HOUR: i64 = 60 * TICKS_PER_MINUTE;
/// Days from 0001-01-01 to 1970-01-01.
const UNIX_EPOCH_DAYS: i64 = 719_162;
/// Ticks of 1970-01-01T00:00:00Z.
pub const UNIX_EPOCH: i64 = UNIX_EPOCH_DAYS * TICKS_PER_DAY;

/// A date of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// Year, 1 to 9999.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: i64,
    /// Day of the month, 1 to 31.
    pub day: i64,
}

/// Days in a month of a year.
#[inline]
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The date that a datetime falls on.
pub fn date_of(ticks: i64) -> Date {
    // Days are counted from 0000-03-01, so that leap days end the year (Hinnant's algorithm).
    let days = ticks.div_euclid(TICKS_PER_DAY) + 306;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    Date {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * shifted + 2) / 5 + 1,
    }
}

/// Ticks of midnight of a date; `None` when there is no such date between the years 1 and 9999.
#[inline]
pub fn ticks_of_date(year: i64, month: i64, day: i64) -> Option<i64> {
    let valid = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day);
    if !valid {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some((era * 146_097 + day_of_era - 306) * TICKS_PER_DAY)
}

/// `2024-02-29T13:45:09.1234567Z`, always with seven digits of the second's fraction.
pub fn format_datetime(ticks: i64) -> String {
    let Date { year, month, day } = date_of(ticks);
    let rest = ticks.rem_euclid(TICKS_PER_DAY);
    let (hour, minute) = (rest / TICKS_PER_HOUR, rest / TICKS_PER_MINUTE % 60);
    let (second, fraction) = (rest / TICKS_PER_SECOND % 60, rest % TICKS_PER_SECOND);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:07}Z")
}

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

/// Reads a datetime as logs write it, `2024-02-29T13:45:09Z` or with up to seven digits of the second's
/// fraction. `None` for any other form, which [`parse_datetime`] may know. Inlined, as a log has millions.
#[inline]
pub fn parse_log_time(text: &str) -> Option<i64> {
    let (head, fraction) = text.as_bytes().split_first_chunk::<19>()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', clock @ ..] = head else {
        return None;
    };
    let [h1, h2, b':', n1, n2, b':', s1, s2] = clock else {
        return None;
    };
    let year = number_of_digits(&[*y1, *y2, *y3, *y4])?;
    let date = ticks_of_date(
        year,
        number_of_digits(&[*m1, *m2])?,
        number_of_digits(&[*d1, *d2])?,
    )?;
    let (hour, minute) = (
        number_of_digits(&[*h1, *h2])?,
        number_of_digits(&[*n1, *n2])?,
    );
    let second = number_of_digits(&[*s1, *s2])?;
    let fraction = match fraction {
        [b'Z'] => 0,
        [b'.', digits @ .., b'Z'] => match digits.len() {
            7 => number_of_digits(digits)?,
            1..7 => number_of_digits(digits)? * 10_i64.pow(7 - digits.len() as u32),
            _ => return None,
        },
        _ => return None,
    };
    let valid = hour < 24 && minute < 60 && second < 60;
    let seconds = (hour * 60 + minute) * 60 + second;
    valid.then_some(date + seconds * TICKS_PER_SECOND + fraction)
}

/// Reads a datetime from ISO 8601 (`2024-02-29`, `2024-02-29 13:45:09.123`, `…T…Z`, `…+02:00`), from
/// `2/29/2024 1:45:09 PM` and from RFC 822 (`Thu, 29 Feb 2024 13:45:09 GMT`).
pub fn parse_datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    let mut reader = Reader { rest: text };
    let date = reader
        .attempt(iso_date)
        .or_else(|| reader.attempt(us_date))
        .or_else(|| reader.attempt(rfc_date))?;
    reader.skip_time_separator();
    let time = if reader.rest.is_empty() {
        0
    } else {
        time_of_day(&mut reader)?
    };
    let offset = zone(&mut reader)?;
    let ticks = date.checked_add(time)?.checked_sub(offset)?;
    (reader.rest.is_empty() && (0..=MAX_DATETIME).contains(&ticks)).then_some(ticks)
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

fn quantity(text: &str) -> Option<i64> {
    let digits = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim();
    if unit.starts_with("nano") {
        return number
            .parse::<i64>()
            .ok()
            .map(|nanoseconds| nanoseconds / 100);
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

fn natural(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// `ss[.fffffff]` in ticks; digits after the seventh are dropped.
fn seconds_and_fraction(text: &str) -> Option<i64> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let seconds = natural(seconds).filter(|seconds| *seconds < 60)?;
    natural(fraction.get(..fraction.len().min(7))?)?;
    let seven: String = fraction.chars().chain("0000000".chars()).take(7).collect();
    Some(seconds * TICKS_PER_SECOND + natural(&seven)?)
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Runs a parser and takes its input back when it finds nothing.
    fn attempt<T>(&mut self, parser: fn(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.rest;
        let found = parser(self);
        if found.is_none() {
            self.rest = start;
        }
        found
    }

    fn take(&mut self, keep: fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !keep(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn number(&mut self, digits: std::ops::RangeInclusive<usize>) -> Option<i64> {
        let taken = self.take(|c| c.is_ascii_digit());
        if !digits.contains(&taken.len()) {
            return None;
        }
        taken.parse().ok()
    }

    fn symbol(&mut self, symbol: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(symbol)?;
        Some(())
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn skip_time_separator(&mut self) {
        self.rest = self.rest.trim_start_matches(['T', 't', ' ']);
    }
}

fn iso_date(reader: &mut Reader<'_>) -> Option<i64> {
    let year = reader.number(4..=4)?;
    let (mut month, mut day) = (1, 1);
    let separator = if reader.rest.starts_with('/') {
        '/'
    } else {
        '-'
    };
    if reader.symbol(separator).is_some() {
        month = reader.number(1..=2)?;
        if reader.symbol(separator).is_some() {
            day = reader.number(1..=2)?;
        }
    }
    ticks_of_date(year, month, day)
}

fn us_date(reader: &mut Reader<'_>) -> Option<i64> {
    let month = reader.number(1..=2)?;
    let separator = if reader.rest.starts_with('-') {
        '-'
    } else {
        '/'
    };
    reader.symbol(separator)?;
    let day = reader.number(1..=2)?;
    reader.symbol(separator)?;
    ticks_of_date(reader.number(4..=4)?, month, day)
}

fn rfc_date(reader: &mut Reader<'_>) -> Option<i64> {
    if reader.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        reader.take(|c| c.is_ascii_alphabetic());
        reader.symbol(',')?;
        reader.spaces();
    }
    let day = reader.number(1..=2)?;
    let separated = reader.symbol('-').is_some();
    reader.spaces();
    let name = reader
        .take(|c| c.is_ascii_alphabetic())
        .to_ascii_lowercase();
    let month = MONTHS
        .iter()
        .position(|month| name.len() >= 3 && month.starts_with(&name))? as i64
        + 1;
    if separated {
        reader.symbol('-')?;
    }
    reader.spaces();
    let year = reader.number(2..=4)?;
    let year = match year {
        0..=49 => 2000 + year,
        50..=99 => 1900 + year,
        _ => year,
    };
    ticks_of_date(year, month, day)
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn time_of_day(reader: &mut Reader<'_>) -> Option<i64> {
    let mut hour = reader.number(1..=2)?;
    let mut rest = 0;
    if reader.symbol(':').is_some() {
        let minute = reader.number(1..=2).filter(|minute| *minute < 60)?;
        rest = minute * TICKS_PER_MINUTE;
        if reader.symbol(':').is_some() {
            rest += seconds_and_fraction(reader.take(|c| c.is_ascii_digit() || c == '.'))?;
        }
    }
    reader.spaces();
    let half = reader.rest.get(..2).map(str::to_ascii_lowercase);
    if let Some("am" | "pm") = half.as_deref() {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if half.as_deref() == Some("pm") { 12 } else { 0 };
        reader.rest = reader.rest.get(2..).unwrap_or("");
    }
    (hour < 24).then_some(hour * TICKS_PER_HOUR + rest)
}

/// Offset from UTC in ticks: nothing, `Z`, `GMT`, `UTC`, `+02:00`, `-0530`.
fn zone(reader: &mut Reader<'_>) -> Option<i64> {
    reader.spaces();
    let sign = match reader.rest.chars().next() {
        None => return Some(0),
        Some('+') => 1,
        Some('-') => -1,
        Some(_) => {
            let name = reader.take(|c| c.is_ascii_alphabetic());
            return matches!(name, "Z" | "z" | "GMT" | "UTC").then_some(0);
        }
    };
    reader.rest = reader.rest.get(1..)?;
    let digits = reader.number(1..=4)?;
    let (hour, minute) = match reader.symbol(':') {
        Some(()) => (digits, reader.number(2..=2)?),
        None if digits >= 100 => (digits / 100, digits % 100),
        None => (digits, 0),
    };
    (hour <= 14 && minute < 60)
        .then_some(sign * (hour * TICKS_PER_HOUR + minute * TICKS_PER_MINUTE))
}
