//! Runs rules, original and converted, on the loaded logs at the session's time.

use crate::protocol::{Problem, Progress};
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
        loaded.converted_run = Some(rule_replay::replay(&loaded.converted.rule, &tables, now));
    }
    Ok(())
}
