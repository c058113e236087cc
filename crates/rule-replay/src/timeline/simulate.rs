//! The runs of a rule one after the other, with suppression.

use kql_analysis::value::TICKS_PER_SECOND;
use kql_engine::{Column, Table, WindowRun, Windows};
use sentinel_rules::rule::{Rule, RuleKind};

use super::alert::{Alert, alerts};
use super::assumptions::{Asked, Assumptions};
use super::clock::{Due, run_of_minute, scheduled_runs};
use super::incident::{Grouping, Incident, incidents};
use super::notes::{notes, unread};
use super::options::Options;
use crate::outcome::Failure;
use crate::prepared::{Prepared, Tables, failure};
use crate::replay::TIME_COLUMN;
use crate::window::{NRT_WINDOW, Window};

/// Most runs of one timeline.
pub const MAX_RUNS: usize = 100_000;

/// What a rule does over a span of log.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Runs, oldest first. An NRT rule runs every minute; only runs that read a row are here.
    pub runs: Vec<TimelineRun>,
    /// Alerts, oldest first.
    pub alerts: Vec<Alert>,
    /// Incidents, oldest first.
    pub incidents: Vec<Incident>,
    /// What to know about it, one sentence each.
    pub notes: Vec<String>,
}

/// A run on the schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineRun {
    /// `now()` of the run, in ticks.
    pub time: i64,
    /// The rows it reads: those of its span that are ingested by then.
    pub window: Window,
    /// The span that the rule asks for.
    pub span: Window,
    /// What came of it.
    pub outcome: RunOutcome,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// The trigger was met.
    Fired {
        /// Rows of the result.
        rows: u64,
        /// Alerts that were made.
        alerts: usize,
    },
    /// The trigger was not met.
    Quiet {
        /// Rows of the result.
        rows: u64,
    },
    /// The rule paused after an alert; what only this run would have read is never evaluated.
    Suppressed,
}

/// Runs a rule on its schedule. Fails when the query cannot be bound, a run cannot be evaluated, or there
/// are more than [`MAX_RUNS`] runs.
pub fn simulate(rule: &Rule, tables: &Tables, options: Options) -> Result<Timeline, Failure> {
    let prepared = Prepared::delayed(rule, tables, options.ingestion_delay)?;
    let windows = prepared.windows(tables);
    let due = due(rule, tables, options)?;
    let runs: Vec<WindowRun> = due.iter().map(window_run).collect();
    let mut results = windows.results(&runs);
    let asks = prepared.query().reads_ingestion_time;
    let mut timeline = judged(rule, asks, &due, options.assumptions, |index| {
        results.get(index).map_err(failure)
    })?;
    let windows_read: Vec<Window> = due.iter().map(|run| run.window).collect();
    timeline.notes.extend(unread(rule, tables, &windows_read));
    if rule.kind == RuleKind::Nrt && finds_rows_without_events(&windows, options)? {
        timeline.notes.push("The query gives rows even for a minute without events. Sentinel would raise an alert every minute; only minutes with events are shown.".to_owned());
    }
    Ok(timeline)
}

/// What follows from the results of the runs that are due. A run that is paused is not asked for.
pub(super) fn judged(
    rule: &Rule,
    reads_ingestion_time: bool,
    due: &[Due],
    assumptions: Assumptions,
    mut result: impl FnMut(usize) -> Result<Table, Failure>,
) -> Result<Timeline, Failure> {
    let mut simulation = Simulation {
        rule,
        assumptions,
        suppressed_until: i64::MIN,
        runs: Vec::with_capacity(due.len()),
        alerts: Vec::new(),
    };
    for (index, run) in due.iter().enumerate() {
        simulation.run(*run, || result(index))?;
    }
    let incidents = incidents(&Grouping::of(rule, assumptions), &simulation.alerts);
    Ok(Timeline {
        notes: notes(
            rule,
            reads_ingestion_time,
            &simulation.runs,
            &simulation.alerts,
            incidents.len(),
        ),
        incidents,
        runs: simulation.runs,
        alerts: simulation.alerts,
    })
}

