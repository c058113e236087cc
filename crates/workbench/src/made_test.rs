//! Tests made in one step: of the loaded log, of an incident or alert of the schedule, of chosen rows. The
//! rows go in, and what the rule makes of them now is expected.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use kql_analysis::text::value_text;
use kql_analysis::time::format_datetime;
use kql_analysis::value::Value;
use kql_engine::Table;
use rule_replay::rule_tests::{Expected, Generated, Input, RuleTest, actual};
use rule_replay::timeline::{Alert, Timeline};
use rule_replay::times::minute;
use rule_replay::why::Questions;
use rule_replay::words::counted;
use rule_replay::{Tables, window};
use sentinel_rules::bundled::SampleRows;
use sentinel_rules::rule::Rule;
use serde_json::{Map, Value as Json};

use crate::protocol::{Problem, TestOf};
use crate::replay::{self, Ground};
use crate::session::Session;
use crate::why::{Logs, failed, replayed};
use crate::{assume, samples, sets};

/// Rows of loaded logs that a test may hold.
const MAX_OWN_ROWS: usize = 5_000;
/// The column that a row's time stands in.
const TIME: &str = "TimeGenerated";

/// Rows of tables by number.
type Chosen = BTreeMap<String, BTreeSet<u32>>;

/// Adds a test to a rule.
pub(crate) fn add_test(session: &mut Session, key: &str, of: &TestOf) -> Result<(), Problem> {
    let test = match of {
        TestOf::Log => of_log(session, key)?,
        TestOf::Rows(rows) => of_rows(session, key, rows)?,
        TestOf::Alert(number) => of_alerts(session, key, &[*number], "Alert")?,
        TestOf::Incident(number) => {
            let (rule, timeline) = replayed(session, key)?;
            let incident = timeline.incidents.get(*number);
            let alerts = incident.map(|incident| incident.alerts.clone());
            of_alerts(session, key, &alerts.ok_or_else(|| gone(rule))?, "Incident")?
        }
    };
    let mut tests = sets::tests_of(session, key);
    tests.push(test);
    sets::keep(session, key, &tests)
}

fn gone(rule: &Rule) -> Problem {
    Problem::about(
        &rule.name,
        "the schedule has no such alert or incident",
        "replay the schedule again",
    )
}

fn converted<'s>(session: &'s Session, key: &str) -> Result<&'s Rule, Problem> {
    Ok(&session.rules[session.rule_index(key)?].converted.rule)
}

/// What the rule makes of a test's rows now.
fn expected(session: &Session, rule: &Rule, test: &RuleTest) -> Result<Expected, Problem> {
    let found = actual(rule, test, assume::of(&session.journal));
    found.map_err(|message| Problem::about(&rule.name, message, "mend the rule first"))
}

fn of_log(session: &Session, key: &str) -> Result<RuleTest, Problem> {
    let rule = converted(session, key)?;
    let span = replay::span(&session.logs).ok_or_else(|| {
        Problem::about(
            "Tests",
            "no loaded row has a time",
            "load audit logs or a sample first",
        )
    })?;
    let options = Ground::of(session, span).options(rule);
    let mut names: Vec<&str> = session.logs.iter().map(|log| log.name.as_str()).collect();
    names.dedup();
    let name = format!("On {}", names.join(", "));
    made(
        session,
        rule,
        name,
        whole(session)?,
        options.from..=options.to,
    )
}

/// A test with these rows whose runs are due within a span.
fn made(
    session: &Session,
    rule: &Rule,
    name: String,
    input: Input,
    span: RangeInclusive<i64>,
) -> Result<RuleTest, Problem> {
    let mut test = RuleTest {
        name,
        input,
        from: Some(format_datetime(*span.start())),
        to: Some(format_datetime(*span.end())),
        ..RuleTest::default()
    };
    test.expect = expected(session, rule, &test)?;
    Ok(test)
}

