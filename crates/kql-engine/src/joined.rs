//! Rows numbered by several columns at once: the groups of all columns make one number, and that is looked
//! up once for each row.

use crate::interrupt::Pace;
use crate::key::{Groups, UNMET};

/// Numbers below this have a place each, even of few rows.
const FEW_PLACES: u64 = 1 << 12;
/// Places of the first table of numbers, at most and at least.
const FIRST_PLACES: usize = 1 << 12;
const FEWEST_PLACES: usize = 1 << 4;
/// Spreads numbers over the places of a table.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// The groups of several columns, as one number for each row.
pub(crate) struct Joined {
    numbers: Vec<u64>,
    /// All numbers are below this.
    room: u64,
}

impl Joined {
    /// Rows that are in one group of both.
    pub(crate) fn of(left: &Groups, right: &Groups) -> Self {
        let width = right.len() as u64;
        let pairs = left.of_row.iter().zip(&right.of_row);
        let number = |(left, right): (&u32, &u32)| u64::from(*left) * width + u64::from(*right);
        Self {
            numbers: pairs.map(number).collect(),
            room: left.len() as u64 * width,
        }
    }

    /// Rows that are also in one group of another column.
    pub(crate) fn and(&mut self, other: &Groups) {
        let width = other.len() as u64;
        let Some(room) = self.room.checked_mul(width) else {
            // Numbers of the groups so far are small again.
            let so_far = numbered(self.numbers.iter().copied());
            *self = Self::of(&so_far, other);
            return;
        };
        for (number, group) in self.numbers.iter_mut().zip(&other.of_row) {
            *number = *number * width + u64::from(*group);
        }
        self.room = room;
    }

    /// The groups, in order of first appearance.
    pub(crate) fn groups(self) -> Groups {
        let rows = self.numbers.len() as u64;
        if self.room > rows.saturating_mul(2).max(FEW_PLACES) {
            return numbered(self.numbers.into_iter());
        }
        let mut known = vec![UNMET; self.room as usize];
        let mut groups = Groups::for_rows(self.numbers.len());
        for number in &self.numbers {
            if let Some(known) = known.get_mut(*number as usize) {
                groups.push(known);
            }
        }
        groups
    }
}

/// Groups of equal numbers, in order of first appearance.
pub(crate) fn numbered(numbers: impl ExactSizeIterator<Item = u64>) -> Groups {
    let mut groups = Groups::for_rows(numbers.len());
    let first = (numbers.len() * 2).next_power_of_two();
    let mut places = Places::of(first.clamp(FEWEST_PLACES, FIRST_PLACES));
    let (rows, mut pace) = (numbers.len(), Pace::default());
    for number in numbers {
        if pace.is_over() {
            groups.cut_short(rows);
            break;
        }
        let known = groups.len();
        groups.push(places.group_of(number));
        if groups.len() > known {
            places.taken(groups.len());
        }
    }
    groups
}

/// A table of numbers with their groups. A number stands at the first free place from its own on.
struct Places {
    places: Vec<(u64, u32)>,
    /// How far a spread number is shifted to become a place.
    shift: u32,
}

impl Places {
    /// A table with so many places, a power of two.
    fn of(count: usize) -> Self {
        Self {
            places: vec![(0, UNMET); count],
            shift: u64::BITS - count.trailing_zeros(),
        }
    }

    /// The group of a number; a new one is [`UNMET`].
    fn group_of(&mut self, number: u64) -> &mut u32 {
        let last = self.places.len() - 1;
        let mut place = (number.wrapping_mul(SPREAD) >> self.shift) as usize;
        while self.places[place].1 != UNMET && self.places[place].0 != number {
            place = (place + 1) & last;
        }
        self.places[place].0 = number;
        &mut self.places[place].1
    }

    /// Makes room, so that half of the places stay free.
    fn taken(&mut self, count: usize) {
        if count * 2 <= self.places.len() {
            return;
        }
        let mut wider = Self::of(self.places.len() * 2);
        for (number, group) in self.places.iter().filter(|(_, group)| *group != UNMET) {
            *wider.group_of(*number) = *group;
        }
        *self = wider;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Groups by looking at all rows before.
    fn expected(rows: &[Vec<u64>]) -> (Vec<u32>, Vec<u32>) {
        let (mut of_row, mut firsts): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
        for (row, cells) in rows.iter().enumerate() {
            let mut known = (0..).zip(&firsts);
            let found = known.find(|(_, first)| rows[**first as usize] == *cells);
            let group = found.map(|(group, _)| group);
            of_row.push(group.unwrap_or(firsts.len() as u32));
            if group.is_none() {
                firsts.push(row as u32);
            }
        }
        (of_row, firsts)
    }

    fn joined(rows: &[Vec<u64>]) -> Groups {
        let column = |place: usize| numbered(rows.iter().map(move |row| row[place]));
        let mut joined = Joined::of(&column(0), &column(1));
        joined.and(&column(2));
        joined.groups()
    }

    proptest! {
        #[test]
        fn rows_of_equal_cells_are_one_group(rows in proptest::collection::vec(proptest::collection::vec(0..4u64, 3), 0..80)) {
            let groups = joined(&rows);
            prop_assert_eq!((groups.of_row, groups.first_rows), expected(&rows));
        }
    }

    #[test]
    fn many_numbers_keep_their_groups() {
        let numbers: Vec<u64> = (0..20_000u64)
            .map(|row| (row % 9_000).wrapping_mul(SPREAD))
            .collect();
        let groups = numbered(numbers.iter().copied());
        assert_eq!(groups.len(), 9_000);
        assert!(
            (0u32..)
                .zip(&groups.of_row)
                .all(|(row, group)| row % 9_000 == *group)
        );
    }

    #[test]
    fn more_columns_than_a_number_holds_are_numbered_between() {
        let rows: Vec<Vec<u64>> = (0..3_000)
            .map(|row| vec![row % 50, row % 7, row % 2_900])
            .collect();
        let column = |place: usize| numbered(rows.iter().map(move |row| row[place]));
        let mut groups = Joined::of(&column(2), &column(1));
        (0..12).for_each(|_| groups.and(&column(2)));
        groups.and(&column(0));
        let found = groups.groups();
        assert_eq!((found.of_row, found.first_rows), expected(&rows));
    }
}
