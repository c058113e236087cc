//! Which rows a run may see: the window that a rule's schedule gives a run at time `now`.
//!
//! Times are ticks of 100 ns since 0001-01-01 UTC. Windows are half-open, `[from, to)`: Microsoft does
//! not document the boundary, and half-open counts no row twice when period and frequency are equal.

use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND};
use kql_engine::{Column, Table};
use sentinel_rules::rule::Rule;
use serde::{Deserialize, Serialize};

use crate::prepared::Tables;
use crate::replay::TIME_COLUMN;

/// Length of the window of one NRT run.
pub const NRT_WINDOW: i64 = 60 * TICKS_PER_SECOND;

/// How far an NRT run lags behind the minute it reads (documented: two minutes).
pub const NRT_DELAY: i64 = 2 * NRT_WINDOW;

/// How far before `now` the one-minute runs of an NRT rule are tried.
pub const NRT_LOOKBACK: i64 = TICKS_PER_DAY;

/// The span of `TimeGenerated` that a run reads, first tick included and last one not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First tick.
    pub from: i64,
    /// One past the last tick.
    pub to: i64,
}

/// The window of a scheduled rule's run at `now`: its query period, ending at `now`.
/// `None` for NRT rules, which have no period.
pub fn scheduled(rule: &Rule, now: i64) -> Option<Window> {
    let period = rule.schedule.as_ref()?.period.seconds;
    let ticks = i64::try_from(period)
        .unwrap_or(i64::MAX)
        .saturating_mul(TICKS_PER_SECOND);
    Some(Window {
        from: now.saturating_sub(ticks),
        to: now,
    })
}

/// The minute of a time, which one run of an NRT rule reads.
pub fn minute_of(time: i64) -> Window {
    let from = time.div_euclid(NRT_WINDOW) * NRT_WINDOW;
    Window {
        from,
        to: from + NRT_WINDOW,
    }
}

/// `now()` of the run of an NRT rule that reads a minute.
pub fn now_after(minute: Window) -> i64 {
    minute.to.saturating_add(NRT_DELAY)
}

/// The one-minute windows of an NRT rule that hold at least one of `times`, oldest first, within
/// [`NRT_LOOKBACK`] before `now`.
pub fn near_real_time(times: impl IntoIterator<Item = i64>, now: i64) -> Vec<Window> {
    let mut minutes: Vec<i64> = times
        .into_iter()
        .filter(|time| *time < now && *time >= now.saturating_sub(NRT_LOOKBACK))
        .map(|time| time.div_euclid(NRT_WINDOW))
        .collect();
    minutes.sort_unstable();
    minutes.dedup();
    minutes
        .into_iter()
        .map(|minute| Window {
            from: minute * NRT_WINDOW,
            to: (minute + 1) * NRT_WINDOW,
        })
        .collect()
}

/// The rows of all tables within a span. Tables without a time column are kept whole.
pub fn rows_in(tables: &Tables, span: Window) -> Tables {
    tables
        .iter()
        .map(|(name, table)| (name.clone(), rows_of(table, span)))
        .collect()
}

/// The rows of a table within a span.
pub fn rows_of(table: &Table, span: Window) -> Table {
    match table.schema().index_of(TIME_COLUMN) {
        Some(column) => table.slice_time(column, span.from, span.to),
        None => table.clone(),
    }
}

/// Whether a table has rows within a span; one without a time column has when it has any.
pub fn holds_rows(table: &Table, span: Window) -> bool {
    let times = table.column_named(TIME_COLUMN);
    let inside = times.and_then(|times| times.any_in_time(span.from, span.to));
    inside.unwrap_or(table.rows() > 0)
}

/// The times of all rows, in no particular order.
pub fn times(tables: &Tables) -> impl Iterator<Item = i64> {
    let columns = tables.values();
    let columns = columns.filter_map(|table| table.column_named(TIME_COLUMN));
    let ticks = columns.filter_map(Column::ticks);
    ticks.flat_map(|ticks| ticks.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_real_time_windows_are_the_minutes_with_rows() {
        let now = 3 * TICKS_PER_DAY;
        let minute = |n: i64| now - n * NRT_WINDOW;
        let times = [
            minute(5) + 1,
            minute(5) + 2,
            minute(2),
            now + 1,
            now - NRT_LOOKBACK - 1,
        ];
        let windows = near_real_time(times, now);
        let expected = [minute(5), minute(2)].map(|from| Window {
            from,
            to: from + NRT_WINDOW,
        });
        assert_eq!(windows, expected);
    }
}
