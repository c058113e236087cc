//! Finding a log with rows of one table on which the original fires, by taking one step after the other: of all
//! values for a column the first with which rows come through more operators than before.

use std::collections::BTreeSet;

use crate::generate::{Base, Generator};
use crate::pair::{CannotRun, Side};
use crate::prove::{Steps, Trial};

/// Tables for which it is tried.
const MAX_TABLES: usize = 3;
/// Steps from made-up rows to rows on which the rule fires.
const MAX_STEPS: usize = 8;
/// Runs for one table.
const MAX_RUNS: usize = 900;

impl Trial<'_> {
    /// Starts from logs with rows of one table where the rules differ about that table and read others too;
    /// whether it was stopped.
    pub(crate) fn climb(
        &mut self,
        generator: &mut Generator<'_>,
        end: i64,
        steps: &mut Steps<'_>,
    ) -> Result<bool, CannotRun> {
        let sources = self.unlike.sources();
        let tables: BTreeSet<&str> = sources.iter().map(|one| one.table.as_str()).collect();
        // Where tables are joined only, rows of one alone come to nothing.
        let has_arms = self.reading.has_arms && self.kept.len() > 1;
        let wanted = tables
            .into_iter()
            .filter(|table| has_arms && self.kept.contains_key(*table));
        for table in wanted.take(MAX_TABLES) {
            if generator.has_alone(table) {
                continue;
            }
            let seeds = generator.alone(table, &self.kept, end);
            if self.climb_anywhere(generator, &seeds, steps)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Starts from a log on which the original fires, come to step by step from one of these; whether it was
    /// stopped.
    pub(crate) fn climb_anywhere(
        &self,
        generator: &mut Generator<'_>,
        seeds: &[Base],
        steps: &mut Steps<'_>,
    ) -> Result<bool, CannotRun> {
        for seed in seeds {
            match self.climbed(generator, seed.clone(), steps)? {
                None => return Ok(true),
                Some((base, true)) => {
                    generator.start_from(base);
                    break;
                }
                Some((base, false)) => {
                    if let Some(made) = self.in_groups(generator, &base)? {
                        generator.start_from(made);
                        break;
                    }
                }
            }
        }
        Ok(false)
    }

    /// How far a log comes step by step, and whether the original fires on it; nothing when it was stopped.
    fn climbed(
        &self,
        generator: &Generator<'_>,
        start: Base,
        steps: &mut Steps<'_>,
    ) -> Result<Option<(Base, bool)>, CannotRun> {
        let mut best = start;
        let mut height = self.height(&best)?;
        let mut runs = 0;
        for _ in 0..MAX_STEPS {
            if height.0 || runs >= MAX_RUNS {
                break;
            }
            let before = height;
            for made in generator.with_other_columns(&best) {
                runs += 1;
                steps.all += 1;
                if !steps.next() {
                    return Ok(None);
                }
                let reached = self.height(&made)?;
                if reached > height {
                    (best, height) = (made, reached);
                    break;
                }
                if runs >= MAX_RUNS {
                    break;
                }
            }
            if height == before {
                break;
            }
        }
        Ok(Some((best, height.0)))
    }

    /// Starts from logs on which the original fires: each the rows of one on which it only gives some, in as many
    /// groups as its trigger asks for.
    pub(crate) fn start_from_groups(
        &mut self,
        generator: &mut Generator<'_>,
    ) -> Result<(), CannotRun> {
        for base in std::mem::take(&mut self.quiet) {
            if let Some(made) = self.in_groups(generator, &base)? {
                generator.start_from(made);
            }
        }
        Ok(())
    }

    /// The rows of a log in several groups, so that the original fires.
    fn in_groups(&self, generator: &Generator<'_>, base: &Base) -> Result<Option<Base>, CannotRun> {
        let schedule = self.input.original.schedule.as_ref();
        let threshold = schedule.map_or(0, |schedule| i64::from(schedule.threshold));
        if threshold == 0 {
            return Ok(None);
        }
        for made in generator.groups(base, threshold.saturating_add(1)) {
            if self.height(&made)?.0 {
                return Ok(Some(made));
            }
        }
        Ok(None)
    }

    /// Whether the original fires on a log, and the number of its operators that give a row.
    fn height(&self, base: &Base) -> Result<(bool, usize), CannotRun> {
        let carrying = &self.pair.carrying;
        let (tables, _) = carrying.without_left_out(&base.log.tables(&self.known));
        let run = self.pair.run(Side::Original, &tables, base.time)?;
        let giving = run.steps.iter().filter(|step| step.rows_out > 0).count();
        Ok((run.fires && run.result.rows() > 0, giving))
    }
}