pub(super) fn window_run(due: &Due) -> WindowRun {
    WindowRun {
        now: due.time,
        window: due.window.from..due.window.to,
    }
}

/// The runs that are due within the span.
pub(super) fn due(rule: &Rule, tables: &Tables, options: Options) -> Result<Vec<Due>, Failure> {
    let due: Vec<Due> = match rule.kind {
        RuleKind::Scheduled => scheduled_runs(rule, options).take(MAX_RUNS + 1).collect(),
        RuleKind::Nrt => {
            let runs = minutes(tables, options.ingestion_delay)
                .into_iter()
                .map(|minute| run_of_minute(minute, options));
            let inside = runs.filter(|run| (options.from..=options.to).contains(&run.time));
            inside.take(MAX_RUNS + 1).collect()
        }
    };
    match due.len() > MAX_RUNS {
        true => Err(Failure {
            message: format!("the span holds more than {MAX_RUNS} runs of this rule"),
            hint: "choose a shorter span".to_owned(),
            range: 0..0,
        }),
        false => Ok(due),
    }
}

/// The minutes in which rows are ingested, in order. A stretch is shorter than a minute: its times lie in the
/// minute of its first one and in that of its last one.
fn minutes(tables: &Tables, delay: i64) -> Vec<i64> {
    let columns = tables.values();
    let columns = columns.filter_map(|table| table.column_named(TIME_COLUMN));
    let minute = |time: i64| time.saturating_add(delay).div_euclid(NRT_WINDOW);
    let mut minutes: Vec<i64> = Vec::new();
    for stretches in columns.filter_map(Column::time_stretches) {
        for (first, last) in stretches.iter() {
            let of_first = minute(*first);
            // Dividing is what takes long here, and most stretches lie within one minute.
            let is_within = last.saturating_add(delay) < (of_first + 1) * NRT_WINDOW;
            let of_last = if is_within { of_first } else { minute(*last) };
            for minute in [of_first, of_last] {
                if minutes.last() != Some(&minute) {
                    minutes.push(minute);
                }
            }
        }
    }
    // Those of one table are in order already.
    minutes.sort();
    minutes.dedup();
    minutes
}

struct Simulation<'a> {
    rule: &'a Rule,
    assumptions: Assumptions,
    suppressed_until: i64,
    runs: Vec<TimelineRun>,
    alerts: Vec<Alert>,
}

impl Simulation<'_> {
    fn run(
        &mut self,
        due: Due,
        result: impl FnOnce() -> Result<Table, Failure>,
    ) -> Result<(), Failure> {
        let outcome = match due.time < self.suppressed_until {
            true => RunOutcome::Suppressed,
            false => self.judge(due, &result()?),
        };
        self.runs.push(TimelineRun {
            time: due.time,
            window: due.window,
            span: due.span,
            outcome,
        });
        Ok(())
    }

    fn judge(&mut self, due: Due, result: &Table) -> RunOutcome {
        let rule = self.rule;
        let rows = result.rows() as u64;
        if !rule.fires(rows) {
            return RunOutcome::Quiet { rows };
        }
        let made = alerts(rule, self.assumptions, self.runs.len(), due, result);
        let count = made.len();
        self.alerts.extend(made);
        if let Some(pause) = rule.suppression {
            let seconds = i64::try_from(pause.seconds).unwrap_or(i64::MAX);
            let pause = seconds.saturating_mul(TICKS_PER_SECOND);
            let start = match self.assumptions.is_other(Asked::SuppressionStart) {
                true => due.made,
                false => due.time,
            };
            self.suppressed_until = start.saturating_add(pause);
        }
        RunOutcome::Fired {
            rows,
            alerts: count,
        }
    }
}

/// Whether the query gives rows for a window without rows.
fn finds_rows_without_events(windows: &Windows<'_>, options: Options) -> Result<bool, Failure> {
    let none = [WindowRun {
        now: options.from,
        window: options.from..options.from,
    }];
    let result = windows.results(&none).get(0).map_err(failure)?;
    Ok(result.rows() > 0)
}
