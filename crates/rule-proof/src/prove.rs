//! The proof of one conversion: loaded logs, a sample scenario, then generated logs, until a difference shows
//! or everything has been tried.

use std::collections::BTreeMap;

use audit_logs::generate::Scenario;
use rule_convert::{Mode, Profile};
use rule_replay::Tables;
use sentinel_rules::rule::Rule;

use crate::carry::{Carrying, Reads, facts};
use crate::coverage::Coverage;
use crate::expected::expected;
use crate::findings;
use crate::focus::{Focus, Unlike};
use crate::generate::{Base, Did, Generator, in_turn};
use crate::log::Kept;
use crate::logs::kept;
use crate::pair::{CannotRun, Pair};
use crate::reading::Reading;
use crate::verdict::{CounterExample, Finding, Intended, Proof, Tried};

/// Most generated logs of one proof.
pub const MAX_CASES: usize = 100_000;
/// Generated logs that are kept to be put together with others.
const MAX_FIRED_ON: usize = 60;

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
    if stopped || trial.tried.fired > 0 || trial.counter_example.is_some() {
        return Ok(trial.conclude(stopped));
    }
    let mut again = Trial::new(input)?;
    again.as_if_logged = again.unlogged_in_both();
    if again.as_if_logged.is_empty() {
        return Ok(trial.conclude(stopped));
    }
    again.pair.carrying.keep(&again.as_if_logged);
    let stopped = again.run(settings, on_step)?;
    let shows = again.tried.fired > 0 || again.counter_example.is_some();
    Ok(if shows { again } else { trial }.conclude(stopped))
}

/// Rounds of aimed logs; each starts from what the one before it found out.
const AIMED_ROUNDS: usize = 2;

/// Logs that are tried where the original fires on no whole log; one of each log to start from in turn.
const MAX_REACHING: usize = 1_500;

/// Logs that are started from where the original fires on no whole log.
const MAX_REACHED: usize = 3;

/// Counts steps and tells of them.
pub(crate) struct Steps<'a> {
    done: usize,
    /// Steps in all, as far as they are known.
    pub all: usize,
    on_step: OnStep<'a>,
}

impl Steps<'_> {
    /// Whether to make one more step.
    pub fn next(&mut self) -> bool {
        self.done += 1;
        (self.on_step)(self.done - 1, self.all)
    }
}

/// A proof under way.
pub(crate) struct Trial<'r> {
    pub input: Input<'r>,
    pub pair: Pair<'r>,
    pub reading: Reading,
    /// What the converted rule says beyond the conversion.
    pub unlike: Unlike,
    pub kept: Kept,
    /// Tables without rows.
    pub known: Tables,
    pub bases: Vec<Base>,
    /// Rows of runs at which the original gives some, though not as its trigger asks.
    pub quiet: Vec<Base>,
    pub tried: Tried,
    pub counter_example: Option<CounterExample>,
    pub coverage: [Coverage; 2],
    /// Rows of operations without a counterpart, by operation.
    pub left_out: BTreeMap<String, usize>,
    /// Alerts of the original with those rows and without.
    pub alerts_with_left_out: (usize, usize),
    /// Logs on which the original finds rows of the target, and the converted rule rows of the original.
    pub crossings: [Option<Base>; 2],
    /// Generated logs on which the original fired, to be put together with others.
    pub fired_on: Vec<Base>,
    /// Operations that the target is not known to log, and that are carried all the same.
    pub as_if_logged: Vec<String>,
}

impl<'r> Trial<'r> {
    pub fn new(input: Input<'r>) -> Result<Self, CannotRun> {
        let expected = match input.profile {
            Some(profile) => {
                let way = (profile, Mode::Replace);
                expected(input.original, input.converted, way)
            }
            None => input.original.clone(),
        };
        Self::of(input, Reads::Across, &expected)
    }

