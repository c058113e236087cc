//! Which of the aimed logs are tried. There are more than a proof has time for, and they are of many kinds:
//! cells changed, rows moved in time, counted, written as a series. Each kind of each base and difference has a
//! share of the cost of all logs, by its weight, and the next log is always of the kind that has used the least
//! of its share. So no kind takes the place of another, however many logs or rows it has, and a new one takes
//! from the others no more than its own share. Within a kind the logs keep their order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::bases::Base;

/// Most logs that are aimed at the differences between the rules, in each of the two rounds.
const MAX_LOGS: usize = 1_500;
/// Most rows of those logs together.
const MAX_ROWS: usize = 300_000;
/// What a log costs besides its rows, in rows.
const COST_OF_LOG: usize = MAX_ROWS / MAX_LOGS;
/// What is divided by weights: a multiple of all small ones.
const PARTS: usize = 5_040;

/// Logs of one kind, in the order in which they are to be tried.
#[derive(Debug)]
pub(super) struct Kind {
    /// How large its share is beside those of the others; at least one.
    pub weight: usize,
    /// The logs.
    pub logs: Vec<Base>,
}

impl Kind {
    pub fn new(weight: usize, logs: Vec<Base>) -> Self {
        Self { weight, logs }
    }
}

/// The logs that are tried, in order.
pub(super) fn fair(kinds: Vec<Kind>) -> Vec<Base> {
    let bounded = in_shares(kinds).scan(0, |rows, base| {
        *rows += base.log.rows();
        (*rows <= MAX_ROWS).then_some(base)
    });
    bounded.take(MAX_LOGS).collect()
}

/// All logs, each of the kind that will have used the least of its share with it; of kinds that are even, of
/// the first.
fn in_shares(kinds: Vec<Kind>) -> impl Iterator<Item = Base> {
    let mut kinds: Vec<_> = kinds
        .into_iter()
        .map(|kind| (kind.weight.max(1), kind.logs.into_iter().peekable()))
        .collect();
    let mut waiting: BinaryHeap<Reverse<(usize, usize)>> = BinaryHeap::new();
    for (place, (weight, logs)) in kinds.iter_mut().enumerate() {
        waiting.extend(
            logs.peek()
                .map(|base| Reverse((used(base, *weight), place))),
        );
    }
    std::iter::from_fn(move || {
        let Reverse((so_far, place)) = waiting.pop()?;
        let (weight, logs) = kinds.get_mut(place)?;
        let base = logs.next()?;
        let next = logs.peek().map(|next| so_far + used(next, *weight));
        waiting.extend(next.map(|next| Reverse((next, place))));
        Some(base)
    })
}

/// What a log uses of the share of a kind.
fn used(base: &Base, weight: usize) -> usize {
    (COST_OF_LOG + base.log.rows()) * PARTS / weight
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::log::{Log, Row, Sheet};

    /// A log with so many rows, told by its time.
    fn log(time: i64, rows: usize) -> Base {
        let sheet = Sheet {
            table: "AzureDiagnostics".to_owned(),
            columns: Arc::new(Vec::new()),
            rows: (0..rows).map(|_| Row::default()).collect(),
        };
        Base {
            log: Log {
                sheets: vec![sheet],
            },
            time,
        }
    }

    fn kind(weight: usize, time: i64, (logs, rows): (usize, usize)) -> Kind {
        Kind::new(weight, (0..logs).map(|_| log(time, rows)).collect())
    }

    fn of(time: i64, logs: &[Base]) -> usize {
        logs.iter().filter(|base| base.time == time).count()
    }

    #[test]
    fn no_kind_starves_another_by_its_length_or_its_rows() {
        let tried = fair(vec![
            kind(1, 0, (5_000, 1_200)),
            kind(1, 1, (5_000, 1)),
            kind(1, 2, (20, 1)),
        ]);
        assert_eq!(of(2, &tried), 20);
        let rows: usize = tried.iter().map(|base| base.log.rows()).sum();
        assert!(rows <= MAX_ROWS && tried.len() <= MAX_LOGS);
        let (large, small) = (of(0, &tried), of(1, &tried));
        assert!(large > 100 && small > 5 * large, "{large} and {small}");
    }

    #[test]
    fn a_weight_is_a_share_and_what_is_left_of_one_goes_to_the_others() {
        let tried = fair(vec![
            kind(3, 0, (5_000, 0)),
            kind(1, 1, (5_000, 0)),
            kind(9, 2, (0, 0)),
        ]);
        assert_eq!(tried.len(), MAX_LOGS);
        assert_eq!(of(0, &tried), MAX_LOGS * 3 / 4);
    }
}
