//! Calendar dates, and the text forms of datetime and timespan.
//!
//! Datetimes are ticks of 100 ns since 0001-01-01T00:00:00Z in the proleptic Gregorian calendar, as in
//! Kusto. Nothing here panics or reads a clock.

mod datetime;
mod timespan;

use crate::value::{TICKS_PER_DAY, TICKS_PER_SECOND};
pub use datetime::{format_datetime, parse_datetime, parse_log_time};
pub use timespan::{format_timespan, parse_timespan, timespan_unit};

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
