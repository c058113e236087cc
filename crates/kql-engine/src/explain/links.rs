//! How the rows of an operator's result hang together with those of one of its inputs.
//!
//! The vectors are the ones that the operator itself selects rows with, so that they cannot tell a
//! different story.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::column::NO_ROW;

/// The input rows of each result row.
#[derive(Clone, Debug)]
pub(crate) enum Links {
    /// A result row comes from the input row of the same number; input rows beyond the result are left out.
    Same,
    /// The input row of each result row, or [`NO_ROW`].
    One(Vec<u32>),
    /// The result row of each input row, or [`NO_ROW`].
    Group(Vec<u32>),
    /// The first input row is this result row, and so on.
    Span(u32),
    /// The set of input rows of each result row, or [`NO_ROW`].
    Sets(Vec<u32>, Arc<Vec<Vec<u32>>>),
    /// The neighbouring input rows of each result row: the first, and one past the last.
    Ranges(Vec<(u32, u32)>),
    /// The same input rows for every result row.
    Fixed(Arc<Vec<u32>>),
    /// All input rows for every result row.
    All,
    /// None: the result does not depend on the rows.
    None,
}

/// Where tracked rows of an input have got to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Followed {
    /// Rows of the result, in order.
    pub kept: Vec<u32>,
    /// Rows of the input that are in no row of the result, in order.
    pub lost: Vec<u32>,
}

impl Followed {
    /// None of the rows is kept.
    fn none(inputs: &[u32]) -> Self {
        Self {
            kept: Vec::new(),
            lost: inputs.to_vec(),
        }
    }
}

impl Links {
    /// Numbers that this holds, as a measure of memory.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::One(rows) | Self::Group(rows) => rows.len(),
            Self::Sets(rows, sets) => rows.len() + sets.iter().map(Vec::len).sum::<usize>(),
            Self::Ranges(rows) => 2 * rows.len(),
            Self::Fixed(rows) => rows.len(),
            Self::Same | Self::Span(_) | Self::All | Self::None => 0,
        }
    }

    /// Marks the input rows behind the marked result rows.
    pub(crate) fn back(&self, outputs: &[bool], inputs: &mut [bool]) {
        let marked = || (0u32..).zip(outputs).filter(|(_, mark)| **mark);
        let mut mark = |row: u32| {
            if let Some(mark) = inputs.get_mut(row as usize) {
                *mark = true;
            }
        };
        match self {
            Self::Same => marked().for_each(|(row, _)| mark(row)),
            Self::One(rows) => marked().for_each(|(row, _)| mark(at(rows, row))),
            Self::Group(groups) => {
                for (row, group) in (0u32..).zip(groups) {
                    if outputs.get(*group as usize) == Some(&true) {
                        mark(row);
                    }
                }
            }
            Self::Span(from) => {
                let inside = marked().filter_map(|(row, _)| row.checked_sub(*from));
                inside.for_each(mark);
            }
            Self::Sets(rows, sets) => {
                let wanted: BTreeSet<u32> = marked().map(|(row, _)| at(rows, row)).collect();
                let sets = wanted.iter().filter_map(|set| sets.get(*set as usize));
                sets.flatten().for_each(|row| mark(*row));
            }
            Self::Ranges(ranges) => {
                let wanted = marked().filter_map(|(row, _)| ranges.get(row as usize));
                within(wanted, inputs);
            }
            Self::Fixed(rows) if marked().next().is_some() => {
                rows.iter().for_each(|row| mark(*row));
            }
            Self::All if marked().next().is_some() => inputs.fill(true),
            Self::Fixed(_) | Self::All | Self::None => {}
        }
    }

    /// Follows input rows, which are in order, into a result of so many rows.
    pub(crate) fn forth(&self, inputs: &[u32], rows: u32) -> Followed {
        match self {
            Self::Same => by_number(inputs, rows, |row| (row < rows).then_some(row)),
            Self::Group(groups) => by_number(inputs, rows, |row| {
                Some(at(groups, row)).filter(|group| *group < rows)
            }),
            Self::Span(from) => by_number(inputs, rows, |row| from.checked_add(row)),
            Self::One(of_output) => through(inputs, of_output),
            Self::All if rows > 0 && !inputs.is_empty() => Followed {
                kept: (0..rows).collect(),
                lost: Vec::new(),
            },
            Self::Sets(of_output, sets) => into_sets(inputs, of_output, sets),
            Self::All | Self::None | Self::Ranges(_) | Self::Fixed(_) => Followed::none(inputs),
        }
    }

    /// The same for rows that are only looked up: a set of them is in no result row.
    pub(crate) fn looked_up(&self, inputs: &[u32], rows: u32) -> Followed {
        match self {
            Self::Sets(..) => Followed::none(inputs),
            _ => self.forth(inputs, rows),
        }
    }

    /// The one input row of a result row.
    pub(crate) fn one(&self, output: u32) -> u32 {
        match self {
            Self::Same => output,
            Self::One(rows) => at(rows, output),
            _ => NO_ROW,
        }
    }
}

