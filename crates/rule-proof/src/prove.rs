//! The proof of one conversion: loaded logs, a sample scenario, then generated logs, until a difference shows
//! or everything has been tried.

use std::collections::BTreeMap;

use audit_logs::generate::{Scenario, scenario};
use kql_analysis::types::ColumnSchema;
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND, Value};
use kql_engine::{Column, Table};
use rule_convert::Profile;
use rule_replay::Tables;
use sentinel_rules::rule::Rule;

use crate::carry::{Carrying, Direction, facts};
use crate::compare::{Aspect, Difference};
use crate::coverage::Coverage;
use crate::example;
use crate::findings;
use crate::generate::{Base, Generator, bases, scenario_tables};
use crate::log::{Kept, TIME_COLUMN};
use crate::pair::{Both, CannotRun, Pair, Side};
use crate::reading::Reading;
use crate::schedule::over_log;
use crate::verdict::{CounterExample, Finding, Intended, Proof, Tried};

/// Most generated logs of one proof.
pub const MAX_CASES: usize = 100_000;
/// The sample scenario that is tried unless another one is named.
const SCENARIO: &str = "vault-all";
/// The samples of both resources.
pub(crate) const SAMPLES: [&str; 2] = [SCENARIO, "hsm-all"];
/// Times at which a generated log is run, besides that of the log that it was made from.
const OTHER_TIMES: usize = 2;
/// Generated logs on each of which is noted what they put to the test; of later ones only some.
const OBSERVED_CASES: usize = 100;
/// Columns that are kept of every table, because the carrying looks at them.
const ALWAYS_KEPT: [&str; 4] = [
    TIME_COLUMN,
    "ResourceId",
    "_ResourceId",
    crate::carry::PROVIDER_COLUMN,
];

/// What is proved.
#[derive(Clone, Copy, Debug)]
pub struct Input<'r> {
    /// The rule that was converted.
    pub original: &'r Rule,
    /// What it was converted to.
    pub converted: &'r Rule,
    /// How it was converted; `None` for two versions of one rule, which read the same logs.
    pub profile: Option<&'r Profile>,
    /// Loaded rows by table, and known tables without rows.
    pub tables: &'r Tables,
}

/// How much is tried.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Seed of every random choice.
    pub seed: u64,
    /// Generated logs.
    pub cases: usize,
    /// Sample scenario; the one with everything when absent.
    pub scenario: Option<&'static Scenario>,
    /// End of the sample, in ticks.
    pub end: i64,
}

/// Told after each step: steps done and in all. The proof stops when it answers no.
pub type OnStep<'a> = &'a mut dyn FnMut(usize, usize) -> bool;

/// Tries to find a log on which the two rules differ. Fails when one of them cannot be run at all.
pub fn prove(
    input: Input<'_>,
    settings: &Settings,
    on_step: OnStep<'_>,
) -> Result<Proof, CannotRun> {
    let mut trial = Trial::new(input)?;
    let stopped = trial.run(settings, on_step)?;
    Ok(trial.conclude(stopped))
}

/// A proof under way.
pub(crate) struct Trial<'r> {
    pub input: Input<'r>,
    pub pair: Pair<'r>,
    reading: Reading,
    kept: Kept,
    /// Tables without rows.
    known: Tables,
    pub bases: Vec<Base>,
    pub tried: Tried,
    pub counter_example: Option<CounterExample>,
    pub coverage: [Coverage; 2],
    /// Rows of operations without a counterpart, by operation.
    pub left_out: BTreeMap<String, usize>,
    /// Alerts of the original with those rows and without.
    pub alerts_with_left_out: (usize, usize),
    /// Logs on which the original finds rows of the target, and the converted rule rows of the original.
    pub crossings: [Option<Base>; 2],
}

impl<'r> Trial<'r> {
    pub fn new(input: Input<'r>) -> Result<Self, CannotRun> {
        let named = crate::names::texts(&input.converted.query);
        let refused = |operation: &rule_convert::Operation| {
            let has = |name: &str| named.iter().any(|text| text.eq_ignore_ascii_case(name));
            has(&operation.name) && !operation.counterpart.as_deref().is_some_and(has)
        };
        let carrying = match input.profile {
            Some(profile) => Carrying::new(profile, &refused),
            None => Carrying::nothing(),
        };
        let mut known: Tables = input
            .tables
            .iter()
            .map(|(name, table)| (name.clone(), table.take(&[])))
            .collect();
        for query in [&input.original.query, &input.converted.query] {
            crate::names::add_known_tables(query, &mut known);
        }
        let pair = Pair::new(input.original, input.converted, carrying, &known)?;
        let mut reading =
            Reading::of(pair.original.query()).and(Reading::of(pair.converted.query()));
        let thresholds = [input.original, input.converted]
            .into_iter()
            .filter_map(|rule| rule.schedule.as_ref());
        reading
            .numbers
            .extend(thresholds.map(|schedule| i64::from(schedule.threshold)));
        let kept = kept(&reading, &known, &pair.carrying);
        let coverage = [
            Coverage::of(pair.original.query()),
            Coverage::of(pair.converted.query()),
        ];
        Ok(Self {
            input,
            pair,
            reading,
            kept,
            known,
            bases: Vec::new(),
            tried: Tried::default(),
            counter_example: None,
            coverage,
            left_out: BTreeMap::new(),
            alerts_with_left_out: (0, 0),
            crossings: [None, None],
        })
    }

