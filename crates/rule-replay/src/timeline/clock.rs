//! When a rule runs.

use kql_analysis::value::TICKS_PER_SECOND;
use sentinel_rules::rule::{Rule, RuleKind};

use super::assumptions::Asked;
use super::options::{Options, SCHEDULED_DELAY};
use crate::window::{NRT_DELAY, NRT_WINDOW, Window, scheduled};

/// A run that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    /// `now()` of the run.
    pub time: i64,
    /// Rows it reads, by `TimeGenerated`: those of its span that are ingested by then.
    pub window: Window,
    /// The span that it asks for.
    pub span: Window,
    /// When its alerts are made.
    pub made: i64,
}

/// Ticks between two runs; zero for an NRT rule.
fn frequency(rule: &Rule) -> i64 {
    let seconds = rule
        .schedule
        .as_ref()
        .map_or(0, |one| one.frequency.seconds);
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    seconds.saturating_mul(TICKS_PER_SECOND)
}

/// The runs of a scheduled rule: at `from`, then once every frequency, up to `to`.
pub(super) fn scheduled_runs(rule: &Rule, options: Options) -> impl Iterator<Item = Due> {
    let frequency = frequency(rule);
    let first = (frequency > 0).then_some(options.from);
    let times = std::iter::successors(first, move |time| time.checked_add(frequency));
    times
        .take_while(move |time| *time <= options.to)
        .filter_map(move |time| due(rule, time, options))
}

/// A scheduled run at a time. A row that is ingested after the run is not in its window; one that is
/// ingested at the very tick of it is.
fn due(rule: &Rule, time: i64, options: Options) -> Option<Due> {
    let window = scheduled(rule, time)?;
    let end = match options.assumptions.is_other(Asked::WindowEnd) {
        true => window.to.saturating_add(1),
        false => window.to,
    };
    let seen = time
        .saturating_add(SCHEDULED_DELAY)
        .saturating_sub(options.ingestion_delay)
        .saturating_add(1);
    Some(Due {
        time,
        span: window,
        window: Window {
            from: window.from,
            to: end.min(seen),
        },
        made: time.saturating_add(SCHEDULED_DELAY),
    })
}

/// The run that is due at a time, whenever the rule was enabled; `None` without a schedule.
pub(super) fn due_at(rule: &Rule, time: i64) -> Option<Due> {
    let options = Options::between(time, time);
    match rule.kind {
        RuleKind::Scheduled => due(rule, time, options),
        RuleKind::Nrt => {
            let ingested = time.saturating_sub(NRT_WINDOW + NRT_DELAY);
            Some(near_real_time_run(ingested, options))
        }
    }
}

/// The run of an NRT rule that reads the rows ingested in the minute of a time.
fn near_real_time_run(ingested: i64, options: Options) -> Due {
    run_of_minute(ingested.div_euclid(NRT_WINDOW), options)
}

/// As [`near_real_time_run`], of the minute of this number.
pub(super) fn run_of_minute(minute: i64, options: Options) -> Due {
    let minute = minute * NRT_WINDOW;
    let time = after_minute(minute);
    let window = Window {
        from: minute.saturating_sub(options.ingestion_delay),
        to: (minute + NRT_WINDOW).saturating_sub(options.ingestion_delay),
    };
    Due {
        time,
        window,
        span: window,
        made: time,
    }
}

/// The first time at or after `earliest` at which a rule runs that also runs at `known`; `earliest` itself
/// for an NRT rule, which runs every minute.
pub fn first_run_in_step(rule: &Rule, earliest: i64, known: i64) -> i64 {
    match frequency(rule) {
        0 => earliest,
        frequency => {
            let past = known.saturating_sub(earliest).rem_euclid(frequency);
            earliest.saturating_add(past)
        }
    }
}

/// When the run is due that reads the minute of a time.
fn near_real_time_time(ingested: i64) -> i64 {
    after_minute(ingested.div_euclid(NRT_WINDOW) * NRT_WINDOW)
}

/// When the run is due that reads the minute which begins at a time.
fn after_minute(minute: i64) -> i64 {
    minute.saturating_add(NRT_WINDOW + NRT_DELAY)
}

/// The time of the first run, of a rule that is enabled at `from`, that reads an event of time `last`
/// which is ingested `delay` later: the end of a timeline that misses nothing.
pub fn time_of_last_reader(rule: &Rule, from: i64, last: i64, delay: i64) -> i64 {
    let frequency = frequency(rule);
    let ingested = last.saturating_add(delay);
    match frequency {
        0 => near_real_time_time(ingested),
        _ => {
            let runs = ingested.saturating_sub(from).div_euclid(frequency) + 1;
            from.saturating_add(runs.max(1).saturating_mul(frequency))
        }
    }
}
