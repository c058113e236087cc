//! Finding logs on which what a query computes lies exactly at the bound that it is held against, just below and
//! just above: a count, a sum, a largest value, a ratio. Which rows give it cannot be read off the query, so it is
//! searched for: what the comparison compares is measured on each log (`comparison.rs`), and of all logs seen the
//! one nearest to the bound is changed further (`score.rs`). Shares and averages that no step reaches are mixed
//! from two kinds of rows (`mix.rs`).
//!
//! Where two rules differ before the comparison, as an average and a largest value do, logs are wanted on which
//! they compare something else and the bound lies between.

mod comparison;
mod frontier;
mod mix;
mod score;

use self::comparison::{Comparison, Measured, comparisons};
use self::frontier::{Next, Reached, Search};
use self::score::{Score, Signature, score};
use crate::focus::{Focus, meets};
use crate::generate::{Base, Generator};
use crate::pair::{CannotRun, Side};
use crate::prove::{Steps, Trial};

/// Comparisons that bounds are searched for.
const MAX_COMPARISONS: usize = 4;
/// Logs that a search starts from.
const MAX_STARTS: usize = 12;
/// Logs that are measured for one comparison.
const MAX_MEASURED: usize = 2_000;
/// Logs near the bound of one comparison on which both rules are run.
const MAX_TRIED: usize = 150;
/// Steps from one log before the next one is looked at.
const STEPS_AT_ONCE: usize = 60;
/// Distance from a bound that still counts as beside it.
const BESIDE: f64 = 1.0;

/// A comparison of the converted rule with the same one of the original, where both have the same ones.
struct Bound {
    original: Option<Comparison>,
    converted: Comparison,
    /// Whether the rules differ before the comparison.
    is_above: bool,
}

impl Trial<'_> {
    /// Searches for logs at the bounds of the comparisons that the rules differ in, or else of those behind the
    /// differences; whether it was stopped.
    pub(crate) fn bounds(
        &mut self,
        generator: &mut Generator<'_>,
        steps: &mut Steps<'_>,
    ) -> Result<bool, CannotRun> {
        let focus = self.unlike.focus();
        for bound in self.bounds_to_reach() {
            if self.counter_example.is_some() {
                return Ok(false);
            }
            let mut search = Search::default();
            if self.search(generator, (&bound, &focus), &mut search, steps)?
                || self.mix(generator, (&bound, &search.into_nearest()), steps)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn bounds_to_reach(&self) -> Vec<Bound> {
        let given = comparisons(self.pair.converted.query());
        let known = comparisons(self.pair.original.query());
        let is_parallel = given.len() == known.len();
        let mut known = known.into_iter();
        let places = &self.unlike.places;
        let is_at = |one: &Comparison| places.iter().any(|place| meets(&one.range, place));
        let is_any_at = given.iter().any(is_at);
        let bounds = given.into_iter().filter_map(|converted| {
            let original = known.next().filter(|_| is_parallel);
            (!is_any_at || is_at(&converted)).then_some(Bound {
                original,
                converted,
                is_above: !is_any_at && is_parallel,
            })
        });
        bounds.take(MAX_COMPARISONS).collect()
    }

    /// One search; whether it was stopped.
    fn search(
        &mut self,
        generator: &mut Generator<'_>,
        (bound, focus): (&Bound, &Focus),
        search: &mut Search,
        steps: &mut Steps<'_>,
    ) -> Result<bool, CannotRun> {
        let mut starts = generator.starts(&self.unlike.foci);
        starts.truncate(MAX_STARTS);
        for base in starts {
            if self.measure(generator, (bound, base), search, steps)? == Next::Stop {
                return Ok(true);
            }
        }
        while let Some(mut from) = search.frontier.take() {
            let mut made = from.steps.take().unwrap_or_else(|| {
                let missing = rows_missing(from.score.distance);
                generator.steps_from(&from.base, focus, missing).into_iter()
            });
            let rank = from.score.rank();
            for _ in 0..STEPS_AT_ONCE {
                if search.measured >= MAX_MEASURED || self.counter_example.is_some() {
                    return Ok(false);
                }
                let Some(base) = made.next() else { break };
                match self.measure(generator, (bound, base), search, steps)? {
                    Next::Stop => return Ok(true),
                    Next::Reached(nearer) if nearer < rank => break,
                    _ => {}
                }
            }
            search.frontier.put_back(from, made);
        }
        Ok(false)
    }

    /// Measures a log, and runs both rules on it when it is near the bound.
    fn measure(
        &mut self,
        generator: &mut Generator<'_>,
        (bound, base): (&Bound, Base),
        search: &mut Search,
        steps: &mut Steps<'_>,
    ) -> Result<Next, CannotRun> {
        steps.all += 1;
        search.measured += 1;
        if !steps.next() {
            return Ok(Next::Stop);
        }
        let (score, signature) = self.score(bound, &base);
        if !search.frontier.is_new(signature) {
            return Ok(Next::Known);
        }
        search.keep(&base, &score);
        let is_near = score.missing == 0 && score.distance <= BESIDE;
        if is_near && search.tried < MAX_TRIED {
            search.tried += 1;
            let did = self.tried_at(&base, self.tried.generated, &[base.time])?;
            if self.counter_example.is_none() {
                generator.learn(base.clone(), did);
            }
        }
        search.frontier.add(Reached {
            base,
            score,
            steps: None,
        });
        Ok(Next::Reached(score.rank()))
    }

    fn score(&self, bound: &Bound, base: &Base) -> (Score, Signature) {
        let carrying = &self.pair.carrying;
        let (tables, _) = carrying.without_left_out(&base.log.tables(&self.known));
        let (left, right) = carrying.read(&tables);
        let measure = |comparison: &Comparison, side: Side| -> Vec<Measured> {
            let (rule, tables) = match side {
                Side::Original => (self.input.original, &left),
                Side::Converted => (self.input.converted, &right),
            };
            let window = rule_replay::timeline::window_at(rule, base.time);
            let rows = window.map(|(window, now)| comparison.measure(tables, window, now));
            rows.unwrap_or_default()
        };
        let converted = measure(&bound.converted, Side::Converted);
        let original = bound.original.as_ref();
        let original = original.map(|comparison| measure(comparison, Side::Original));
        let original = original.as_deref().unwrap_or(&converted);
        score((original, &converted), bound.is_above)
    }
}

/// A distance as a number of rows.
fn rows_missing(distance: f64) -> usize {
    // Saturates: what is too far is no number of rows.
    distance.abs().round() as usize
}