/// Marks what is within any of the ranges, in one pass however much they overlap.
fn within<'r>(ranges: impl Iterator<Item = &'r (u32, u32)>, inputs: &mut [bool]) {
    let mut opened = vec![0_i64; inputs.len() + 1];
    for (from, to) in ranges {
        for (place, change) in [(*from, 1), (*to, -1)] {
            if let Some(slot) = opened.get_mut(place as usize) {
                *slot += change;
            }
        }
    }
    let mut open = 0;
    for (mark, change) in inputs.iter_mut().zip(&opened) {
        open += change;
        *mark |= open > 0;
    }
}

fn at(rows: &[u32], place: u32) -> u32 {
    rows.get(place as usize).copied().unwrap_or(NO_ROW)
}

fn by_number(inputs: &[u32], rows: u32, result: impl Fn(u32) -> Option<u32>) -> Followed {
    let mut kept = BTreeSet::new();
    let mut lost = Vec::new();
    for row in inputs {
        match result(*row).filter(|output| *output < rows) {
            Some(output) => {
                kept.insert(output);
            }
            None => lost.push(*row),
        }
    }
    Followed {
        kept: kept.into_iter().collect(),
        lost,
    }
}

fn through(inputs: &[u32], of_output: &[u32]) -> Followed {
    let mut lost: BTreeSet<u32> = inputs.iter().copied().collect();
    let tracked = lost.clone();
    let mut kept = Vec::new();
    for (output, input) in (0u32..).zip(of_output) {
        if tracked.contains(input) {
            kept.push(output);
            lost.remove(input);
        }
    }
    Followed {
        kept,
        lost: lost.into_iter().collect(),
    }
}

/// Follows rows into the result rows whose sets they are in.
fn into_sets(inputs: &[u32], of_output: &[u32], sets: &[Vec<u32>]) -> Followed {
    let met: Vec<bool> = sets
        .iter()
        .map(|set| inputs.iter().any(|row| set.contains(row)))
        .collect();
    let used: BTreeSet<u32> = of_output.iter().copied().collect();
    let is_kept = |row: &u32| {
        let mut sets = used.iter().filter_map(|set| sets.get(*set as usize));
        sets.any(|set| set.contains(row))
    };
    let kept = (0u32..).zip(of_output);
    Followed {
        kept: kept
            .filter(|(_, set)| met.get(**set as usize) == Some(&true))
            .map(|(row, _)| row)
            .collect(),
        lost: inputs.iter().copied().filter(|row| !is_kept(row)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_followed_there_and_back() {
        let one = Links::One(vec![2, 0, NO_ROW, 2]);
        let followed = one.forth(&[1, 2], 4);
        assert_eq!((followed.kept, followed.lost), (vec![0, 3], vec![1]));
        let mut inputs = vec![false; 3];
        one.back(&[true, false, true, false], &mut inputs);
        assert_eq!(inputs, [false, false, true]);

        let group = Links::Group(vec![0, 1, NO_ROW, 0]);
        let followed = group.forth(&[2, 3], 2);
        assert_eq!((followed.kept, followed.lost), (vec![0], vec![2]));
        let mut inputs = vec![false; 4];
        group.back(&[true, false], &mut inputs);
        assert_eq!(inputs, [true, false, false, true]);

        let followed = Links::Same.forth(&[1, 5], 3);
        assert_eq!((followed.kept, followed.lost), (vec![1], vec![5]));
    }
}
