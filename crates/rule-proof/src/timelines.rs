//! Generated logs on the schedule of both rules, for differences that no single run shows: which alerts become
//! one incident, and when a rule pauses. The rows of a log on which the original fires come a second time, so much
//! earlier that the spans of the two rules tell it apart, with the same entities and with others.

use std::collections::BTreeSet;

use kql_analysis::value::TICKS_PER_SECOND;
use rule_replay::timeline::{Assumptions, Grouping};
use sentinel_rules::rule::Rule;

use crate::example;
use crate::generate::{Base, Generator};
use crate::pair::CannotRun;
use crate::prove::{Steps, Trial};
use crate::reading::Sources;
use crate::schedule::over_log;

/// Fields that bear on what becomes of alerts over time.
const FIELDS: [&str; 2] = ["incidentConfiguration", "suppression"];
/// Logs on which the original fires that are tried.
const MAX_BASES: usize = 2;
/// Distances between the two times of the rows.
const MAX_DISTANCES: usize = 8;

impl Trial<'_> {
    /// Both rules on the schedule over logs with rows at two times; whether it was stopped.
    pub(crate) fn timelines(
        &mut self,
        generator: &Generator<'_>,
        steps: &mut Steps<'_>,
    ) -> Result<bool, CannotRun> {
        let mut fields = self.unlike.fields.iter();
        if !fields.any(|change| FIELDS.contains(&change.field.as_str())) {
            return Ok(false);
        }
        let distances = distances(self.input.original, self.input.converted);
        let entities = self.entity_sources();
        for base in generator.firing().iter().take(MAX_BASES) {
            for distance in &distances {
                for made in generator.at_two_times(base, *distance, &entities) {
                    steps.all += 1;
                    if !steps.next() {
                        return Ok(true);
                    }
                    self.on_schedule(&made)?;
                    if self.counter_example.is_some() {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(false)
    }

    /// Both rules on the schedule over a generated log.
    fn on_schedule(&mut self, base: &Base) -> Result<(), CannotRun> {
        let tables = base.log.tables(&self.known);
        let (rows, _) = self.pair.carrying.without_left_out(&tables);
        let (left, right) = self.pair.carrying.read(&rows);
        let outcome = over_log(&self.pair, &left, &right, Some(base.time))?;
        self.tried.generated += 1;
        self.tried.cases += outcome.runs;
        self.tried.fired += outcome.fired.len();
        if let Some((time, difference)) = outcome.difference {
            let mut found = example::without_rows(difference, "a generated log", time);
            found.tables = example::shown(&base.log, &left, &right);
            self.counter_example = Some(found);
        }
        Ok(())
    }

    /// The columns that the entities of the original are made of.
    fn entity_sources(&self) -> Vec<Sources> {
        let mappings = self.input.original.entity_mappings.iter();
        let columns = mappings.flat_map(|mapping| &mapping.field_mappings);
        let sources = columns.filter_map(|field| self.reading.made_of.get(&field.column_name));
        sources.cloned().collect()
    }
}

/// Times between two alerts that the spans of one rule tell from those of the other: half of each span, and one
/// run less and more than it.
fn distances(original: &Rule, converted: &Rule) -> Vec<i64> {
    let ticks =
        |seconds: u64| i64::try_from(seconds).map_or(0, |one| one.saturating_mul(TICKS_PER_SECOND));
    let rules = [original, converted].into_iter();
    let frequency = |rule: &Rule| {
        rule.schedule
            .as_ref()
            .map_or(0, |one| ticks(one.frequency.seconds))
    };
    let step = frequency(original).max(1);
    let spans = rules.flat_map(|rule| {
        let lookback = match Grouping::of(rule, Assumptions::default()) {
            Grouping::Together { lookback, .. } => Some(lookback),
            _ => None,
        };
        let pause = rule.suppression.map(|pause| ticks(pause.seconds));
        lookback.into_iter().chain(pause).chain([frequency(rule)])
    });
    let near = spans.flat_map(|span| {
        [
            span / 2 / step * step,
            span - step,
            span,
            span.saturating_add(step),
        ]
    });
    let near: BTreeSet<i64> = near.filter(|distance| *distance > 0).collect();
    near.into_iter().take(MAX_DISTANCES).collect()
}
