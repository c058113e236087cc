//! The verdict of a rule in one sentence.

use crate::times;
use sentinel_rules::rule::Rule;

use crate::outcome::Run;
use crate::words::{counted, trigger};

/// Whether the rule fires against its threshold, such as `Fires: 3 rows, more than 0 rows.`
pub fn sentence(rule: &Rule, runs: &[Run]) -> String {
    match (&rule.schedule, runs) {
        (Some(schedule), [run]) if run.fires => {
            format!(
                "Fires: {}; the rule asks for {}.",
                counted(run.rows, "row"),
                trigger(schedule)
            )
        }
        (Some(schedule), [run]) => {
            format!(
                "Does not fire: {}; the rule asks for {}.",
                counted(run.rows, "row"),
                trigger(schedule)
            )
        }
        _ => near_real_time(runs),
    }
}

fn near_real_time(runs: &[Run]) -> String {
    let fired: Vec<&Run> = runs.iter().filter(|run| run.fires).collect();
    let tried = counted(runs.len() as u64, "minute");
    match fired.first() {
        Some(first) => format!(
            "Fires: {} of {tried} with rows raise an alert, the first for the minute from {}.",
            fired.len(),
            times::minute(first.window.from)
        ),
        None if runs.is_empty() => "Does not fire: no rows in the day before this time.".to_owned(),
        None => format!("Does not fire: none of {tried} with rows gives a result."),
    }
}
