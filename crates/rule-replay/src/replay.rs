//! Runs a rule at a chosen time as Sentinel would have run it then.
//!
//! A scheduled rule runs once, over its query period. An NRT rule runs once for each minute that holds
//! rows in the day before. The same rule, tables and time give the same outcome, to the last digit.

use kql_engine::step::Step;
use kql_engine::{Table, WindowRun};
use sentinel_rules::rule::{EventGrouping, Rule, RuleKind};

use crate::outcome::{Failure, Outcome, Run};
use crate::prepared::{LastBound, Prepared, Tables, failure};
use crate::window::{self, Window};
use crate::{entities, notes, probe, verdict};

/// Name of the column that holds a row's time in every Sentinel table.
pub(crate) const TIME_COLUMN: &str = "TimeGenerated";

/// Minutes of an NRT rule that did not fire whose steps are compared.
const MAX_EXPLAINED: usize = 100;

/// Runs `rule` on `tables` at `now` (ticks). Fails when the query cannot be bound or evaluated.
pub fn replay(rule: &Rule, tables: &Tables, now: i64) -> Result<Outcome, Failure> {
    replay_again(rule, tables, now, &mut LastBound::default())
}

/// As [`replay`], with the query as it was bound last where that still fits.
pub fn replay_again(
    rule: &Rule,
    tables: &Tables,
    now: i64,
    bound: &mut LastBound,
) -> Result<Outcome, Failure> {
    let prepared = Prepared::again(rule, tables, bound)?;
    let made = match rule.kind {
        RuleKind::Scheduled => scheduled(&prepared, tables, now)?,
        RuleKind::Nrt => near_real_time(&prepared, tables, now)?,
    };
    outcome(&prepared, tables, now, made)
}

/// Runs with the rows and steps to show.
struct Made {
    runs: Vec<Run>,
    result: Table,
    steps: Vec<Step>,
}

fn scheduled(prepared: &Prepared<'_>, tables: &Tables, now: i64) -> Result<Made, Failure> {
    let window = window::scheduled(prepared.rule, now).ok_or_else(|| Failure {
        message: "the rule has no schedule".to_owned(),
        hint: "give it a queryFrequency and a queryPeriod".to_owned(),
        range: 0..0,
    })?;
    let (run, result, steps) = single(prepared, tables, window, now)?;
    Ok(Made {
        runs: vec![run],
        result,
        steps,
    })
}

fn near_real_time(prepared: &Prepared<'_>, tables: &Tables, now: i64) -> Result<Made, Failure> {
    let day = Window {
        from: now.saturating_sub(window::NRT_LOOKBACK),
        to: now,
    };
    let recent = window::rows_in(tables, day);
    let minutes = window::near_real_time(window::times(&recent), now);
    let due: Vec<WindowRun> = minutes.iter().map(window_run).collect();
    let windows = prepared.windows(&recent);
    let mut results = windows.results(&due);
    let (mut runs, mut fired) = (Vec::new(), Vec::new());
    let mut first_fired = None;
    for (index, minute) in minutes.iter().enumerate() {
        let result = results.get(index).map_err(failure)?;
        let rows = result.rows() as u64;
        let fires = prepared.rule.fires(rows);
        runs.push(Run {
            window: *minute,
            rows,
            fires,
        });
        if fires {
            first_fired.get_or_insert(*minute);
            fired.push(result);
        }
    }
    let busy = minutes.iter().enumerate();
    let busy = busy.filter(|(index, _)| !results.is_idle(*index));
    let shown = first_fired
        .into_iter()
        .chain(busy.map(|(_, minute)| *minute));
    let steps = steps_to_show(prepared, &recent, day, now, shown, first_fired.is_some())?;
    let result = match fired.len() {
        0 => single(prepared, &recent, day, now)?.1.take(&[]),
        _ => Table::concat_in_run(&fired).map_err(failure)?,
    };
    Ok(Made {
        runs,
        result,
        steps,
    })
}

fn window_run(window: &Window) -> WindowRun {
    WindowRun {
        now: window::now_after(*window),
        window: window.from..window.to,
    }
}

/// The steps of the first minute that fired; without one, of the minute that kept rows for most steps; and
/// where no minute kept a row for long, those of the day.
fn steps_to_show(
    prepared: &Prepared<'_>,
    tables: &Tables,
    day: Window,
    now: i64,
    minutes: impl Iterator<Item = Window>,
    first_fired: bool,
) -> Result<Vec<Step>, Failure> {
    let mut shown: Option<Vec<Step>> = None;
    for minute in minutes.take(if first_fired { 1 } else { MAX_EXPLAINED }) {
        let (_, _, steps) = single(prepared, tables, minute, window::now_after(minute))?;
        if shown
            .as_ref()
            .is_none_or(|shown| reaches_further(&steps, shown))
        {
            shown = Some(steps);
        }
    }
    match shown {
        Some(steps) => Ok(steps),
        None => Ok(single(prepared, tables, day, now)?.2),
    }
}

/// Whether a run that found nothing kept rows for more steps than the one shown so far.
fn reaches_further(steps: &[Step], shown: &[Step]) -> bool {
    let alive = |steps: &[Step]| steps.iter().filter(|step| step.rows_out > 0).count();
    alive(steps) > alive(shown)
}

/// One run of the rule with its result and steps.
pub(crate) fn single(
    prepared: &Prepared<'_>,
    tables: &Tables,
    window: Window,
    now: i64,
) -> Result<(Run, Table, Vec<Step>), Failure> {
    let mut ran = prepared.run(tables, window, now)?;
    let result = ran.tables.pop().unwrap_or_default();
    let rows = result.rows() as u64;
    let fires = prepared.rule.fires(rows);
    Ok((
        Run {
            window,
            rows,
            fires,
        },
        result,
        ran.steps,
    ))
}

fn outcome(
    prepared: &Prepared<'_>,
    tables: &Tables,
    now: i64,
    made: Made,
) -> Result<Outcome, Failure> {
    let rule = prepared.rule;
    let fires = made.runs.iter().any(|run| run.fires);
    let mut notes = notes::of(prepared, tables, now, &made.runs, &made.result, &made.steps);
    let (entities, cuts) = match fires {
        true => entities::extract(rule, &made.result),
        false => Default::default(),
    };
    // The rows of several alerts have room for more than one of them.
    if rule.event_grouping == EventGrouping::SingleAlert && made.runs.len() == 1 {
        notes.extend(cuts.into_iter().map(|cut| cut.sentence));
    }
    notes.extend(probe::other_times(prepared, tables, now, fires)?);
    Ok(Outcome {
        fires,
        verdict: verdict::sentence(rule, &made.runs),
        notes,
        entities,
        runs: made.runs,
        result: made.result,
        steps: made.steps,
    })
}
