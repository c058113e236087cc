//! Checks between fields that Azure or the portal make and that no schema states.

use crate::problem::Finding;
use crate::rule::{Rule, Schedule};

/// Longest query, in characters (scheduled rules overview).
const MAX_QUERY_CHARACTERS: usize = 10_000;
/// Shortest frequency and period, in seconds.
const MIN_SECONDS: u64 = 300;
/// Longest frequency and period, in seconds.
const MAX_SECONDS: u64 = 14 * 86_400;
/// Most entity mappings of a rule.
const MAX_MAPPINGS: usize = 10;

/// What Azure would refuse, or do otherwise than meant.
pub fn validate(rule: &Rule) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |field: &str, message: String, remedy: &str| {
        findings.push(Finding {
            field: field.to_owned(),
            message,
            remedy: remedy.to_owned(),
        });
    };
    let length = rule.query.chars().count();
    if length > MAX_QUERY_CHARACTERS {
        find(
            "query",
            format!(
                "the query has {length} characters; at most {MAX_QUERY_CHARACTERS} are allowed"
            ),
            "shorten it, or move a part into a function of the workspace",
        );
    }
    if rule.entity_mappings.len() > MAX_MAPPINGS {
        find(
            "entityMappings",
            format!("at most {MAX_MAPPINGS} mappings are allowed"),
            "leave the least useful out",
        );
    }
    if let Some(schedule) = &rule.schedule {
        check_schedule(schedule, &mut find);
        if let Some(pause) = rule.suppression
            && (pause < schedule.frequency || pause.seconds > 86_400)
        {
            find(
                "suppressionDuration",
                "the pause is shorter than the frequency or longer than a day".to_owned(),
                "choose one in between",
            );
        }
    }
    findings
}

fn check_schedule(schedule: &Schedule, find: &mut impl FnMut(&str, String, &str)) {
    for (field, duration) in [
        ("queryFrequency", schedule.frequency),
        ("queryPeriod", schedule.period),
    ] {
        if !(MIN_SECONDS..=MAX_SECONDS).contains(&duration.seconds) {
            find(
                field,
                format!(
                    "`{}` is not between 5 minutes and 14 days",
                    duration.to_short()
                ),
                "choose one in between",
            );
        }
    }
    if schedule.frequency > schedule.period {
        find(
            "queryPeriod",
            "the period is shorter than the frequency, so some rows are never read".to_owned(),
            "make it at least as long",
        );
    }
    if schedule.period.seconds >= 2 * 86_400 && schedule.frequency.seconds < 3_600 {
        find(
            "queryFrequency",
            "a period of two days or more needs a frequency of an hour or more".to_owned(),
            "run it less often",
        );
    }
    if schedule.threshold > 10_000 {
        find(
            "triggerThreshold",
            "the threshold is above 10,000".to_owned(),
            "lower it",
        );
    }
}
