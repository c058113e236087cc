//! A column of datetimes: its times, and the rows in a window. Times are ticks of 100 ns since the year 1.

use std::borrow::Cow;
use std::sync::Arc;

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::{Column, Data};
use crate::picked::Rows;
use crate::selection::holds_any;
use crate::time_index::{bounds, stretches};

impl Column {
    /// The times of a column of datetimes, without the nulls; `None` when it is no such column.
    pub fn ticks(&self) -> Option<Cow<'_, [i64]>> {
        match (self.ty, self.wholes()) {
            (ScalarType::DateTime, Some(ticks)) => Some(Cow::Borrowed(ticks)),
            (ScalarType::DateTime, None) => {
                let timed = self.timed_rows()?.into_iter();
                Some(timed.map(|(ticks, _)| ticks).collect())
            }
            _ => None,
        }
    }

    /// The first and the last time of each stretch of less than a minute that holds any time of a column of
    /// datetimes, in order; `None` when it is no such column. They are found once.
    pub fn time_stretches(&self) -> Option<Arc<Vec<(i64, i64)>>> {
        let ticks = self.ticks()?;
        if ticks.is_empty() {
            return Some(Arc::default());
        }
        Some(match &self.times {
            Some(times) => times.stretches(&ticks),
            None => stretches(&ticks, bounds(&ticks)),
        })
    }

    /// The times of a column of datetimes with their rows; rows without a time are left out. `None` when
    /// it is no such column.
    pub(crate) fn timed_rows(&self) -> Option<Vec<(i64, u32)>> {
        if self.ty != ScalarType::DateTime {
            return None;
        }
        if let Some(ticks) = self.wholes() {
            return Some(ticks.iter().copied().zip(0..).collect());
        }
        let cells = self.iter().zip(0..);
        let timed = cells.filter_map(|(value, row)| match value {
            Value::DateTime(ticks) => Some((ticks, row)),
            _ => None,
        });
        Some(timed.collect())
    }

    /// The rows whose datetime lies in `from` (included) to `to` (not included), both in ticks; `None`
    /// when this is no column of datetimes.
    pub(crate) fn rows_in_time(&self, from: i64, to: i64) -> Option<Rows> {
        match self.data() {
            _ if self.ty != ScalarType::DateTime => None,
            Data::Long(cells) => {
                let all = || Rows::new(cells.rows_where(|ticks| (from..to).contains(&ticks)));
                Some(self.few_rows_in_time(from, to).unwrap_or_else(all))
            }
            _ => {
                let inside = |row: &u32| match self.get(*row as usize) {
                    Value::DateTime(ticks) => (from..to).contains(&ticks),
                    _ => false,
                };
                Some(Rows::new((0..self.len() as u32).filter(inside).collect()))
            }
        }
    }

    /// Whether this is a column of so many datetimes that an index of them may be made.
    pub(crate) fn has_times(&self) -> bool {
        self.times.is_some()
    }

    /// As [`Self::rows_in_time`], when an index finds them sooner than a look at all rows.
    pub(crate) fn few_rows_in_time(&self, from: i64, to: i64) -> Option<Rows> {
        let (times, ticks) = (self.times.as_ref()?, self.wholes()?);
        times.few_rows(ticks, from, to)
    }

    /// Whether all rows have a datetime in `from` (included) to `to` (not included), both in ticks.
    pub(crate) fn is_in_time(&self, from: i64, to: i64) -> bool {
        let ticks = self.wholes().filter(|_| self.ty == ScalarType::DateTime);
        ticks.is_some_and(|ticks| match &self.times {
            Some(times) => times.are_within(ticks, from, to),
            None => !holds_any(ticks, |ticks| !(from..to).contains(&ticks)),
        })
    }

    /// Whether a datetime lies in `from` (included) to `to` (not included), both in ticks; `None` when this is
    /// no column of datetimes.
    pub fn any_in_time(&self, from: i64, to: i64) -> Option<bool> {
        match (self.ty, self.wholes()) {
            (ScalarType::DateTime, Some(ticks)) => {
                Some(holds_any(ticks, |ticks| (from..to).contains(&ticks)))
            }
            _ => self.rows_in_time(from, to).map(|rows| !rows.is_empty()),
        }
    }
}
