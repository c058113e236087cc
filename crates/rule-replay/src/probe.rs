//! Tries a scheduled rule at the other hours of the same day.
//!
//! A rule that runs once a day runs at the hour at which it was enabled. Some queries find rows only at
//! certain hours; one run at one time would hide that, in both directions.

use crate::times;
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND};
use kql_engine::Table;

use crate::outcome::Failure;
use crate::prepared::{Prepared, Tables};
use crate::replay::single;
use crate::window;

/// Largest number of loaded rows for which the other hours are tried.
pub const MAX_PROBED_ROWS: usize = 200_000;

const TICKS_PER_HOUR: i64 = 3_600 * TICKS_PER_SECOND;
const HOURS: i64 = 24;

/// A sentence about the hours of the UTC day of `now` at which a daily rule fires, when they differ.
pub fn other_times(
    prepared: &Prepared<'_>,
    tables: &Tables,
    now: i64,
    fires: bool,
) -> Result<Option<String>, Failure> {
    let daily = prepared
        .rule
        .schedule
        .as_ref()
        .is_some_and(|schedule| schedule.frequency.seconds >= 86_400);
    let rows: usize = tables.values().map(Table::rows).sum();
    if !daily || rows == 0 || rows > MAX_PROBED_ROWS {
        return Ok(None);
    }
    let mut firing = Vec::new();
    for time in hours_of_day(now) {
        let Some(window) = window::scheduled(prepared.rule, time) else {
            return Ok(None);
        };
        if single(prepared, tables, window, time)?.0.fires {
            firing.push(time);
        }
    }
    Ok(sentence(&firing, fires))
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
        _ if all => None,
        (_, true) => Some(format!(
            "It fires only for runs at {} UTC of this day. A daily rule runs at the hour at which it was enabled, so it may never run then.",
            hours(firing)
        )),
        (_, false) => Some(format!(
            "At other times of this day it would fire: for runs at {} UTC. A daily rule runs at the hour at which it was enabled.",
            hours(firing)
        )),
    }
}

/// Hours in words: single times, or first and last of an unbroken stretch.
fn hours(times: &[i64]) -> String {
    let mut stretches: Vec<(i64, i64)> = Vec::new();
    for &time in times {
        match stretches.last_mut() {
            Some((_, last)) if *last + TICKS_PER_HOUR == time => *last = time,
            _ => stretches.push((time, time)),
        }
    }
    let words = stretches
        .into_iter()
        .map(|(first, last)| match first == last {
            true => times::time_of_day(first),
            false => {
                format!(
                    "{} to {}",
                    times::time_of_day(first),
                    times::time_of_day(last)
                )
            }
        });
    words.collect::<Vec<_>>().join(", ")
}