    /// Tries everything; whether it was stopped.
    pub fn run(&mut self, settings: &Settings, on_step: OnStep<'_>) -> Result<bool, CannotRun> {
        let cases = settings.cases.min(MAX_CASES);
        let logs = self.logs(settings);
        let steps = logs.len() + cases;
        for (done, (name, tables, phase)) in logs.iter().enumerate() {
            if !on_step(done, steps) {
                return Ok(true);
            }
            self.whole_log(name, tables, *phase)?;
            if self.counter_example.is_some() {
                return Ok(false);
            }
        }
        let reading = self.reading.clone();
        let carrying = self.pair.carrying.clone();
        let mut generator = Generator::new(&reading, &carrying, self.period(), settings.seed);
        self.bases
            .iter()
            .cloned()
            .for_each(|base| generator.start_from(base));
        if generator.is_empty() {
            generator.start_from_nothing(&self.kept, settings.end);
        }
        for done in 0..cases {
            if !on_step(logs.len() + done, steps) {
                return Ok(true);
            }
            let Some(base) = generator.next() else {
                return Ok(false);
            };
            let fired = self.tried.fired;
            let signature = self.generated(&base, done)?;
            if self.counter_example.is_some() {
                return Ok(false);
            }
            generator.learn(base, signature, self.tried.fired > fired);
        }
        Ok(false)
    }

    /// Logs that are tried whole: the loaded ones as they are and as the other resource's, and a sample.
    fn logs(&self, settings: &Settings) -> Vec<(String, Tables, Option<i64>)> {
        let mut logs = Vec::new();
        let carrying = &self.pair.carrying;
        let loaded = prune(self.input.tables, &self.kept);
        let Some(profile) = self.input.profile else {
            return self.logs_of_versions(loaded, settings);
        };
        let own = without(&loaded, carrying, Direction::Back);
        if has_carried(&own, carrying) {
            logs.push(("the loaded logs".to_owned(), own, None));
        }
        let foreign = without(&loaded, carrying, Direction::Forth);
        let back = carrying.tables(&foreign, Direction::Back);
        if has_carried(&back, carrying) {
            logs.push((
                format!("the loaded logs of {}, carried back", profile.to),
                back,
                None,
            ));
        }
        let chosen = settings.scenario.or_else(|| scenario(SCENARIO));
        if let Some(chosen) = chosen {
            let tables = scenario_tables(chosen, settings.seed, settings.end, &self.known);
            let tables = carrying.tables(&prune(&tables, &self.kept), Direction::Back);
            logs.push((
                format!("the sample {}", chosen.name),
                tables,
                Some(settings.end),
            ));
        }
        logs
    }

    /// Logs on which two versions of a rule are tried: the loaded ones and a sample of each resource.
    fn logs_of_versions(
        &self,
        loaded: Tables,
        settings: &Settings,
    ) -> Vec<(String, Tables, Option<i64>)> {
        let mut logs = Vec::new();
        if loaded.values().any(|table| table.rows() > 0) {
            logs.push(("the loaded logs".to_owned(), loaded, None));
        }
        let samples = match settings.scenario {
            Some(chosen) => vec![chosen],
            None => SAMPLES.iter().filter_map(|name| scenario(name)).collect(),
        };
        for sample in samples {
            let tables = scenario_tables(sample, settings.seed, settings.end, &self.known);
            let name = format!("the sample {}", sample.name);
            logs.push((name, prune(&tables, &self.kept), Some(settings.end)));
        }
        logs
    }

    /// Tables without rows, with all columns that are known.
    pub fn known(&self) -> &Tables {
        &self.known
    }

