//! Rows in order of time, so that the rows of a window are found without a look at the others.

use std::ops::Range;

use crate::column::Column;

/// The rows of a column of datetimes in order of time. Rows without a time are in no window.
#[derive(Clone, Debug, Default)]
pub struct TimeOrder {
    times: Vec<i64>,
    /// The row of each time; `None` when the rows are in order themselves.
    rows: Option<Vec<u32>>,
}

impl TimeOrder {
    /// The order of a column's rows; `None` when it is no column of datetimes.
    pub fn of(column: &Column) -> Option<Self> {
        let mut timed = column.timed_rows()?;
        let in_order = timed.len() == column.len() && timed.is_sorted();
        if !in_order {
            timed.sort_unstable();
        }
        let rows = (!in_order).then(|| timed.iter().map(|(_, row)| *row).collect());
        Some(Self {
            times: timed.into_iter().map(|(time, _)| time).collect(),
            rows,
        })
    }

    /// All times, in order.
    pub fn times(&self) -> &[i64] {
        &self.times
    }

    /// The rows from a time (included) to another (not included), in order of row.
    pub fn rows_in(&self, from: i64, to: i64) -> Vec<u32> {
        let places = self.places(from, to);
        match &self.rows {
            None => (places.start as u32..places.end as u32).collect(),
            Some(rows) => {
                let mut rows = rows.get(places).unwrap_or_default().to_vec();
                rows.sort_unstable();
                rows
            }
        }
    }

    /// How many rows a window holds.
    pub fn count_in(&self, from: i64, to: i64) -> usize {
        self.places(from, to).len()
    }

    /// The place of the first time that is not before this one; it is looked for at a place first.
    pub(crate) fn place_near(&self, near: usize, time: i64) -> usize {
        let is_before = |known: Option<&i64>| known.is_none_or(|known| *known < time);
        let is_behind = |known: Option<&i64>| known.is_none_or(|known| *known >= time);
        let before = near
            .checked_sub(1)
            .and_then(|before| self.times.get(before));
        match near <= self.times.len() && is_before(before) && is_behind(self.times.get(near)) {
            true => near,
            false => self.place(time),
        }
    }

    fn place(&self, time: i64) -> usize {
        self.times.partition_point(|known| *known < time)
    }

    fn places(&self, from: i64, to: i64) -> Range<usize> {
        let start = self.place(from);
        // Most windows are short, and many are empty.
        match self.times.get(start) {
            Some(first) if *first < to => start..self.place(to),
            _ => start..start,
        }
    }
}
