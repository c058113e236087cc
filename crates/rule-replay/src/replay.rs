//! Runs a rule at a chosen time as Sentinel would have run it then.
//!
//! A scheduled rule runs once, over its query period. An NRT rule runs once for each minute that holds
//! rows in the day before. The same rule, tables and time give the same outcome, to the last digit.

use kql_engine::Table;
use kql_engine::step::Step;
use sentinel_rules::rule::{Rule, RuleKind};

use crate::outcome::{Failure, Outcome, Run};
use crate::prepared::{Prepared, Tables};
use crate::window::{self, Window};
use crate::{entities, notes, probe, verdict};

/// Name of the column that holds a row's time in every Sentinel table.
pub(crate) const TIME_COLUMN: &str = "TimeGenerated";

/// Runs `rule` on `tables` at `now` (ticks). Fails when the query cannot be bound or evaluated.
pub fn replay(rule: &Rule, tables: &Tables, now: i64) -> Result<Outcome, Failure> {
    let prepared = Prepared::new(rule, tables)?;
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
    let mut made = Made {
        runs: Vec::new(),
        result: Table::default(),
        steps: Vec::new(),
    };
    let mut fired = Vec::new();
    for minute in window::near_real_time(window::times(&recent), now) {
        let (run, result, steps) = single(prepared, &recent, minute, minute.to)?;
        made.runs.push(run);
        if run.fires {
            fired.push(result);
        }
        if made.steps.is_empty()
            || (run.fires && fired.len() == 1)
            || reaches_further(&steps, &made.steps)
        {
            made.steps = steps;
        }
    }
    made.result = match fired.len() {
        0 => single(prepared, &recent, day, now)?.1.take(&[]),
        _ => Table::concat(&fired),
    };
    Ok(made)
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
    let mut notes = notes::of(rule, tables, now, &made.runs, &made.result, &made.steps);
    notes.extend(probe::other_times(prepared, tables, now, fires)?);
    Ok(Outcome {
        fires,
        verdict: verdict::sentence(rule, &made.runs),
        notes,
        entities: if fires {
            entities::extract(rule, &made.result)
        } else {
            Vec::new()
        },
        runs: made.runs,
        result: made.result,
        steps: made.steps,
    })
}
