//! Cases of a proof: both rules on a whole log along their schedule, and on a generated log at a few times.

use std::collections::BTreeMap;

use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND, Value};
use rule_replay::Tables;
use rule_replay::window::Window;
use sentinel_rules::rule::Rule;

use crate::carry::Reads;
use crate::compare::{Aspect, Difference};
use crate::example;
use crate::findings;
use crate::generate::{Base, Did, bases};
use crate::pair::{Both, CannotRun, Side};
use crate::prove::Trial;
use crate::schedule::over_log;

/// Times at which a generated log is run, besides that of the log that it was made from.
const OTHER_TIMES: usize = 2;
/// Generated logs on each of which is noted what they put to the test; of later ones only some.
const OBSERVED_CASES: usize = 100;

impl Trial<'_> {
    /// Both rules on the schedule over one log.
    pub fn whole_log(
        &mut self,
        name: &str,
        tables: &Tables,
        phase: Option<i64>,
    ) -> Result<(), CannotRun> {
        let (rows, counts) = self.pair.carrying.without_left_out(tables);
        let (left, right) = self.pair.carrying.read(&rows);
        let outcome = over_log(&self.pair, &left, &right, phase)?;
        self.tried.logs += 1;
        self.tried.cases += outcome.runs;
        self.tried.fired += outcome.fired.len();
        if let Some((time, difference)) = outcome.difference {
            let base = example::base_at(&self.pair, &rows, &self.kept, time);
            let found =
                base.and_then(|base| example::smallest(&self.pair, &base, &self.known, name));
            self.counter_example =
                Some(found.unwrap_or_else(|| example::without_rows(difference, name, time)));
            return Ok(());
        }
        let bases = |runs: &[(i64, Window)], must_fire| {
            let tables = (&rows, &self.known);
            bases::of_runs(&self.pair, tables, &self.kept, runs, must_fire)
        };
        let (firing, quiet) = match outcome.fired.as_slice() {
            [] => (Vec::new(), bases(&outcome.quiet, false)),
            fired => (bases(fired, true), Vec::new()),
        };
        self.bases.extend(firing);
        self.quiet.extend(quiet);
        if !counts.is_empty() && self.crosses() {
            self.note_left_out(counts, tables, (outcome.alerts, phase))?;
            if outcome.fired.is_empty() {
                return self.stand_in(name, tables, phase);
            }
        }
        Ok(())
    }

    /// Counts rows of operations without a counterpart, and the alerts that rest on them.
    fn note_left_out(
        &mut self,
        counts: BTreeMap<String, usize>,
        tables: &Tables,
        (without, phase): (usize, Option<i64>),
    ) -> Result<(), CannotRun> {
        let alerts = findings::alerts_of_original(&self.pair, tables, phase)?;
        self.alerts_with_left_out.0 += alerts;
        self.alerts_with_left_out.1 += without;
        for (operation, count) in counts {
            *self.left_out.entry(operation).or_default() += count;
        }
        Ok(())
    }

    /// A log on which the original fires only because of operations without a counterpart, once more with an
    /// operation in their place that the rule looks for and that has one.
    fn stand_in(
        &mut self,
        name: &str,
        tables: &Tables,
        phase: Option<i64>,
    ) -> Result<(), CannotRun> {
        let carrying = &self.pair.carrying;
        let of_operations = self.reading.columns.iter();
        let of_operations =
            of_operations.filter(|(source, _)| source.column == carrying.operation_column());
        let names = of_operations.flat_map(|(_, interest)| &interest.values);
        let is_left_out = |name: &str| carrying.is_left_out(name, carrying.operation_column());
        let mut names = names.filter_map(|value| match value {
            Value::String(name) if !is_left_out(name) => Some(name.to_string()),
            _ => None,
        });
        let Some(operation) = names.next() else {
            return Ok(());
        };
        let tables = carrying.with_stand_in(tables, &operation);
        let name = format!("{name}, with {operation} for operations without a counterpart");
        self.whole_log(&name, &tables, phase)
    }

    /// Both rules on a generated log at a few times; what they did.
    pub fn generated(&mut self, base: &Base, number: usize) -> Result<Did, CannotRun> {
        self.tried_at(base, number, &self.times(base.time, number))
    }

    /// Both rules on a log at these times.
    pub fn tried_at(
        &mut self,
        base: &Base,
        number: usize,
        times: &[i64],
    ) -> Result<Did, CannotRun> {
        let (tables, _) = self
            .pair
            .carrying
            .without_left_out(&base.log.tables(&self.known));
        let (left, right) = self.pair.carrying.read(&tables);
        self.tried.generated += 1;
        let mut did = Did::default();
        for time in times.iter().copied() {
            let both = self.pair.at(&left, &right, time)?;
            self.tried.cases += 1;
            self.tried.fired += usize::from(both.original.fires);
            if number < OBSERVED_CASES || number.is_multiple_of(OBSERVED_CASES / 10) {
                self.observe(&both, (&left, &right), time);
            }
            did.signature.extend(signature_of(&both));
            did.fires |= both.original.fires;
            did.gives |= both.original.result.rows() > 0;
            did.diverges |= diverges(&both);
            if both.difference.is_some() {
                let at = Base {
                    log: crate::log::Log::of(&tables, &self.kept),
                    time,
                };
                self.counter_example =
                    example::smallest(&self.pair, &at, &self.known, "a generated log");
                return Ok(did);
            }
        }
        if self.crosses() && number.is_multiple_of(4) {
            self.cross((&left, &right), base)?;
        }
        Ok(did)
    }

    fn observe(&mut self, both: &Both, (tables, carried): (&Tables, &Tables), time: i64) {
        let [original, converted] = &mut self.coverage;
        original.observe(tables, both.original.window, time);
        original.note(&both.original.steps);
        converted.observe(carried, both.converted.window, time);
        converted.note(&both.converted.steps);
    }

    /// Whether each rule is to be silent on rows of the other's resource.
    pub fn crosses(&self) -> bool {
        self.input.profile.is_some() && self.pair.carrying.reads() == Reads::Across
    }

    /// Each rule on the rows of the other's resource.
    fn cross(
        &mut self,
        (tables, carried): (&Tables, &Tables),
        base: &Base,
    ) -> Result<(), CannotRun> {
        for (slot, side, tables) in [(0, Side::Original, carried), (1, Side::Converted, tables)] {
            if self.crossings[slot].is_none() && self.pair.crosses(side, tables, base.time)? {
                self.crossings[slot] = Some(base.clone());
            }
        }
        if let ([None, Some(base)], None) = (&self.crossings, &self.counter_example) {
            let difference = Difference {
                aspect: Aspect::Crosses,
                sentence: format!(
                    "The converted rule also finds rows of {}; the original finds none of {}.",
                    self.carried_types().0,
                    self.carried_types().1
                ),
            };
            self.counter_example = Some(example::smallest_crossing(
                &self.pair,
                base,
                &self.known,
                difference,
            ));
        }
        Ok(())
    }

    /// The time of the log and a few others of the schedule.
    fn times(&self, time: i64, number: usize) -> Vec<i64> {
        let frequency = |rule: &Rule| {
            rule.schedule
                .as_ref()
                .map_or(60, |schedule| schedule.frequency.seconds)
        };
        let step = |rule| {
            i64::try_from(frequency(rule))
                .unwrap_or(1)
                .max(1)
                .saturating_mul(TICKS_PER_SECOND)
        };
        let (one, other) = (step(self.input.original), step(self.input.converted));
        let most = (self.period() / one).max(1);
        let later = number as i64 % most + 1;
        let mut times = vec![
            time,
            time.saturating_add(one.saturating_mul(later)),
            time.saturating_sub(other),
        ];
        times.truncate(1 + OTHER_TIMES * usize::from(number.is_multiple_of(3)));
        // At the very start of a day `ago` meets the bounds of bins, which it does at no other time.
        if number % 8 == 1 {
            times.push(time.div_euclid(TICKS_PER_DAY) * TICKS_PER_DAY);
        }
        times
    }

    /// The longest span that one of the rules reads.
    pub fn period(&self) -> i64 {
        let period = |rule: &Rule| {
            rule.schedule
                .as_ref()
                .map_or(60, |schedule| schedule.period.seconds)
        };
        let seconds = period(self.input.original).max(period(self.input.converted));
        i64::try_from(seconds)
            .unwrap_or(TICKS_PER_DAY)
            .saturating_mul(TICKS_PER_SECOND)
            .max(1)
    }
}

/// Whether an operator gave another number of rows in one rule than the same operator in the other.
fn diverges(both: &Both) -> bool {
    let rows = |run: &rule_replay::timeline::SingleRun| {
        let rows = run.steps.iter().map(|step| step.rows_out);
        rows.collect::<Vec<_>>()
    };
    rows(&both.original) != rows(&both.converted)
}

/// Steps that let rows through and steps that dropped some; numbers of rows.
fn signature_of(both: &Both) -> Vec<u8> {
    let step = |step: &kql_engine::step::Step| {
        u8::from(step.rows_out > 0) | (u8::from(step.rows_out < step.rows_in) << 1)
    };
    let run = |run: &rule_replay::timeline::SingleRun| {
        let rows = run.result.rows().min(3) as u8;
        run.steps
            .iter()
            .map(step)
            .chain([rows, u8::from(run.fires)])
            .collect::<Vec<u8>>()
    };
    let mut signature = run(&both.original);
    signature.extend(run(&both.converted));
    signature
}
