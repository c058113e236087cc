//! Result rows and incidents of two versions on whole logs, and the smallest log on which they differ.

use std::collections::BTreeMap;

use audit_logs::generate::scenario;
use kql_analysis::time::format_datetime;
use kql_engine::Table;
use rule_replay::Tables;
use rule_replay::timeline::{Incident, RunOutcome, Timeline, simulate};
use rule_replay::words::severity;
use sentinel_rules::rule::Rule;
use serde::{Deserialize, Serialize};

use crate::compare::plain_rows;
use crate::generate::scenario_tables;
use crate::logs::SAMPLES;
use crate::pair::{CannotRun, Pair, Side};
use crate::prove::{Input, OnStep, Settings, Trial};
use crate::schedule::{by_time, span};
use crate::verdict::{CounterExample, Tried};

/// Runs of a log that are listed.
const SHOWN_RUNS: usize = 10;
/// Rows of a run that are listed.
const SHOWN_ROWS: usize = 10;
/// Incidents of a log that are listed.
const SHOWN_INCIDENTS: usize = 10;

/// What differs on one log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogDiff {
    /// Which log.
    pub name: String,
    /// Runs of either version.
    pub runs: usize,
    /// Runs whose rows differ.
    pub differing_runs: usize,
    /// The first of them.
    pub shown: Vec<RunDiff>,
    /// Alerts of the old and of the new version.
    pub alerts: (usize, usize),
    /// Incidents of the old and of the new version.
    pub incidents: (usize, usize),
    /// Incidents that only the old version makes, the first ones.
    pub only_old: Vec<IncidentLine>,
    /// Incidents that only the new version makes, the first ones.
    pub only_new: Vec<IncidentLine>,
}

/// Rows of one run that only one version gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunDiff {
    /// Time of the run, ISO 8601.
    pub time: String,
    /// Columns of the old version's rows.
    pub old_columns: Vec<String>,
    /// Rows that only the old version gives, the first ones.
    pub only_old: Vec<Vec<String>>,
    /// Columns of the new version's rows.
    pub new_columns: Vec<String>,
    /// Rows that only the new version gives, the first ones.
    pub only_new: Vec<Vec<String>>,
    /// Rows that only the old version gives, and that only the new version gives.
    pub counts: (usize, usize),
}

/// An incident in a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IncidentLine {
    /// When it was made, ISO 8601.
    pub time: String,
    /// Severity.
    pub severity: String,
    /// Number of alerts.
    pub alerts: usize,
    /// Its entities, in words.
    pub entities: String,
}

/// What was found on logs.
pub(super) struct Found {
    pub logs: Vec<LogDiff>,
    pub example: Option<CounterExample>,
    pub tried: Tried,
}

/// Compares two versions on the loaded logs, on samples and on generated logs.
pub(super) fn outcomes(
    old: &Rule,
    new: &Rule,
    tables: &Tables,
    settings: &Settings,
    on_step: OnStep<'_>,
) -> Result<Found, CannotRun> {
    let input = Input {
        original: old,
        converted: new,
        profile: None,
        tables,
    };
    let mut trial = Trial::new(input)?;
    let mut logs = Vec::new();
    if tables.values().any(|table| table.rows() > 0) {
        logs.push(log_diff(&trial.pair, "the loaded logs", tables, None)?);
    }
    for sample in SAMPLES.iter().filter_map(|name| scenario(name)) {
        let tables = scenario_tables(sample, settings.seed, settings.end, &trial.known);
        let name = format!("the sample {}", sample.name);
        logs.push(log_diff(&trial.pair, &name, &tables, Some(settings.end))?);
    }
    trial.run(settings, on_step)?;
    Ok(Found {
        logs,
        example: trial.counter_example.take(),
        tried: trial.tried,
    })
}

fn log_diff(
    pair: &Pair<'_>,
    name: &str,
    tables: &Tables,
    phase: Option<i64>,
) -> Result<LogDiff, CannotRun> {
    let mut found = LogDiff {
        name: name.to_owned(),
        runs: 0,
        differing_runs: 0,
        shown: Vec::new(),
        alerts: (0, 0),
        incidents: (0, 0),
        only_old: Vec::new(),
        only_new: Vec::new(),
    };
    let Some(options) = span(pair.original.rule, tables, phase) else {
        return Ok(found);
    };
    let fail = |side| move |failure| CannotRun { side, failure };
    let old = simulate(pair.original.rule, tables, options).map_err(fail(Side::Original))?;
    let new = simulate(pair.converted.rule, tables, options).map_err(fail(Side::Converted))?;
    let (one, other) = (by_time(&old), by_time(&new));
    let mut times: Vec<i64> = one.keys().chain(other.keys()).copied().collect();
    times.sort_unstable();
    times.dedup();
    found.runs = times.len();
    for time in times {
        let rows = |run: Option<&RunOutcome>| match run {
            Some(RunOutcome::Fired { rows, .. } | RunOutcome::Quiet { rows }) => *rows,
            Some(RunOutcome::Suppressed) | None => 0,
        };
        let (left, right) = (one.get(&time), other.get(&time));
        let left = left.map(|(run, _)| &run.outcome);
        let right = right.map(|(run, _)| &run.outcome);
        if rows(left) + rows(right) == 0 {
            continue;
        }
        let result = |side, ran: bool| match ran {
            true => pair.run(side, tables, time).map(|run| run.result),
            false => Ok(Table::default()),
        };
        let left = result(Side::Original, left.is_some())?;
        let right = result(Side::Converted, right.is_some())?;
        if let Some(run) = run_diff(time, &left, &right) {
            found.differing_runs += 1;
            if found.shown.len() < SHOWN_RUNS {
                found.shown.push(run);
            }
        }
    }
    incidents(&mut found, &old, &new);
    Ok(found)
}

