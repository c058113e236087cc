//! Times in the words an analyst reads.

use kql_analysis::time::format_datetime;

/// A time to the minute, such as `2026-03-01 10:05 UTC`.
pub fn minute(ticks: i64) -> String {
    let text = format_datetime(ticks);
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    format!("{date} {} UTC", time.get(..5).unwrap_or_default())
}

/// The time of day, such as `00:30`.
pub fn time_of_day(ticks: i64) -> String {
    format_datetime(ticks)
        .get(11..16)
        .unwrap_or_default()
        .to_owned()
}
