//! Shares, averages and other measures that lie where two rules part only for the right numbers of two kinds of
//! rows: 51 of 200 for a rounded 25.5 percent. The numbers are found by descending the tree of fractions, which
//! has the simplest first, with what the comparison makes of each mix as the guide: nothing need be known of how
//! the measure is computed.

use std::cmp::Ordering;

use super::Bound;
use crate::generate::{Base, Generator, Mix};
use crate::pair::CannotRun;
use crate::prove::{Steps, Trial};

/// Rows of a mix.
const MAX_ROWS: usize = 600;
/// Rows of one kind beside one of the other, to tell whether the mix matters to the comparison.
const MANY: usize = 99;
/// Mixes that are measured for one comparison.
const MAX_MEASURED: usize = 1_200;
/// By what a mix is multiplied on which the rules part at the comparison, though not in the result: other
/// conditions may ask for more rows.
const TIMES: [usize; 5] = [1, 2, 3, 5, 8];

/// How many rows there are of either kind.
type Counts = [usize; 2];

impl Trial<'_> {
    /// Mixes the kinds of rows of the logs nearest to a bound; whether it was stopped.
    pub(super) fn mix(
        &mut self,
        generator: &mut Generator<'_>,
        (bound, nearest): (&Bound, &[Base]),
        steps: &mut Steps<'_>,
    ) -> Result<bool, CannotRun> {
        let enough = generator.enough_rows();
        let mut left = MAX_MEASURED;
        for mix in nearest.iter().flat_map(|base| generator.mixes(base)) {
            if left == 0 || self.counter_example.is_some() {
                return Ok(false);
            }
            let mut is_stopped = false;
            let parting = parting(MAX_ROWS, &mut |counts| {
                is_stopped = is_stopped || !steps.next();
                left = left.checked_sub(1).filter(|_| !is_stopped)?;
                let log = mix.log(times(counts, scale(counts, enough)));
                self.score(bound, &log).0.side
            });
            if is_stopped {
                return Ok(true);
            }
            if let Some(counts) = parting {
                self.try_mix(&mix, times(counts, scale(counts, enough)))?;
            }
        }
        Ok(false)
    }

    /// Both rules on multiples of a mix.
    fn try_mix(&mut self, mix: &Mix, counts: Counts) -> Result<(), CannotRun> {
        for factor in TIMES {
            let log = mix.log(times(counts, factor));
            if self.counter_example.is_some() || log.log.rows() > MAX_ROWS {
                break;
            }
            self.tried_at(&log, self.tried.generated, &[log.time])?;
        }
        Ok(())
    }
}

/// By what counts are multiplied to be enough.
fn scale(counts: Counts, enough: usize) -> usize {
    enough.div_ceil(sum(counts).max(1)).max(1)
}

fn times(counts: Counts, factor: usize) -> Counts {
    counts.map(|count| count * factor)
}

fn sum([one, other]: Counts) -> usize {
    one + other
}

/// Counts of two kinds, few of them, for which `side` is equal; it must not rise and fall with the share of the
/// first kind. Nothing when there are none of so many rows, or when a side is not known.
fn parting(most: usize, side: &mut dyn FnMut(Counts) -> Option<Ordering>) -> Option<Counts> {
    let ends = [[1, MANY], [MANY, 1]];
    let sides = [side(ends[0])?, side(ends[1])?];
    if let Some(at) = sides.iter().position(|side| side.is_eq()) {
        return Some(ends[at]);
    }
    if sides[0] == sides[1] {
        return None;
    }
    let mut bounds = [[0, 1], [1, 0]];
    let mut from = 0;
    while sum(bounds[0]) + sum(bounds[1]) <= most {
        let (near, far) = (bounds[from], bounds[1 - from]);
        let mut simplest = None;
        let (mut steps, mut next, mut is_growing) = (0, 1, true);
        while next > 0 {
            let counts = toward(near, far, steps + next);
            let found = match sum(counts) <= most {
                true => Some(side(counts)?),
                false => None,
            };
            if found == Some(Ordering::Equal) {
                simplest = Some(counts);
            }
            let is_near = found == Some(sides[from]);
            steps += if is_near { next } else { 0 };
            is_growing &= is_near;
            next = if is_growing { next * 2 } else { next / 2 };
        }
        if simplest.is_some() {
            return simplest;
        }
        bounds[from] = toward(near, far, steps);
        from = 1 - from;
    }
    None
}

/// So many steps from one fraction to another.
fn toward(near: Counts, far: Counts, steps: usize) -> Counts {
    [near[0] + steps * far[0], near[1] + steps * far[1]]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts for which the percentage of the first kind is at least `low` and below `high`.
    fn between(low: f64, high: f64) -> (Option<Counts>, usize) {
        let mut asked = 0;
        let counts = parting(MAX_ROWS, &mut |[one, other]| {
            asked += 1;
            let share = 100.0 * one as f64 / (one + other) as f64;
            Some(match share {
                share if share < low => Ordering::Less,
                share if share < high => Ordering::Equal,
                _ => Ordering::Greater,
            })
        });
        (counts, asked)
    }

    #[test]
    fn the_simplest_counts_come_first() {
        assert_eq!(between(24.5, 25.5).0, Some([1, 3]));
        assert_eq!(between(33.35, 33.45).0, Some([96, 191]));
    }

    #[test]
    fn few_mixes_are_asked_for() {
        for tenth in 30..970 {
            let (low, high) = (f64::from(tenth) / 10.0, f64::from(tenth + 1) / 10.0);
            let (counts, asked) = between(low, high);
            assert!(
                counts.is_some() && asked < 40,
                "{low}: {counts:?} in {asked}"
            );
        }
    }

    #[test]
    fn a_measure_that_the_mix_does_not_change_is_left_at_once() {
        let mut asked = 0;
        let counts = parting(MAX_ROWS, &mut |_| {
            asked += 1;
            Some(Ordering::Less)
        });
        assert_eq!((counts, asked), (None, 2));
    }
}
