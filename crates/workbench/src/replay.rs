//! Runs converted rules on their schedule over the loaded logs.

use kql_engine::Table;
use kql_engine::interrupt::CANCELLED;
use rule_replay::timeline::{
    Assumptions, Options, Timeline, first_run_in_step, simulate, time_of_last_reader,
};
use rule_replay::{Failure, Tables};
use sentinel_rules::rule::Rule;

use crate::assume;
use crate::loaded_log::LoadedLog;
use crate::protocol::Problem;
use crate::run;
use crate::session::Session;

/// Rows of the loaded logs up to which a run also replays the schedule, unasked.
const UNASKED_ROWS: usize = 50_000;

/// A rule on its schedule, with the span of it.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub options: Options,
    pub timeline: Result<Timeline, Failure>,
}

/// Replays one rule.
pub(crate) fn replay(session: &mut Session, key: &str) -> Result<(), Problem> {
    let index = session.rule_index(key)?;
    let tables = session.tables()?;
    let span = span(&session.logs).ok_or_else(|| {
        Problem::about(
            "Replay",
            "no loaded row has a time",
            "load audit logs or a sample first",
        )
    })?;
    let ground = Ground::of(session, span);
    if let Some(loaded) = session.rules.get_mut(index) {
        let replayed = ground.replay(&loaded.converted.rule, &tables);
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

/// Replays anew what was replayed; a log that is too large for that unasked waits to be asked.
pub(crate) fn again(session: &mut Session) {
    let tables = session.tables().ok().filter(is_cheap);
    let span = span(&session.logs);
    let ground = tables.zip(span.map(|span| Ground::of(session, span)));
    for loaded in &mut session.rules {
        if loaded.timeline.is_some() {
            let rule = &loaded.converted.rule;
            let ground = ground.as_ref();
            loaded.timeline = ground.map(|(tables, ground)| ground.replay(rule, tables));
        }
    }
}

/// Whether schedules are replayed unasked.
pub(crate) fn is_cheap(tables: &Tables) -> bool {
    tables.values().map(Table::rows).sum::<usize>() <= UNASKED_ROWS
}

/// What a replay goes by besides the rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground {
    /// First and last time of the log.
    span: (i64, i64),
    /// When one of the runs is.
    now: i64,
    assumptions: Assumptions,
}

impl Ground {
    /// That of a session, over a span.
    pub fn of(session: &Session, span: (i64, i64)) -> Self {
        Self {
            span,
            now: session.now,
            assumptions: assume::of(&session.journal),
        }
    }

    /// The first run that reads a row of the span, and the last; one of the runs between is at `now`.
    pub fn options(&self, rule: &Rule) -> Options {
        let (first, last) = self.span;
        let from = first_run_in_step(rule, first, self.now);
        Options {
            from,
            to: time_of_last_reader(rule, from, last, 0).max(self.now),
            assumptions: self.assumptions,
            ..Options::default()
        }
    }

    /// The first run that reads a row of the span, and the last, wherever `now` is.
    pub fn options_within(&self, rule: &Rule) -> Options {
        let (first, last) = self.span;
        let from = first_run_in_step(rule, first, self.now);
        Options {
            to: time_of_last_reader(rule, from, last, 0),
            ..self.options(rule)
        }
    }

    /// A rule from the first event until a run has read the last one.
    pub fn replay(&self, rule: &Rule, tables: &Tables) -> Replayed {
        let options = self.options(rule);
        Replayed {
            options,
            timeline: simulate(rule, tables, options),
        }
    }
}
