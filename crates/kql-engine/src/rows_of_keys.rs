//! Rows by a number that each of them has, in two flat lists.

use std::ops::Range;

/// The rows of each key, in order; a million keys cost no allocation each.
#[derive(Debug, Default)]
pub(crate) struct RowsOfKeys {
    /// Where the rows of each key end.
    ends: Vec<u32>,
    rows: Vec<u32>,
}

/// Puts one number of each row beside those of the other rows of its key, in two flat lists.
pub(crate) struct Placing<'k> {
    /// Where the next number of each key goes.
    next: Vec<u32>,
    key_of_row: std::slice::Iter<'k, u32>,
    placed: Vec<u32>,
}

impl<'k> Placing<'k> {
    /// For rows of so many keys, by the key of each row.
    pub(crate) fn of(key_of_row: &'k [u32], keys: usize) -> Self {
        let mut next = vec![0; keys];
        for key in key_of_row {
            if let Some(rows) = next.get_mut(*key as usize) {
                *rows += 1;
            }
        }
        let mut begin = 0;
        for next in &mut next {
            let rows = std::mem::replace(next, begin);
            begin += rows;
        }
        Self {
            next,
            key_of_row: key_of_row.iter(),
            placed: vec![0; key_of_row.len()],
        }
    }

    /// Places the number of the next row. That of a key which does not exist is dropped.
    #[inline]
    pub(crate) fn place(&mut self, number: u32) {
        let key = self.key_of_row.next();
        if let Some(next) = key.and_then(|key| self.next.get_mut(*key as usize)) {
            if let Some(place) = self.placed.get_mut(*next as usize) {
                *place = number;
            }
            *next += 1;
        }
    }

    /// Where the numbers of each key end, and all numbers, key after key, in the order of their rows.
    pub(crate) fn finish(self) -> (Vec<u32>, Vec<u32>) {
        // Each key begins where the one before it ends, and its numbers moved that on to its end.
        (self.next, self.placed)
    }
}

impl RowsOfKeys {
    /// The rows of so many keys, by the key of each row.
    pub(crate) fn of(key_of_row: &[u32], keys: usize) -> Self {
        let mut placing = Placing::of(key_of_row, keys);
        (0..key_of_row.len() as u32).for_each(|row| placing.place(row));
        let (ends, rows) = placing.finish();
        Self { ends, rows }
    }

    /// Number of keys.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The rows of a key.
    pub(crate) fn get(&self, key: u32) -> &[u32] {
        let key = key as usize;
        self.of_keys(key..key.saturating_add(1))
    }

    /// The rows of keys that follow one another, key after key.
    pub(crate) fn of_keys(&self, keys: Range<usize>) -> &[u32] {
        let end = |key: usize| self.ends.get(key).map(|end| *end as usize);
        let behind = |key: usize| key.checked_sub(1).map_or(Some(0), end);
        let rows = behind(keys.start).zip(behind(keys.end));
        rows.and_then(|(begin, end)| self.rows.get(begin..end))
            .unwrap_or_default()
    }

    /// The rows of all keys, apart.
    pub(crate) fn lists(&self) -> Vec<Vec<u32>> {
        (0..self.len() as u32)
            .map(|key| self.get(key).to_vec())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_key_has_its_rows(key_of_row in proptest::collection::vec(0..12u32, 0..60)) {
            let found = RowsOfKeys::of(&key_of_row, 10);
            let rows = |key: u32| (0..).zip(&key_of_row).filter(move |(_, of_row)| **of_row == key).map(|(row, _)| row);
            let expected: Vec<Vec<u32>> = (0..10).map(|key| rows(key).collect()).collect();
            prop_assert_eq!(found.of_keys(3..7), expected[3..7].concat());
            prop_assert_eq!(found.lists(), expected);
            prop_assert_eq!(found.get(10), &[] as &[u32]);
        }
    }
}
