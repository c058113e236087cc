//! Goes back to an earlier state of the session, or forward again: rules and decisions come from its
//! journal, logs that are loaded stay, and so do the results that still hold.

use crate::loaded_log::LoadedLog;
use crate::loaded_rule::LoadedRule;
use crate::protocol::{Journal, Problem};
use crate::replay;
use crate::session::{OnProgress, Session};

/// Comes to the state of a journal.
pub(crate) fn restore(
    session: &mut Session,
    journal: Journal,
    progress: OnProgress<'_>,
) -> Result<(), Problem> {
    let old = std::mem::take(session);
    let sample = journal.sample.clone();
    let (wanted_sample, wanted_logs) = (journal.sample.clone(), journal.logs.clone());
    session.open(
        Journal {
            sample: sample.filter(|_| journal.sample != old.journal.sample),
            logs: Vec::new(),
            ..journal
        },
        progress,
    )?;
    let before = log_keys(&old.logs);
    let kept = old.logs.into_iter().filter(|log| match &log.sample {
        Some(name) => Some(name) == wanted_sample.as_ref(),
        None => wanted_logs.contains(&log.name),
    });
    let kept: Vec<LoadedLog> = kept.collect();
    session.logs.extend(kept);
    session.journal.sample = wanted_sample;
    session.journal.logs = wanted_logs;
    if before == log_keys(&session.logs) && old.now == session.now {
        let assumes_other = session.journal.assumptions != old.journal.assumptions;
        keep_results(&mut session.rules, old.rules);
        if assumes_other {
            replay::again(session);
        }
    }
    Ok(())
}

fn log_keys(logs: &[LoadedLog]) -> Vec<String> {
    logs.iter().map(|log| log.key.clone()).collect()
}

/// Results of rules that are as they were hold on.
fn keep_results(rules: &mut [LoadedRule], old: Vec<LoadedRule>) {
    for known in old {
        let same = rules.iter_mut().find(|rule| rule.key == known.key);
        let Some(rule) = same.filter(|rule| rule.rule == known.rule) else {
            continue;
        };
        rule.run = known.run;
        if rule.converted.rule == known.converted.rule {
            rule.converted_run = known.converted_run;
            rule.timeline = known.timeline;
        }
    }
}
