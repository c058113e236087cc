//! Runs converted rules on their schedule over the loaded logs.

use kql_engine::interrupt::CANCELLED;
use rule_replay::timeline::{Options, Timeline, first_run_in_step, simulate, time_of_last_reader};
use rule_replay::{Failure, Tables};
use sentinel_rules::rule::Rule;

use crate::loaded_log::LoadedLog;
use crate::protocol::Problem;
use crate::run;
use crate::session::Session;

/// Rows of the loaded logs up to which a run also replays the schedule, unasked.
pub(crate) const UNASKED_ROWS: usize = 50_000;

/// A rule on its schedule, with the span of it.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub options: Options,
    pub timeline: Result<Timeline, Failure>,
}

/// Replays one rule.
pub(crate) fn replay(session: &mut Session, key: &str) -> Result<(), Problem> {
    let index = session.rule_index(key)?;
    let tables = session.tables();
    let span = span(&session.logs).ok_or_else(|| {
        Problem::about(
            "Replay",
            "no loaded row has a time",
            "load audit logs or a sample first",
        )
    })?;
    let now = session.now;
    if let Some(loaded) = session.rules.get_mut(index) {
        let replayed = of(&loaded.converted.rule, &tables, span, now);
        if matches!(&replayed.timeline, Err(failure) if failure.message == CANCELLED) {
            return Err(run::cancelled());
        }
        loaded.timeline = Some(replayed);
    }
    Ok(())
}

/// First and last time of the audit logs, in ticks.
pub(crate) fn span(logs: &[LoadedLog]) -> Option<(i64, i64)> {
    let spans = logs.iter().filter(|log| log.is_audit_log());
    let spans = spans.filter_map(|log| log.loaded.span);
    spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// A rule from the first event until a run has read the last one; one of the runs is at `now`.
pub(crate) fn of(rule: &Rule, tables: &Tables, span: (i64, i64), now: i64) -> Replayed {
    let options = options(rule, span, now);
    Replayed {
        options,
        timeline: simulate(rule, tables, options),
    }
}

/// The first run that reads a row of the span, and the last; one of the runs between is at `now`.
pub(crate) fn options(rule: &Rule, (first, last): (i64, i64), now: i64) -> Options {
    let from = first_run_in_step(rule, first, now);
    Options {
        from,
        to: time_of_last_reader(rule, from, last, 0).max(now),
        ..Options::default()
    }
}