/// A test of chosen rows: the runs of the schedule that read them.
fn of_rows(session: &Session, key: &str, rows: &[(String, usize)]) -> Result<RuleTest, Problem> {
    let rule = converted(session, key)?;
    let logs = Logs::of(session)?;
    let mut chosen = Chosen::new();
    for (log, row) in rows {
        let place = logs.origins.place(log, *row).ok_or_else(|| {
            Problem::about(log, "the log has no such row", "choose the rows again")
        })?;
        let number = u32::try_from(place.row).unwrap_or(u32::MAX);
        chosen.entry(place.table).or_default().insert(number);
    }
    let rows = picked(&logs.tables, &chosen);
    let span = window::times(&rows).fold(None, |span: Option<(i64, i64)>, time| {
        Some(span.map_or((time, time), |(first, last)| {
            (first.min(time), last.max(time))
        }))
    });
    let (first, last) = span.ok_or_else(|| {
        Problem::about(
            "Tests",
            "none of the chosen rows has a time",
            "choose rows with a TimeGenerated",
        )
    })?;
    let options = Ground::of(session, (first, last)).options_within(rule);
    let count = chosen.values().map(BTreeSet::len).sum::<usize>();
    let name = format!("{} of {}", counted(count as u64, "row"), minute(first));
    let input = written(&logs.tables, &chosen)?;
    made(session, rule, name, input, options.from..=options.to)
}

/// A test of alerts of the schedule: the rows behind them, and the runs from the first of them to the last.
/// When these rows alone do not give the alerts, all that the runs read.
fn of_alerts(
    session: &Session,
    key: &str,
    numbers: &[usize],
    what: &str,
) -> Result<RuleTest, Problem> {
    let (rule, timeline) = replayed(session, key)?;
    let wanted = numbers.iter().filter_map(|one| timeline.alerts.get(*one));
    let wanted: Vec<&Alert> = wanted.collect();
    let runs = || wanted.iter().filter_map(|one| timeline.runs.get(one.run));
    let (first, last) = (
        runs().map(|run| run.time).min(),
        runs().map(|run| run.time).max(),
    );
    let (Some(first), Some(last)) = (first, last) else {
        return Err(gone(rule));
    };
    let name = wanted.first().map_or("", |one| one.name.as_str());
    let name = format!("{what} “{name}” of {}", minute(first));
    let logs = Logs::of(session)?;
    let test = |chosen: &Chosen| {
        let input = written(&logs.tables, chosen)?;
        made(session, rule, name.clone(), input, first..=last)
    };
    let test_of_rows = test(&behind(rule, &logs, timeline, numbers)?)?;
    if gives(&test_of_rows.expect, &wanted) {
        return Ok(test_of_rows);
    }
    let mut read = Chosen::new();
    for run in runs() {
        for (name, table) in &logs.tables {
            let rows = rows_between(table, run.window.from..run.window.to);
            read.entry(name.clone()).or_default().extend(rows);
        }
    }
    let test_of_runs = test(&read)?;
    match gives(&test_of_runs.expect, &wanted) {
        true => Ok(test_of_runs),
        false => Err(Problem::about(
            &rule.name,
            "the rows that its runs read do not give the alert without the runs before them",
            "make a test of the whole log instead",
        )),
    }
}

/// The rows behind alerts.
fn behind(
    rule: &Rule,
    logs: &Logs,
    timeline: &Timeline,
    numbers: &[usize],
) -> Result<Chosen, Problem> {
    let about = |failure: rule_replay::Failure| failed(rule, &failure);
    let questions = Questions::to_rule(rule, &logs.tables).map_err(about)?;
    let mut chosen = Chosen::new();
    for number in numbers {
        let evidence = questions.behind_alert(timeline, *number).map_err(about)?;
        for (table, rows) in evidence.behind.tables {
            let all = rows.exact.into_iter().chain(rows.possible);
            chosen.entry(table).or_default().extend(all);
        }
    }
    Ok(chosen)
}