    /// A proof of two rules that read these kinds of resource; `expected` is what the second one would be if
    /// nobody had touched it.
    pub fn of(input: Input<'r>, reads: Reads, expected: &Rule) -> Result<Self, CannotRun> {
        let named = crate::names::texts(&input.converted.query);
        let refused = |operation: &rule_convert::Operation| {
            let has = |name: &str| named.iter().any(|text| text.eq_ignore_ascii_case(name));
            has(&operation.name) && !operation.counterpart.as_deref().is_some_and(has)
        };
        let carrying = match input.profile {
            Some(profile) => Carrying::new(profile, reads, &refused),
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
        let mut pair = Pair::new(input.original, input.converted, carrying, &known)?;
        let given = Reading::of(pair.converted.query());
        let unlike = Unlike::of(expected, input.converted, &given, &known);
        let mut asked = unlike.sources().into_iter();
        if asked.any(|source| source.column == pair.carrying.type_column()) {
            pair.carrying.make_up_types();
        }
        let mut reading = Reading::of(pair.original.query()).and(given);
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
            unlike,
            kept,
            known,
            bases: Vec::new(),
            quiet: Vec::new(),
            tried: Tried::default(),
            counter_example: None,
            coverage,
            left_out: BTreeMap::new(),
            alerts_with_left_out: (0, 0),
            crossings: [None, None],
            fired_on: Vec::new(),
            as_if_logged: Vec::new(),
        })
    }

    /// Tries everything; whether it was stopped.
    pub fn run(&mut self, settings: &Settings, on_step: OnStep<'_>) -> Result<bool, CannotRun> {
        let cases = settings.cases.min(MAX_CASES);
        let logs = self.logs(settings);
        let mut steps = Steps {
            done: 0,
            all: logs.len() + cases,
            on_step,
        };
        for (name, tables, phase) in &logs {
            if !steps.next() {
                return Ok(true);
            }
            self.whole_log(name, tables, *phase)?;
            if self.counter_example.is_some() {
                return Ok(false);
            }
        }
        let (reading, carrying) = (self.reading.clone(), self.pair.carrying.clone());
        let seen = self.seen(logs.iter().map(|(_, tables, _)| tables));
        let aims = (self.unlike.sources(), seen, self.period());
        let mut generator = Generator::new(&reading, &carrying, aims, settings.seed);
        self.bases
            .iter()
            .cloned()
            .for_each(|base| generator.start_from(base));
        if generator.is_empty() && cases > 0 {
            self.start_from_groups(&mut generator)?;
        }
        if generator.is_empty() {
            generator.start_from_nothing(&self.kept, settings.end);
            if cases > 0 && self.reach(&mut generator, &logs, &mut steps)? {
                return Ok(true);
            }
        }
        if cases > 0 && self.climb(&mut generator, settings.end, &mut steps)? {
            return Ok(true);
        }
        generator.fill_tables(&self.kept);
        if cases > 0 && self.timelines(&generator, &mut steps)? {
            return Ok(true);
        }
        if cases > 0 && self.aimed(&mut generator, &mut steps)? {
            return Ok(true);
        }
        self.undirected(&mut generator, cases, &mut steps)
    }

    /// Starts from logs on which the original fires, made of rows of logs on which it does not; whether it was
    /// stopped.
    fn reach(
        &mut self,
        generator: &mut Generator<'_>,
        logs: &[(String, Tables, Option<i64>)],
        steps: &mut Steps<'_>,
    ) -> Result<bool, CannotRun> {
        // Samples are small; a loaded log need not be.
        let samples = logs.iter().filter(|(_, _, phase)| phase.is_some());
        let seeds = samples.filter_map(|(_, tables, _)| self.kinds_of_rows(tables));
        let seeds: Vec<Base> = seeds.chain(generator.first_of_late()).collect();
        let made = seeds.iter().map(|seed| generator.reaching(seed));
        let made = in_turn(made.collect());
        let mut reached = 0;
        for base in made.into_iter().take(MAX_REACHING) {
            if reached >= MAX_REACHED || self.counter_example.is_some() {
                break;
            }
            steps.all += 1;
            if !steps.next() {
                return Ok(true);
            }
            let did = self.tried_at(&base, self.tried.generated, &[base.time])?;
            if did.fires {
                reached += 1;
                generator.start_from(base);
            } else if did.gives && self.quiet.len() < MAX_REACHED {
                self.quiet.push(base);
            }
        }
        if reached == 0 {
            self.start_from_groups(generator)?;
        }
        match reached > 0 || self.counter_example.is_some() {
            true => Ok(false),
            false => self.climb_anywhere(generator, &seeds, steps),
        }
    }

    /// Logs aimed at what the converted rule says beyond the conversion, in two rounds, and between them a search
    /// for logs at the bounds of what is compared; whether it was stopped.
    fn aimed(
        &mut self,
        generator: &mut Generator<'_>,
        steps: &mut Steps<'_>,
    ) -> Result<bool, CannotRun> {
        let foci = match self.unlike.foci.as_slice() {
            // A change that names neither a column nor a constant, such as one aggregate for another.
            [] if !self.unlike.changes.is_empty() => vec![Focus::default()],
            foci => foci.to_vec(),
        };
        for round in 0..AIMED_ROUNDS {
            let logs = match round {
                _ if foci.is_empty() || self.counter_example.is_some() => return Ok(false),
                0 => generator.aimed(&foci),
                _ => generator.aimed_again(&foci),
            };
            steps.all += logs.len();
            for base in logs {
                if !steps.next() {
                    return Ok(true);
                }
                let did = self.tried_at(&base, self.tried.generated, &[base.time])?;
                if self.counter_example.is_some() {
                    return Ok(false);
                }
                self.keep_fired(&base, &did);
                generator.learn(base, did);
            }
            if round == 0 && self.bounds(generator, steps)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Generated logs that are aimed at nothing; whether it was stopped.
    fn undirected(
        &mut self,
        generator: &mut Generator<'_>,
        cases: usize,
        steps: &mut Steps<'_>,
    ) -> Result<bool, CannotRun> {
        for done in 0..cases {
            if self.counter_example.is_some() {
                return Ok(false);
            }
            if !steps.next() {
                return Ok(true);
            }
            let Some(base) = generator.next() else {
                return Ok(false);
            };
            let did = self.generated(&base, done)?;
            self.keep_fired(&base, &did);
            generator.learn(base, did);
        }
        Ok(false)
    }

    /// Operations whose rows are left out although both rules look for them.
    fn unlogged_in_both(&self) -> Vec<String> {
        let named = [self.input.original, self.input.converted];
        let named = named.map(|rule| crate::names::texts(&rule.query));
        let is_named = |name: &str| {
            let mut lists = named.iter();
            lists.all(|texts| texts.iter().any(|text| text.eq_ignore_ascii_case(name)))
        };
        let left_out = self.pair.carrying.left_out().iter();
        let left_out = left_out.filter(|operation| is_named(&operation.name));
        left_out.map(|operation| operation.name.clone()).collect()
    }

    fn keep_fired(&mut self, base: &Base, did: &Did) {
        if did.fires && self.fired_on.len() < MAX_FIRED_ON {
            self.fired_on.push(base.clone());
        }
    }

    /// What was found.
    pub fn conclude(self, stopped: bool) -> Proof {
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