fn run_diff(time: i64, old: &Table, new: &Table) -> Option<RunDiff> {
    let (left, right) = (in_order(old), in_order(new));
    let only_old = lone(&plain_rows(&left), &plain_rows(&right));
    let only_new = lone(&plain_rows(&right), &plain_rows(&left));
    if only_old.is_empty() && only_new.is_empty() {
        return None;
    }
    let columns = |table: &Table| {
        table
            .schema()
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    };
    Some(RunDiff {
        time: format_datetime(time),
        counts: (only_old.len(), only_new.len()),
        old_columns: columns(&left),
        only_old: shown(&left, &only_old),
        new_columns: columns(&right),
        only_new: shown(&right, &only_new),
    })
}

/// A table with its columns in order of their names, so that their order does not count.
fn in_order(table: &Table) -> Table {
    let mut places: Vec<usize> = (0..table.schema().len()).collect();
    places.sort_by(|one, other| {
        let name = |place: &usize| {
            table
                .schema()
                .columns
                .get(*place)
                .map(|column| column.name.clone())
        };
        name(one).cmp(&name(other))
    });
    let schema: Vec<_> = places
        .iter()
        .filter_map(|place| table.schema().columns.get(*place).cloned())
        .collect();
    let columns = places
        .iter()
        .filter_map(|place| table.column(*place).cloned())
        .collect();
    Table::with_rows(schema.into(), columns, table.rows())
}

/// Places of rows that another list of rows lacks; equal rows count one for one.
fn lone(rows: &[String], other: &[String]) -> Vec<usize> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for row in other {
        *left.entry(row).or_default() += 1;
    }
    let mut lone = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        match left.get_mut(row.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => lone.push(place),
        }
    }
    lone
}

fn shown(table: &Table, rows: &[usize]) -> Vec<Vec<String>> {
    let columns = || table.schema().columns.iter().enumerate();
    let cells = |row: &usize| {
        let cell = |(place, column): (usize, &kql_analysis::types::ColumnSchema)| {
            kql_analysis::text::value_text(&table.value(*row, place), column.ty).into_owned()
        };
        columns().map(cell).collect()
    };
    rows.iter().take(SHOWN_ROWS).map(cells).collect()
}

fn incidents(found: &mut LogDiff, old: &Timeline, new: &Timeline) {
    found.alerts = (old.alerts.len(), new.alerts.len());
    found.incidents = (old.incidents.len(), new.incidents.len());
    let lines = |timeline: &Timeline| {
        let lines = timeline.incidents.iter().map(line);
        lines.collect::<Vec<IncidentLine>>()
    };
    let (left, right) = (lines(old), lines(new));
    let lacks = |list: &[IncidentLine], other: &[IncidentLine]| {
        let mut other: Vec<&IncidentLine> = other.iter().collect();
        let is_lone = |one: &&IncidentLine| {
            let partner = other.iter().position(|known| known == one);
            partner.map(|at| other.remove(at)).is_none()
        };
        let lone = list.iter().filter(is_lone).cloned();
        lone.take(SHOWN_INCIDENTS).collect()
    };
    found.only_old = lacks(&left, &right);
    found.only_new = lacks(&right, &left);
}

fn line(incident: &Incident) -> IncidentLine {
    let entities = incident.entities.iter().map(|entity| {
        let identifiers = entity.identifiers.iter();
        let words: Vec<String> = identifiers
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        format!("{} {}", entity.entity_type, words.join(" "))
    });
    // Which row an entity comes from does not count.
    let mut entities: Vec<String> = entities.collect();
    entities.sort_unstable();
    IncidentLine {
        time: format_datetime(incident.made),
        severity: severity(incident.severity).to_owned(),
        alerts: incident.alerts.len(),
        entities: entities.join(", "),
    }
}
