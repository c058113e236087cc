//! The logs that a search has seen and not yet left behind, and which of them is changed next.

use std::collections::{BTreeMap, BTreeSet};

use super::score::{Score, Signature};
use crate::generate::Base;

/// Nearest logs that are kept.
const MAX_NEAREST: usize = 8;

/// The place of a log among others: what is missing, the distance, its rows, its number.
type Place = (u8, u64, usize, usize);

/// A log of a search with the steps from it that are not made yet.
pub(super) struct Reached {
    pub base: Base,
    pub score: Score,
    pub steps: Option<std::vec::IntoIter<Base>>,
}

/// Logs of a search.
#[derive(Default)]
pub(super) struct Frontier {
    waiting: BTreeMap<Place, Reached>,
    seen: BTreeSet<Signature>,
    added: usize,
    taken: usize,
}

impl Frontier {
    /// Whether no log before did the same at the comparison.
    pub fn is_new(&mut self, signature: Signature) -> bool {
        self.seen.insert(signature)
    }

    /// Adds a log, behind all that are as near.
    pub fn add(&mut self, reached: Reached) {
        self.added += 1;
        let (missing, distance) = reached.score.rank();
        let place = (missing, distance, reached.base.log.rows(), self.added);
        self.waiting.insert(place, reached);
    }

    /// Adds a log again when steps from it are left.
    pub fn put_back(&mut self, mut reached: Reached, steps: std::vec::IntoIter<Base>) {
        if !steps.as_slice().is_empty() {
            reached.steps = Some(steps);
            self.add(reached);
        }
    }

    /// Takes out in turn the nearest log, the one with the least distance whatever else it misses, and the nearest
    /// of the shortest: the way to a bound may lead over logs on which something else decides, and few rows give
    /// plain numbers.
    pub fn take(&mut self) -> Option<Reached> {
        self.taken += 1;
        let places = self.waiting.keys().copied();
        let place = match self.taken % 3 {
            1 => places.min(),
            2 => places.min_by_key(|(missing, distance, rows, number)| {
                (*distance, *missing, *rows, *number)
            }),
            _ => places.min_by_key(|(missing, distance, rows, number)| {
                (*rows, *missing, *distance, *number)
            }),
        };
        self.waiting.remove(&place?)
    }
}

/// A search under way.
#[derive(Default)]
pub(super) struct Search {
    pub frontier: Frontier,
    pub measured: usize,
    pub tried: usize,
    nearest: BTreeMap<u64, Base>,
}

impl Search {
    /// Keeps a log if it is among the nearest; of those that are as near, the one with the fewest rows.
    pub fn keep(&mut self, base: &Base, score: &Score) {
        let kept = self.nearest.entry(score.rank().1);
        let kept = kept.or_insert_with(|| base.clone());
        if base.log.rows() < kept.log.rows() {
            kept.clone_from(base);
        }
        if self.nearest.len() > MAX_NEAREST {
            self.nearest.pop_last();
        }
    }

    /// The nearest logs, by their distance from the bound.
    pub fn into_nearest(self) -> Vec<Base> {
        self.nearest.into_values().collect()
    }
}

/// What came of a log.
#[derive(PartialEq)]
pub(super) enum Next {
    /// The proof was stopped.
    Stop,
    /// A log before did the same at the comparison.
    Known,
    /// It is a new one, with the rank of its score.
    Reached((u8, u64)),
}
