//! Both rules on their schedules over a whole log: every run, alert and incident compared.

use std::collections::{BTreeMap, BTreeSet};

use kql_analysis::value::TICKS_PER_SECOND;
use kql_engine::Table;
use rule_replay::Tables;
use rule_replay::timeline::{
    Alert, Incident, Options, RunOutcome, Timeline, TimelineRun, first_run_in_step, simulate,
    time_of_last_reader,
};
use rule_replay::window::{Window, times};
use sentinel_rules::rule::Rule;

use crate::compare::{Aspect, Difference, of_alerts, of_rows};
use crate::pair::{CannotRun, Pair, Side};

/// Most runs of one log after the last row has been read for the first time.
const MAX_RUNS: i64 = 1_000;

/// Most runs of a sample before its last row, and after it.
const MAX_SAMPLE_RUNS: i64 = 30;

/// What came of a whole log.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Runs of the original.
    pub runs: usize,
    /// Runs at which the original fired, with what they read.
    pub fired: Vec<(i64, Window)>,
    /// Runs at which it gave rows, though not as its trigger asks, with what they read.
    pub quiet: Vec<(i64, Window)>,
    /// Alerts of the original.
    pub alerts: usize,
    /// The first difference, and the time of the run that shows it.
    pub difference: Option<(i64, Difference)>,
}

/// The times between which a rule is run over a log: from its first row until no run reads any row;
/// `phase` is a time at which one of the runs is due, of a sample whose end is what matters.
pub fn span(rule: &Rule, tables: &Tables, phase: Option<i64>) -> Option<Options> {
    let events: Tables = tables
        .iter()
        .filter(|(name, _)| !name.starts_with("ThreatIntel"))
        .map(|(name, table)| (name.clone(), table.clone()))
        .collect();
    let of = |tables: &Tables| {
        times(tables).fold(None, |known: Option<(i64, i64)>, time| {
            Some(known.map_or((time, time), |(first, last)| {
                (first.min(time), last.max(time))
            }))
        })
    };
    let (mut first, last) = of(&events).or_else(|| of(tables))?;
    let ticks = |seconds: u64| {
        i64::try_from(seconds)
            .unwrap_or(0)
            .saturating_mul(TICKS_PER_SECOND)
    };
    let frequency = rule
        .schedule
        .as_ref()
        .map_or(0, |schedule| ticks(schedule.frequency.seconds));
    if phase.is_some() && frequency > 0 {
        first = first.max(last.saturating_sub(frequency.saturating_mul(MAX_SAMPLE_RUNS)));
    }
    let from = phase.map_or(first, |phase| first_run_in_step(rule, first, phase));
    let read = time_of_last_reader(rule, from, last, 0);
    let later = rule.schedule.as_ref().map_or(0, |schedule| {
        let most = if phase.is_some() {
            MAX_SAMPLE_RUNS
        } else {
            MAX_RUNS
        };
        let most = frequency.saturating_mul(most);
        ticks(schedule.period.seconds).min(most)
    });
    Some(Options {
        from,
        to: read.saturating_add(later),
        ..Options::default()
    })
}

/// Runs both rules over a log and compares everything they do.
pub fn over_log(
    pair: &Pair<'_>,
    tables: &Tables,
    carried: &Tables,
    phase: Option<i64>,
) -> Result<Outcome, CannotRun> {
    let Some(options) = span(pair.original.rule, tables, phase) else {
        return Ok(Outcome::default());
    };
    let fail = |side| move |failure| CannotRun { side, failure };
    let left = simulate(pair.original.rule, tables, options).map_err(fail(Side::Original))?;
    let right = simulate(pair.converted.rule, carried, options).map_err(fail(Side::Converted))?;
    let runs = |is_meant: fn(&RunOutcome) -> bool| {
        let runs = left.runs.iter().filter(|run| is_meant(&run.outcome));
        runs.map(|run| (run.time, run.window)).collect()
    };
    Ok(Outcome {
        runs: left.runs.len(),
        fired: runs(|outcome| matches!(outcome, RunOutcome::Fired { .. })),
        quiet: runs(|outcome| matches!(outcome, RunOutcome::Quiet { rows: 1.. })),
        alerts: left.alerts.len(),
        difference: difference(pair, &left, &right),
    })
}

/// The runs of a timeline by time, each with its alerts.
pub fn by_time(timeline: &Timeline) -> BTreeMap<i64, (&TimelineRun, Vec<Alert>)> {
    let mut runs: BTreeMap<i64, (&TimelineRun, Vec<Alert>)> = timeline
        .runs
        .iter()
        .map(|run| (run.time, (run, Vec::new())))
        .collect();
    for alert in &timeline.alerts {
        let run = timeline
            .runs
            .get(alert.run)
            .and_then(|run| runs.get_mut(&run.time));
        if let Some((_, alerts)) = run {
            alerts.push(alert.clone());
        }
    }
    runs
}

