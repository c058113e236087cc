//! Logs aimed at what a difference says about time: runs at other times, and moves of rows.

use std::collections::BTreeSet;

use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND, Value};

use super::change::chosen_rows;
use crate::focus::Focus;
use crate::generate::bases::Base;
use crate::generate::candidates::spans_of;
use crate::generate::pool::Pool;
use crate::log::{Log, TIME_COLUMN};

impl Pool<'_> {
    /// The same rows at other times of the run: where bounds and bins of time meet, and a little beside.
    pub(super) fn at_other_times(&self, base: &Base, focus: &Focus) -> Vec<Base> {
        let is_about_time = focus
            .values
            .iter()
            .any(|value| matches!(value, Value::TimeSpan(_) | Value::DateTime(_)))
            || focus.sources.iter().any(|one| one.column == TIME_COLUMN);
        if !is_about_time {
            return Vec::new();
        }
        let day = base.time.div_euclid(TICKS_PER_DAY) * TICKS_PER_DAY;
        let mut times: Vec<i64> = [0, 1, 2, 3, -1]
            .iter()
            .map(|days| day + days * TICKS_PER_DAY)
            .collect();
        for span in spans_of(focus, self.reading) {
            times.push(base.time.div_euclid(span) * span);
            times.push(base.time.saturating_add(span));
        }
        // A time at which a bound of the window or of the difference is the time of a row.
        for row in chosen_times(&base.log) {
            for span in spans_of(focus, self.reading).into_iter().chain([0]) {
                let time = row.saturating_add(span);
                times.extend([time, time.saturating_add(TICKS_PER_SECOND)]);
            }
        }
        let mut seen = BTreeSet::from([base.time]);
        times.retain(|time| seen.insert(*time));
        let at = times.into_iter().map(|time| Base {
            log: base.log.clone(),
            time,
        });
        at.collect()
    }

    /// Moves in time, nearest first: by the spans of the difference and parts of them.
    pub(super) fn deltas(&self, focus: &Focus) -> Vec<i64> {
        let mut deltas = vec![TICKS_PER_SECOND, -TICKS_PER_SECOND];
        for span in spans_of(focus, self.reading) {
            deltas.extend([span, -span, span / 2, -span / 2, span - 1, 1 - span]);
        }
        deltas.extend([1, -1]);
        let mut seen = BTreeSet::from([0]);
        deltas.retain(|delta| seen.insert(*delta));
        deltas
    }
}

fn chosen_times(log: &Log) -> Vec<i64> {
    let cells = chosen_rows(log).into_iter().filter_map(|(at, row)| {
        let sheet = log.sheets.get(at)?;
        let column = sheet.column(TIME_COLUMN)?;
        match sheet.rows.get(row)?.get(column)? {
            Value::DateTime(ticks) => Some(*ticks),
            _ => None,
        }
    });
    cells.collect()
}

/// A time, so much later.
pub(in crate::generate) fn moved(cell: &Value, delta: i64) -> Value {
    match cell {
        Value::DateTime(ticks) => Value::DateTime(ticks.saturating_add(delta)),
        other => other.clone(),
    }
}
