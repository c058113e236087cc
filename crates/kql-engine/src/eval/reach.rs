//! The rows on which functions of neighbouring rows rest, also where one stands inside of another.
//!
//! Such rows are next to each other: each row has a range, from the first one to one past the last, and is
//! in it.

use crate::column::Column;

use super::window::{cell, restarts, sessions, whole};

/// A range of rows for each row.
type Ranges = Vec<(u32, u32)>;

/// The rows on which each row of a window function rests, its arguments aside.
pub(super) fn reach(name: &str, args: &[Column], rows: usize) -> Ranges {
    match name {
        "prev" | "next" => neighbours(name, args, rows),
        "row_window_session" => {
            // A run that is to end gives no explanation.
            let sessions = sessions(args, rows).unwrap_or_default();
            let starts = sessions.into_iter().enumerate();
            let from = starts.map(|(row, one)| (one.map_or(row, |one| one.since), row + 1));
            from.map(numbers).collect()
        }
        _ => since_restart(args, rows),
    }
}

/// A row and the one so far before or behind it, with those in between.
fn neighbours(name: &str, args: &[Column], rows: usize) -> Ranges {
    let offset = whole(&cell(args, 1, 0)).unwrap_or(1);
    let distance = match name {
        "prev" => offset.saturating_neg(),
        _ => offset,
    };
    let of_row = |row: usize| {
        let last = rows as i64 - 1;
        let other = (row as i64).saturating_add(distance).clamp(0, last);
        let other = usize::try_from(other).unwrap_or(row);
        numbers((row.min(other), row.max(other) + 1))
    };
    (0..rows).map(of_row).collect()
}

/// From where a function that counts last began anew.
fn since_restart(args: &[Column], rows: usize) -> Ranges {
    let mut start = 0;
    let of_row = |row: usize| {
        if restarts(args, 1, row) {
            start = row;
        }
        numbers((start, row + 1))
    };
    (0..rows).map(of_row).collect()
}

fn numbers((from, to): (usize, usize)) -> (u32, u32) {
    (from as u32, to as u32)
}

/// The rows of a function together with those on which its arguments rest there.
pub(super) fn joined(mut outer: Ranges, inner: &[Ranges]) -> Ranges {
    for ranges in inner {
        let (from, to): (Vec<u32>, Vec<u32>) = ranges.iter().copied().unzip();
        let (first, last) = (Extremes::of(from, u32::min), Extremes::of(to, u32::max));
        for range in &mut outer {
            let rows = range.0 as usize..range.1 as usize;
            range.0 = first.within(&rows).unwrap_or(range.0);
            range.1 = last.within(&rows).unwrap_or(range.1);
        }
    }
    outer
}

/// The least or greatest of neighbouring numbers, however many: those of stretches of 1, 2, 4, … numbers.
struct Extremes {
    stretches: Vec<Vec<u32>>,
    choose: fn(u32, u32) -> u32,
}

impl Extremes {
    fn of(numbers: Vec<u32>, choose: fn(u32, u32) -> u32) -> Self {
        let mut stretches = vec![numbers];
        let mut length = 1;
        while let Some(last) = stretches.last().filter(|last| last.len() > length) {
            let pairs = last.iter().zip(last.iter().skip(length));
            let next = pairs.map(|(one, other)| choose(*one, *other)).collect();
            stretches.push(next);
            length *= 2;
        }
        Self { stretches, choose }
    }

    fn within(&self, rows: &std::ops::Range<usize>) -> Option<u32> {
        let level = rows.len().checked_ilog2()? as usize;
        let stretch = self.stretches.get(level)?;
        let one = stretch.get(rows.start)?;
        let other = stretch.get(rows.end.checked_sub(1 << level)?)?;
        Some((self.choose)(*one, *other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_arguments_are_taken_along() {
        let before = vec![(0, 1), (0, 2), (1, 3), (2, 4)];
        let sums = vec![(0, 1), (0, 2), (2, 3), (2, 4)];
        assert_eq!(joined(before, &[sums]), [(0, 1), (0, 2), (0, 3), (2, 4)]);
        let whole = vec![(0, 5); 5];
        let ahead = vec![(0, 2), (1, 3), (2, 4), (3, 5), (4, 5)];
        assert_eq!(joined(ahead, std::slice::from_ref(&whole)), whole);
        assert!(joined(Vec::new(), &[Vec::new()]).is_empty());
    }
}
