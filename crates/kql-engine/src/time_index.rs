//! Rows of a long column of datetimes by their time, so that the rows of a short window are found without a
//! look at all of them. What is found is what looking at all of them would find, in the same order.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use crate::picked::Rows;
use crate::rows_of_keys::RowsOfKeys;

/// Rows up to which all are looked at.
const FEW_ROWS: usize = 1 << 16;
/// Questions that are answered by looking at all rows; a column that is asked once is not worth an index.
const ASKED_BEFORE: u32 = 2;
/// Rows of one bucket, on average.
const ROWS_OF_BUCKET: usize = 1 << 8;
/// Of more than one in so many rows, looking at all of them is as quick.
const SPARSE: usize = 4;
/// Of fewer than one in so many rows, the row numbers are sorted; of more, they are marked.
const VERY_SPARSE: usize = 256;

/// What is found out about a column when it is asked for: its bounds at once, its index when it has been asked
/// for often enough, and the rows of the window that the index was asked for last, because a rule and its
/// conversion read the same.
#[derive(Debug, Default)]
pub(crate) struct Times {
    bounds: OnceLock<(i64, i64)>,
    stretches: OnceLock<Stretches>,
    asked: AtomicU32,
    index: OnceLock<Option<TimeIndex>>,
    last: Mutex<Option<Found>>,
}

/// A window, from (included) and to (not included), and its rows.
type Found = ((i64, i64), Rows);

impl Times {
    /// Whether a column of so many rows is worth an index.
    pub(crate) fn are_worth_it(rows: usize) -> bool {
        rows > FEW_ROWS
    }

    /// The index of these times, when it has been asked for before.
    fn index(&self, times: &[i64]) -> Option<&TimeIndex> {
        if self.asked.fetch_add(1, Ordering::Relaxed) < ASKED_BEFORE {
            return self.index.get().and_then(Option::as_ref);
        }
        let index = || TimeIndex::of(times, self.bounds(times));
        self.index.get_or_init(index).as_ref()
    }

    /// The rows from a time (included) to another (not included), in order, where the index finds few of them.
    pub(crate) fn few_rows(&self, times: &[i64], from: i64, to: i64) -> Option<Rows> {
        let window = (from, to);
        let last = self.last.lock().ok().and_then(|last| last.clone());
        if let Some((_, rows)) = last.filter(|(known, _)| *known == window) {
            return Some(rows);
        }
        let rows = Rows::new(self.index(times)?.rows_in(times, from, to)?);
        if let Ok(mut last) = self.last.lock() {
            *last = Some((window, Arc::clone(&rows)));
        }
        Some(rows)
    }

    /// Whether all of these times lie from one (included) to another (not included).
    pub(crate) fn are_within(&self, times: &[i64], from: i64, to: i64) -> bool {
        let (first, last) = self.bounds(times);
        from <= first && last < to
    }

    /// As [`stretches`], found once.
    pub(crate) fn stretches(&self, times: &[i64]) -> Stretches {
        let found = || stretches(times, self.bounds(times));
        Arc::clone(self.stretches.get_or_init(found))
    }

    /// The first time and the last one.
    fn bounds(&self, times: &[i64]) -> (i64, i64) {
        *self.bounds.get_or_init(|| bounds(times))
    }
}

/// The first time and the last one.
pub(crate) fn bounds(times: &[i64]) -> (i64, i64) {
    let none = (i64::MAX, i64::MIN);
    times.iter().fold(none, |(first, last), time| {
        (first.min(*time), last.max(*time))
    })
}

/// The first and the last time of stretches, in order.
pub(crate) type Stretches = Arc<Vec<(i64, i64)>>;

/// The first and the last of the times in each stretch of less than a minute that holds any.
pub(crate) fn stretches(times: &[i64], (first, last): (i64, i64)) -> Stretches {
    /// A stretch has two to the power of this ticks, 54 seconds.
    const SHIFT: u32 = 29;
    let place = |time: i64| time.wrapping_sub(first) as u64 >> SHIFT;
    if place(last) > times.len().saturating_mul(4).max(FEW_ROWS) as u64 {
        // Of few times that lie far apart, each is a stretch.
        let mut apart: Vec<(i64, i64)> = times.iter().map(|time| (*time, *time)).collect();
        apart.sort_unstable();
        apart.dedup();
        return Arc::new(apart);
    }
    let mut found = vec![(i64::MAX, i64::MIN); place(last) as usize + 1];
    for time in times {
        if let Some((first, last)) = found.get_mut(place(*time) as usize) {
            *first = (*first).min(*time);
            *last = (*last).max(*time);
        }
    }
    found.retain(|(first, last)| first <= last);
    Arc::new(found)
}

/// Rows in buckets of equal duration.
#[derive(Debug)]
pub(crate) struct TimeIndex {
    first: i64,
    last: i64,
    /// A bucket has two to the power of this ticks.
    shift: u32,
    rows_of_buckets: RowsOfKeys,
}

