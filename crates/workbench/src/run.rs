//! Runs rules, original and converted, on the loaded logs at the session's time, and the converted one on
//! its schedule when the logs are small.

use kql_engine::Table;

use crate::protocol::{Problem, Progress};
use crate::replay;
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
    let tables = session.tables();
    let now = session.now;
    let rows: usize = tables.values().map(Table::rows).sum();
    let span = replay::span(&session.logs).filter(|_| rows <= replay::UNASKED_ROWS);
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
        loaded.run = Some(rule_replay::replay(&loaded.rule, &tables, now));
        let converted = &loaded.converted.rule;
        loaded.converted_run = Some(rule_replay::replay(converted, &tables, now));
        loaded.timeline = span.map(|span| replay::of(converted, &tables, span, now));
    }
    Ok(())
}