/// Whether a test expects these alerts.
fn gives(expect: &Expected, wanted: &[&Alert]) -> bool {
    let found = expect.alerts.as_deref().unwrap_or_default();
    wanted.iter().all(|alert| {
        let made = kql_analysis::time::parse_datetime;
        found.iter().any(|one| {
            one.time.as_deref().and_then(made) == Some(alert.made)
                && one.name.as_ref() == Some(&alert.name)
                && one.rows == Some(alert.rows.rows())
        })
    })
}

/// Numbers of the rows of a table that are of a span.
fn rows_between(table: &Table, span: std::ops::Range<i64>) -> Vec<u32> {
    let times = table.column_named(TIME);
    let times = times.map(|column| column.iter().collect::<Vec<Value>>());
    let numbered = (0u32..).zip(times.unwrap_or_default());
    numbered
        .filter(|(_, time)| matches!(time, Value::DateTime(time) if span.contains(time)))
        .map(|(row, _)| row)
        .collect()
}

fn picked(tables: &Tables, chosen: &Chosen) -> Tables {
    let of_table = |(name, rows): (&String, &BTreeSet<u32>)| {
        let rows: Vec<u32> = rows.iter().copied().collect();
        Some((name.clone(), tables.get(name)?.take(&rows)))
    };
    chosen.iter().filter_map(of_table).collect()
}

/// The loaded log as the input of a test: a sample by its name, own logs row by row.
fn whole(session: &Session) -> Result<Input, Problem> {
    let sample = session.logs.iter().find_map(|log| log.sample.clone());
    let own = session.logs.iter().filter(|log| log.sample.is_none());
    let own: Vec<(&String, &Table)> = own
        .map(|log| (&log.loaded.table_name, &log.loaded.table))
        .collect();
    check(own.iter().map(|(_, table)| table.rows()).sum())?;
    let rows = own
        .into_iter()
        .flat_map(|(name, table)| rows_of(name, table));
    Ok(Input {
        generate: sample.map(|scenario| Generated {
            scenario,
            seed: samples::SEED,
            rows: 0,
            end: format_datetime(samples::END),
            documented_shape: false,
        }),
        rows: rows.collect(),
    })
}

/// Chosen rows as the input of a test.
fn written(tables: &Tables, chosen: &Chosen) -> Result<Input, Problem> {
    check(chosen.values().map(BTreeSet::len).sum())?;
    let picked = picked(tables, chosen);
    let rows = picked.iter().flat_map(|(name, table)| rows_of(name, table));
    Ok(Input {
        generate: None,
        rows: rows.collect(),
    })
}

fn check(rows: usize) -> Result<(), Problem> {
    match rows > MAX_OWN_ROWS {
        true => Err(Problem::about(
            "Tests",
            format!("the test would hold more than {MAX_OWN_ROWS} rows of the loaded logs"),
            "choose fewer rows, or load only those that the test is about",
        )),
        false => Ok(()),
    }
}

/// The rows of a table as a test holds them: the columns that have a value, as text.
fn rows_of(name: &str, table: &Table) -> Vec<SampleRows> {
    let columns = || table.schema().columns.iter().zip(table.columns());
    let row = |row: usize| {
        let mut at = Vec::new();
        let mut cells = Map::new();
        for (column, cell) in columns() {
            let value = cell.get(row);
            match (&value, column.name.as_str()) {
                (Value::DateTime(time), TIME) => at.push(format_datetime(*time)),
                _ => {
                    let text = value_text(&value, column.ty).into_owned();
                    if !text.is_empty() {
                        cells.insert(column.name.clone(), Json::from(text));
                    }
                }
            }
        }
        SampleRows {
            table: name.to_owned(),
            at,
            times: 1,
            row: cells,
        }
    };
    (0..table.rows()).map(row).collect()
}
