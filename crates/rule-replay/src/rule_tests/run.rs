//! Running a test, and what came of it.

use kql_analysis::time::{format_datetime, parse_timespan};
use kql_engine::Table;
use sentinel_rules::rule::{Rule, RuleKind};
use serde::Serialize;

use super::differences::{Disagreement, disagreements};
use super::input::{tables, time};
use super::test::{Expected, ExpectedAlert, ExpectedEntity, ExpectedIncident, RuleTest};
use crate::entities::Entity;
use crate::prepared::Tables;
use crate::timeline::{Assumptions, Options, Timeline, simulate, time_of_last_reader};
use crate::window;

/// A test that was run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TestResult {
    /// Name of the rule.
    pub rule: String,
    /// Name of the test.
    pub test: String,
    /// How it ended.
    pub outcome: TestOutcome,
    /// All that came of it, as a test would state it; absent when it could not be run.
    pub actual: Option<Expected>,
}

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum TestOutcome {
    /// All that is stated holds.
    Passed,
    /// Something is otherwise.
    Failed {
        /// What, in order of the test.
        disagreements: Vec<Disagreement>,
    },
    /// It could not be run.
    Broken {
        /// Why, with the member or the line.
        message: String,
    },
}

impl TestResult {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.outcome == TestOutcome::Passed
    }
}

/// Runs a test of a rule. What the test does not say about undocumented things is as assumed.
pub fn run(rule: &Rule, test: &RuleTest, assumed: Assumptions) -> TestResult {
    let (outcome, actual) = match actual(rule, test, assumed) {
        Err(message) => (TestOutcome::Broken { message }, None),
        Ok(actual) => {
            let outcome = match stated(&test.expect) {
                false => TestOutcome::Broken {
                    message: "expect: states nothing; state `hit`, `alerts` or `incidents`"
                        .to_owned(),
                },
                true => match disagreements(&test.expect, &actual) {
                    found if found.is_empty() => TestOutcome::Passed,
                    disagreements => TestOutcome::Failed { disagreements },
                },
            };
            (outcome, Some(actual))
        }
    };
    TestResult {
        rule: rule.name.clone(),
        test: test.name.clone(),
        outcome,
        actual,
    }
}

fn stated(expected: &Expected) -> bool {
    expected.hit.is_some() || expected.alerts.is_some() || expected.incidents.is_some()
}

/// All that comes of a test's input, as a test would state it. The error says why there is nothing.
pub fn actual(rule: &Rule, test: &RuleTest, assumed: Assumptions) -> Result<Expected, String> {
    if test.name.trim().is_empty() {
        return Err("name: is empty; say what the test shows".to_owned());
    }
    let tables = tables(&test.input, rule)?;
    let options = Options {
        assumptions: assumptions(test, assumed)?,
        ..options(rule, test, &tables)?
    };
    let timeline = simulate(rule, &tables, options).map_err(|failure| {
        let line = kql_syntax::text::LineIndex::new(&rule.query).line(failure.range.start);
        let message = format!(
            "the rule's query, line {line}: {}; {}",
            failure.message, failure.hint
        );
        message.trim_end_matches("; ").to_owned()
    })?;
    Ok(of(&timeline))
}

/// The span of the runs that a test asks for.
fn options(rule: &Rule, test: &RuleTest, tables: &Tables) -> Result<Options, String> {
    let ingestion_delay = match &test.ingestion_delay {
        None => 0,
        Some(text) => parse_timespan(text)
            .filter(|delay| *delay >= 0)
            .ok_or_else(|| {
                format!("ingestionDelay: `{text}` is not a timespan; write it like 3m")
            })?,
    };
    let (from, to) = match (&test.at, &test.from, &test.to) {
        (Some(at), None, None) => single(rule, time("at", at)?),
        (Some(_), ..) => {
            return Err("at: states a single run; leave out `from` and `to`".to_owned());
        }
        (None, from, to) => {
            let rows = span(tables).ok_or("input: no row has a time; give rows or state `at`");
            let (first, last) = match (from, to) {
                (Some(from), Some(_)) => (time("from", from)?, 0),
                (Some(from), None) => (time("from", from)?, rows?.1),
                (None, _) => rows?,
            };
            let to = match to {
                Some(to) => time("to", to)?,
                None => time_of_last_reader(rule, first, last, ingestion_delay),
            };
            (first, to)
        }
    };
    if to < from && test.to.is_some() {
        return Err(format!(
            "to: is before the first run, which is due at {}; state a later time",
            text(from)
        ));
    }
    Ok(Options {
        from,
        to,
        ingestion_delay,
        assumptions: Assumptions::default(),
    })
}

/// What a test takes for granted: what it says itself, and else what is assumed.
fn assumptions(test: &RuleTest, assumed: Assumptions) -> Result<Assumptions, String> {
    let mut assumptions = assumed;
    for (name, value) in &test.assume {
        let set = assumptions.set(name, value);
        set.map_err(|wrong| format!("assume: {wrong}"))?;
    }
    Ok(assumptions)
}

/// One run of a scheduled rule; the minutes of a day of an NRT rule.
fn single(rule: &Rule, at: i64) -> (i64, i64) {
    match rule.kind {
        RuleKind::Scheduled => (at, at),
        RuleKind::Nrt => {
            let from = at.saturating_sub(window::NRT_LOOKBACK);
            (from, time_of_last_reader(rule, from, at, 0))
        }
    }
}

/// First and last time of the rows, indicators left aside unless there is nothing else.
fn span(tables: &Tables) -> Option<(i64, i64)> {
    let of = |indicators: bool| {
        let some = tables
            .iter()
            .filter(|(name, _)| name.starts_with("ThreatIntel") == indicators);
        let some: Tables = some
            .map(|(name, table)| (name.clone(), Table::clone(table)))
            .collect();
        let times = window::times(&some);
        times.fold(None, |span: Option<(i64, i64)>, time| {
            Some(span.map_or((time, time), |(first, last)| {
                (first.min(time), last.max(time))
            }))
        })
    };
    of(false).or_else(|| of(true))
}

fn of(timeline: &Timeline) -> Expected {
    let alerts = timeline.alerts.iter().map(|alert| ExpectedAlert {
        time: Some(text(alert.made)),
        name: Some(alert.name.clone()),
        severity: alert.severity,
        rows: Some(alert.rows.rows()),
        entities: Some(entities(&alert.entities)),
    });
    let incidents = timeline.incidents.iter().map(|incident| ExpectedIncident {
        time: Some(text(incident.made)),
        title: Some(incident.title.clone()),
        severity: incident.severity,
        alerts: Some(incident.alerts.len()),
        entities: Some(entities(&incident.entities)),
    });
    Expected {
        hit: Some(!timeline.alerts.is_empty()),
        alerts: Some(alerts.collect()),
        incidents: Some(incidents.collect()),
    }
}

fn text(time: i64) -> String {
    let text = format_datetime(time);
    match text.strip_suffix(".0000000Z") {
        Some(seconds) => format!("{seconds}Z"),
        None => text,
    }
}

fn entities(entities: &[Entity]) -> Vec<ExpectedEntity> {
    let all = entities.iter().map(|entity| ExpectedEntity {
        entity_type: entity.entity_type.clone(),
        identifiers: entity.identifiers.iter().cloned().collect(),
    });
    let mut all: Vec<ExpectedEntity> = all.collect();
    all.sort();
    all
}
