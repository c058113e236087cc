//! Runs rules, original and converted, on the loaded logs at the session's time, and the converted one on
//! its schedule when the logs are small.

use kql_engine::interrupt::CANCELLED;
use rule_replay::replay_again;

use crate::loaded_rule::LoadedRule;
use crate::protocol::{Problem, Progress};
use crate::replay::{self, Ground};
use crate::session::{OnProgress, Session};

/// Runs one rule, or all when `key` is `None`.
pub(crate) fn run(
    session: &mut Session,
    key: Option<&str>,
    progress: OnProgress<'_>,
) -> Result<(), Problem> {
    let chosen: Vec<usize> = match key {
        Some(key) => vec![session.rule_index(key)?],
        None => (0..session.rules.len()).collect(),
    };
    let tables = session.tables()?;
    let now = session.now;
    let span = replay::span(&session.logs).filter(|_| replay::is_cheap(&tables));
    let ground = span.map(|span| Ground::of(session, span));
    for (done, &index) in chosen.iter().enumerate() {
        let Some(loaded) = session.rules.get_mut(index) else {
            continue;
        };
        progress(Progress {
            what: format!("Running {}", loaded.rule.name),
            done: Some(done as f64 / chosen.len() as f64),
            detail: String::new(),
            bytes: None,
        });
        let converted = &loaded.converted.rule;
        let [bound, converted_bound] = &mut loaded.bound;
        loaded.run = Some(replay_again(&loaded.rule, &tables, now, bound));
        loaded.converted_run = Some(replay_again(converted, &tables, now, converted_bound));
        loaded.timeline = ground.map(|ground| ground.replay(converted, &tables));
        if is_cancelled(loaded) {
            loaded.forget_runs();
            return Err(cancelled());
        }
    }
    Ok(())
}

/// Whether a run of this rule was ended from outside.
fn is_cancelled(loaded: &LoadedRule) -> bool {
    let outcomes = [&loaded.run, &loaded.converted_run].into_iter().flatten();
    let mut failures = outcomes.filter_map(|outcome| outcome.as_ref().err());
    let timeline = loaded.timeline.as_ref();
    let timeline = timeline.and_then(|replayed| replayed.timeline.as_ref().err());
    failures.any(|failure| failure.message == CANCELLED)
        || timeline.is_some_and(|failure| failure.message == CANCELLED)
}

/// The answer to a request whose work was ended from outside.
pub(crate) fn cancelled() -> Problem {
    Problem::about("The run", CANCELLED, "run it again to see results")
}