impl TimeIndex {
    /// The index of all rows; `None` when there is none, or when the times lie too far apart.
    fn of(times: &[i64], (first, last): (i64, i64)) -> Option<Self> {
        last.checked_add(1)?;
        let span = u64::try_from(last.checked_sub(first)?).ok()?;
        let wanted = (times.len() / ROWS_OF_BUCKET).max(1) as u64;
        let shift = u64::BITS - (span / wanted).leading_zeros();
        let buckets = bucket(first, last, shift) as usize + 1;
        let bucket_of_row: Vec<u32> = times
            .iter()
            .map(|time| bucket(first, *time, shift))
            .collect();
        Some(Self {
            first,
            last,
            shift,
            rows_of_buckets: RowsOfKeys::of(&bucket_of_row, buckets),
        })
    }

    /// The rows from a time (included) to another (not included), in order; `None` when it is as quick to
    /// look at all of them. The times are those that the index was made of.
    pub(crate) fn rows_in(&self, times: &[i64], from: i64, to: i64) -> Option<Vec<u32>> {
        let (from, to) = (from.max(self.first), to.min(self.last + 1));
        if from >= to {
            return Some(Vec::new());
        }
        let bucket = |time: i64| bucket(self.first, time, self.shift) as usize;
        let (begin, end) = (bucket(from), bucket(to - 1) + 1);
        let of_buckets = |buckets| self.rows_of_buckets.of_keys(buckets);
        if of_buckets(begin..end).len() > times.len() / SPARSE {
            return None;
        }
        let time = |row: &u32| times.get(*row as usize);
        let is_inside = |row: &&u32| time(row).is_some_and(|time| (from..to).contains(time));
        // Only the first bucket and the last one hold other times too.
        let first = of_buckets(begin..begin + 1).iter();
        let mut rows: Vec<u32> = first.filter(is_inside).copied().collect();
        if end - begin > 1 {
            rows.extend_from_slice(of_buckets(begin + 1..end - 1));
            rows.extend(of_buckets(end - 1..end).iter().filter(is_inside));
        }
        Some(match rows.len() > times.len() / VERY_SPARSE {
            true => marked(&rows, times.len()),
            false => {
                rows.sort_unstable();
                rows
            }
        })
    }
}

/// The bucket of a time, which must not be before the first.
fn bucket(first: i64, time: i64, shift: u32) -> u32 {
    ((time - first) as u64 >> shift) as u32
}

/// Different row numbers in order: each is marked among all, and the marks are read.
fn marked(rows: &[u32], all: usize) -> Vec<u32> {
    let mut marks = vec![0u64; all.div_ceil(64)];
    for row in rows {
        if let Some(word) = marks.get_mut(*row as usize / 64) {
            *word |= 1 << (row % 64);
        }
    }
    let mut in_order = Vec::with_capacity(rows.len());
    for (first, word) in (0..).step_by(64).zip(marks) {
        let mut rest = word;
        while rest != 0 {
            in_order.push(first + rest.trailing_zeros());
            rest &= rest - 1;
        }
    }
    in_order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_those_that_a_look_at_all_finds(
            times in proptest::collection::vec(prop_oneof![9 => 0..5_000i64, 1 => any::<i64>()], 1..3_000),
            windows in proptest::collection::vec((-10..5_010i64, 0..800i64), 1..20),
        ) {
            let Some(index) = TimeIndex::of(&times, bounds(&times)) else {
                return Ok(());
            };
            for (from, length) in windows {
                let window = from..from + length;
                let rows = (0..).zip(&times).filter(|(_, time)| window.contains(time));
                let expected: Vec<u32> = rows.map(|(row, _)| row).collect();
                let is_all = expected.len() == times.len();
                let are_within = Times::default().are_within(&times, window.start, window.end);
                prop_assert_eq!(are_within, is_all);
                if let Some(found) = index.rows_in(&times, window.start, window.end) {
                    prop_assert_eq!(found, expected);
                }
            }
        }

        #[test]
        fn stretches_hold_all_times(times in proptest::collection::vec(prop_oneof![9 => 0..90_000_000_000i64, 1 => any::<i64>()], 1..300)) {
            let found = stretches(&times, bounds(&times));
            prop_assert!(found.is_sorted());
            let covers = |time: &i64| found.iter().any(|(first, last)| (first..=last).contains(&time));
            prop_assert!(times.iter().all(covers));
            let is_short = |(first, last): &(i64, i64)| last - first < 600_000_000 && times.contains(first) && times.contains(last);
            prop_assert!(found.iter().all(is_short));
        }

        #[test]
        fn marked_rows_are_in_order(rows in proptest::collection::hash_set(0..3_000u32, 0..400)) {
            let mut expected: Vec<u32> = rows.into_iter().collect();
            let found = marked(&expected, 3_000);
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_column_asked_often_has_an_index_that_finds_the_same() {
        let times: Vec<i64> = (0..FEW_ROWS as i64 * 2)
            .map(|row| row * 7_919 % 1_000_003)
            .collect();
        let known = Times::default();
        assert!((0..ASKED_BEFORE).all(|_| known.index(&times).is_none()));
        let index = known.index(&times).expect("an index");
        for (from, to) in [(0, 1), (17, 5_000), (400_000, 600_000), (999_000, i64::MAX)] {
            let rows = (0..)
                .zip(&times)
                .filter(|(_, time)| (from..to).contains(*time));
            let expected: Vec<u32> = rows.map(|(row, _)| row).collect();
            assert_eq!(index.rows_in(&times, from, to), Some(expected));
        }
        assert_eq!(index.rows_in(&times, 0, 900_000), None);
    }
}
