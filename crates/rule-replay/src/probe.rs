//! Tries a daily rule at the other hours of the day.
//!
//! A rule that runs once a day runs at the hour at which it was enabled. Some queries find rows only at
//! certain hours; one run at one time would hide that, in both directions. An hour counts as firing
//! when its run of the day before, of the day, or of the day after fires: one of them reads each event.

use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND};
use kql_engine::Table;

use crate::outcome::Failure;
use crate::prepared::{Prepared, Tables};
use crate::replay::single;
use crate::{times, window};

/// Largest number of loaded rows for which the other hours are tried.
pub const MAX_PROBED_ROWS: usize = 50_000;

const SECONDS_PER_DAY: u64 = 86_400;
const TICKS_PER_HOUR: i64 = 3_600 * TICKS_PER_SECOND;
const HOURS: i64 = 24;

/// A sentence about the hours at which a daily rule fires, when it does not fire at all of them or
/// fires at others but not now.
pub fn other_times(
    prepared: &Prepared<'_>,
    tables: &Tables,
    now: i64,
    fires: bool,
) -> Result<Option<String>, Failure> {
    let schedule = prepared.rule.schedule.as_ref();
    let daily = schedule.is_some_and(|schedule| schedule.frequency.seconds == SECONDS_PER_DAY);
    let rows: usize = tables.values().map(Table::rows).sum();
    if !daily || rows == 0 || rows > MAX_PROBED_ROWS {
        return Ok(None);
    }
    let mut firing = Vec::new();
    for time in hours_of_day(now) {
        if fires_around(prepared, tables, time)? {
            firing.push(time);
        }
    }
    Ok(sentence(&firing, fires))
}

/// Whether the run at a time, a day earlier or a day later fires.
fn fires_around(prepared: &Prepared<'_>, tables: &Tables, time: i64) -> Result<bool, Failure> {
    for days in [0, -1, 1] {
        let at = time + days * TICKS_PER_DAY;
        let Some(window) = window::scheduled(prepared.rule, at) else {
            return Ok(false);
        };
        if single(prepared, tables, window, at)?.0.fires {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The 24 times of the UTC day of `now` at its minute of the hour.
fn hours_of_day(now: i64) -> impl Iterator<Item = i64> {
    let midnight = now.div_euclid(TICKS_PER_DAY) * TICKS_PER_DAY;
    let minute = now.rem_euclid(TICKS_PER_HOUR);
    (0..HOURS).map(move |hour| midnight + hour * TICKS_PER_HOUR + minute)
}

fn sentence(firing: &[i64], fires: bool) -> Option<String> {
    let all = i64::try_from(firing.len()) == Ok(HOURS);
    match (firing, fires) {
        ([], _) => None,
        (_, true) if all => None,
        (_, false) if all => Some(
            "Runs within a day of this one fire; this one reads a span without the rows they find."
                .to_owned(),
        ),
        (_, true) => Some(format!(
            "A daily rule runs at the hour at which it was enabled. Here it finds rows only when that is {} UTC; enabled at another hour, it stays silent on this log.",
            hours(firing)
        )),
        (_, false) => Some(format!(
            "A daily rule runs at the hour at which it was enabled. At this hour it stays silent on this log; it would fire if it ran at {} UTC.",
            hours(firing)
        )),
    }
}

/// Hours in words: single times, or first and last of an unbroken stretch.
fn hours(firing: &[i64]) -> String {
    let mut stretches: Vec<(i64, i64)> = Vec::new();
    for &time in firing {
        match stretches.last_mut() {
            Some((_, last)) if *last + TICKS_PER_HOUR == time => *last = time,
            _ => stretches.push((time, time)),
        }
    }
    let words = stretches
        .into_iter()
        .map(|(first, last)| match first == last {
            true => times::time_of_day(first),
            false => format!(
                "{} to {}",
                times::time_of_day(first),
                times::time_of_day(last)
            ),
        });
    words.collect::<Vec<_>>().join(", ")
}
