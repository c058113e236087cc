//! The text forms of datetimes.

use super::timespan::seconds_and_fraction;
use super::{Date, MAX_DATETIME, TICKS_PER_HOUR, TICKS_PER_MINUTE, date_of, ticks_of_date};
use crate::text::number_of_digits;
use crate::value::{TICKS_PER_DAY, TICKS_PER_SECOND};

/// The months by their English names.
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

/// `2024-02-29T13:45:09.1234567Z`, always with seven digits of the second's fraction.
pub fn format_datetime(ticks: i64) -> String {
    let Date { year, month, day } = date_of(ticks);
    let rest = ticks.rem_euclid(TICKS_PER_DAY);
    let (hour, minute) = (rest / TICKS_PER_HOUR, rest / TICKS_PER_MINUTE % 60);
    let (second, fraction) = (rest / TICKS_PER_SECOND % 60, rest % TICKS_PER_SECOND);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:07}Z")
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
    let (month, day) = (
        number_of_digits(&[*m1, *m2])?,
        number_of_digits(&[*d1, *d2])?,
    );
    let date = ticks_of_date(year, month, day)?;
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

/// What is still to be read of a text.
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

    /// Takes the letters to keep.
    fn take(&mut self, keep: fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !keep(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Takes a number of so many digits.
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

/// `2024-02-29`, with `/` too; the month and the day may be left out.
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

/// `2/29/2024`, with `-` too.
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

/// `Thu, 29 Feb 2024`, with `-` too; years of two digits are 1950 to 2049.
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

/// `13:45:09.123` or `1:45 PM` in ticks.
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