    /// Both rules on the schedule over one log.
    fn whole_log(
        &mut self,
        name: &str,
        tables: &Tables,
        phase: Option<i64>,
    ) -> Result<(), CannotRun> {
        let (rows, counts) = self.pair.carrying.without_left_out(tables);
        let carried = self.pair.carrying.tables(&rows, Direction::Forth);
        let outcome = over_log(&self.pair, &rows, &carried, phase)?;
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
        let bases = bases::of_runs(&self.pair, &rows, &self.kept, &outcome.fired, &self.known);
        self.bases.extend(bases);
        if !counts.is_empty() {
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
        let is_left_out = |name: &str| {
            let mut left_out = carrying.left_out().iter();
            left_out.any(|operation| operation.name.eq_ignore_ascii_case(name))
        };
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

    /// Both rules on a generated log at a few times; what they did, in short.
    fn generated(&mut self, base: &Base, number: usize) -> Result<Vec<u8>, CannotRun> {
        let (tables, _) = self
            .pair
            .carrying
            .without_left_out(&base.log.tables(&self.known));
        let carried = self.pair.carrying.tables(&tables, Direction::Forth);
        self.tried.generated += 1;
        let mut signature = Vec::new();
        for time in self.times(base.time, number) {
            let both = self.pair.at(&tables, &carried, time)?;
            self.tried.cases += 1;
            self.tried.fired += usize::from(both.original.fires);
            if number < OBSERVED_CASES || number.is_multiple_of(OBSERVED_CASES / 10) {
                self.observe(&both, (&tables, &carried), time);
            }
            signature.extend(signature_of(&both));
            if both.difference.is_some() {
                let at = Base {
                    log: crate::log::Log::of(&tables, &self.kept),
                    time,
                };
                self.counter_example =
                    example::smallest(&self.pair, &at, &self.known, "a generated log");
                return Ok(signature);
            }
        }
        if self.input.profile.is_some() && number.is_multiple_of(4) {
            self.cross((&tables, &carried), base)?;
        }
        Ok(signature)
    }

    fn observe(&mut self, both: &Both, (tables, carried): (&Tables, &Tables), time: i64) {
        let [original, converted] = &mut self.coverage;
        original.observe(tables, both.original.window, time);
        original.note(&both.original.steps);
        converted.observe(carried, both.converted.window, time);
        converted.note(&both.converted.steps);
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
    fn period(&self) -> i64 {
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

    fn conclude(self, stopped: bool) -> Proof {
        findings::proof(&self, stopped)
    }

    /// What carrying changes.
    pub fn carried(&self) -> Vec<crate::carry::Fact> {
        self.input.profile.map(facts).unwrap_or_default()
    }

    /// The resource types of the original and of the target.
    pub fn carried_types(&self) -> (&str, &str) {
        let types = |profile: &'r Profile| (profile.from.as_str(), profile.to.as_str());
        self.input.profile.map(types).unwrap_or_default()
    }

    /// Findings about shapes that rows of the target may have.
    pub fn shapes(&self) -> Vec<Finding> {
        findings::shapes(&self.pair, &self.bases, &self.known)
    }

    /// Operations without a counterpart that the original names.
    pub fn intended(&self) -> Vec<Intended> {
        findings::intended(self)
    }
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

/// The columns of each table that the rules or the carrying read.
fn kept(reading: &Reading, known: &Tables, carrying: &Carrying) -> Kept {
    let mut kept = Kept::new();
    for (name, table) in known {
        let is_read = |column: &&ColumnSchema| {
            let source = crate::reading::Source {
                table: name.clone(),
                column: column.name.clone(),
            };
            let always = ALWAYS_KEPT.contains(&column.name.as_str())
                || column.name == carrying.type_column()
                || column.name == carrying.operation_column();
            always || reading.columns.contains_key(&source)
        };
        if reading.columns.keys().any(|source| source.table == *name) {
            let columns = table.schema().columns.iter().filter(is_read).cloned();
            kept.insert(name.clone(), columns.collect());
        }
    }
    kept
}

/// The tables with columns that no rule reads emptied, so that runs cost less.
fn prune(tables: &Tables, kept: &Kept) -> Tables {
    let pruned = tables.iter().map(|(name, table)| {
        let Some(kept) = kept.get(name) else {
            return (name.clone(), table.take(&[]));
        };
        let columns = table.schema().columns.iter().zip(table.columns());
        let columns = columns.map(|(schema, column)| {
            match kept.iter().any(|kept| kept.name == schema.name) {
                true => column.clone(),
                false => Column::constant(&Value::Null, schema.ty, table.rows()),
            }
        });
        (
            name.clone(),
            Table::with_rows(table.schema().clone(), columns.collect(), table.rows()),
        )
    });
    pruned.collect()
}

/// The tables without the rows that a direction carries.
fn without(tables: &Tables, carrying: &Carrying, direction: Direction) -> Tables {
    let rest = tables.iter().map(|(name, table)| {
        let carried = carrying.is_carried(table, direction);
        let rows: Vec<u32> = (0..)
            .zip(&carried)
            .filter(|(_, carried)| !**carried)
            .map(|(row, _)| row)
            .collect();
        let rest = if rows.len() == table.rows() {
            table.clone()
        } else {
            table.take(&rows)
        };
        (name.clone(), rest)
    });
    rest.collect()
}

fn has_carried(tables: &Tables, carrying: &Carrying) -> bool {
    tables
        .values()
        .any(|table| carrying.is_carried(table, Direction::Forth).contains(&true))
}