fn difference(pair: &Pair<'_>, left: &Timeline, right: &Timeline) -> Option<(i64, Difference)> {
    let names = pair.carrying.roles();
    let (one, other) = (by_time(left), by_time(right));
    let times: BTreeSet<i64> = one.keys().chain(other.keys()).copied().collect();
    let found = times.into_iter().find_map(|time| {
        let found = match (one.get(&time), other.get(&time)) {
            (Some(left), Some(right)) => of_runs(pair, left, right),
            (Some((run, _)), None) => lone(run, names.left, names.right),
            (None, Some((run, _))) => lone(run, names.right, names.left),
            (None, None) => None,
        };
        found.map(|difference| (time, difference))
    });
    found.or_else(|| incidents(pair, left, right))
}

/// A run that only one rule makes matters when it raises an alert.
fn lone(run: &TimelineRun, runs: &str, other: &str) -> Option<Difference> {
    matches!(run.outcome, RunOutcome::Fired { .. }).then(|| Difference {
        aspect: Aspect::Schedule,
        sentence: format!(
            "The {runs} runs and raises an alert at a time at which the {other} does not run."
        ),
    })
}

fn of_runs(
    pair: &Pair<'_>,
    (left, left_alerts): &(&TimelineRun, Vec<Alert>),
    (right, right_alerts): &(&TimelineRun, Vec<Alert>),
) -> Option<Difference> {
    let names = pair.carrying.roles();
    let rules = (pair.original.rule, pair.converted.rule);
    let rows = |outcome: RunOutcome| match outcome {
        RunOutcome::Fired { rows, .. } => (true, rows),
        RunOutcome::Quiet { rows } => (false, rows),
        RunOutcome::Suppressed => (false, u64::MAX),
    };
    let ((fires, one), (other_fires, other)) =
        (rows(left.outcome.clone()), rows(right.outcome.clone()));
    let words = |rows: u64| match rows {
        u64::MAX => "pauses after an earlier alert".to_owned(),
        rows => format!("gives {}", rule_replay::words::counted(rows, "row")),
    };
    if fires != other_fires {
        let sentence = format!(
            "The {} raises an alert and the {} does not: the one {}, the other {}.",
            if fires { names.left } else { names.right },
            if fires { names.right } else { names.left },
            words(if fires { one } else { other }),
            words(if fires { other } else { one })
        );
        return Some(Difference {
            aspect: Aspect::Fires,
            sentence,
        });
    }
    let all = |alerts: &[Alert]| {
        let rows: Vec<Table> = alerts
            .iter()
            .filter(|alert| !alert.summary)
            .map(|alert| alert.rows.clone())
            .collect();
        Table::concat(&rows)
    };
    let found = of_alerts(&pair.carrying, rules, (left_alerts, right_alerts));
    let found = found.or_else(|| of_rows(&pair.carrying, &all(left_alerts), &all(right_alerts)));
    found.or_else(|| {
        (one != other).then(|| Difference {
            aspect: Aspect::Rows,
            sentence: format!(
                "The {} {}, the {} {}.",
                names.left,
                words(one),
                names.right,
                words(other)
            ),
        })
    })
}

fn incidents(pair: &Pair<'_>, left: &Timeline, right: &Timeline) -> Option<(i64, Difference)> {
    let words = |rule: &Rule, incident: &Incident| {
        let title = if incident.title == rule.name {
            String::new()
        } else {
            pair.carrying.canonical(&incident.title)
        };
        (
            incident.made,
            incident.alerts.clone(),
            incident.severity,
            title,
        )
    };
    let list = |rule: &Rule, timeline: &Timeline| {
        let incidents = timeline.incidents.iter();
        incidents
            .map(|incident| words(rule, incident))
            .collect::<Vec<_>>()
    };
    let (one, other) = (
        list(pair.original.rule, left),
        list(pair.converted.rule, right),
    );
    let place =
        (0..one.len().max(other.len())).find(|place| one.get(*place) != other.get(*place))?;
    let time = one
        .get(place)
        .or(other.get(place))
        .map_or(0, |incident| incident.0);
    let counted = |count: usize| rule_replay::words::counted(count as u64, "incident");
    let sentence = format!(
        "The same alerts make {} for the {} and {} for the {}; the first that differs is number {}.",
        counted(one.len()),
        pair.carrying.roles().left,
        counted(other.len()),
        pair.carrying.roles().right,
        place + 1
    );
    Some((
        time,
        Difference {
            aspect: Aspect::Incidents,
            sentence,
        },
    ))
}
