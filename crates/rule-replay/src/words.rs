//! Field values of a rule in the words an analyst reads.

use kql_analysis::value::TICKS_PER_SECOND;
use sentinel_rules::duration::Duration;
use sentinel_rules::rule::{Rule, RuleKind, Schedule, Severity, TriggerOperator};

/// The schedule and trigger, such as `Every day over the last 14 days; alert on more than 0 rows`.
pub fn schedule(rule: &Rule) -> String {
    match (&rule.schedule, rule.kind) {
        (Some(schedule), _) => format!(
            "Every {} over the last {}; alert on {}",
            every(schedule.frequency),
            every(schedule.period),
            trigger(schedule)
        ),
        (None, RuleKind::Nrt) => "Every minute over the last minute; alert on any row".to_owned(),
        (None, RuleKind::Scheduled) => "No schedule given".to_owned(),
    }
}

/// The trigger alone, such as `more than 0 rows`.
pub fn trigger(schedule: &Schedule) -> String {
    let comparison = match schedule.operator {
        TriggerOperator::GreaterThan => "more than",
        TriggerOperator::LessThan => "fewer than",
        TriggerOperator::Equal => "exactly",
        TriggerOperator::NotEqual => "any number but",
    };
    format!(
        "{comparison} {}",
        counted(u64::from(schedule.threshold), "row")
    )
}

/// A duration in its largest whole unit, such as `14 days`.
pub fn duration(duration: Duration) -> String {
    let (count, unit) = largest_unit(duration);
    counted(count, unit)
}

/// A span of ticks to its two largest units, such as `14 hours 25 minutes`.
pub fn span(ticks: i64) -> String {
    const UNITS: [(i64, &str); 4] = [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let mut seconds = ticks.unsigned_abs() / TICKS_PER_SECOND.unsigned_abs();
    let mut parts = Vec::new();
    for (length, unit) in UNITS {
        let count = seconds / length.unsigned_abs();
        seconds %= length.unsigned_abs();
        if count > 0 && parts.len() < 2 {
            parts.push(counted(count, unit));
        } else if !parts.is_empty() {
            break;
        }
    }
    match parts.is_empty() {
        true => counted(0, "second"),
        false => parts.join(" "),
    }
}

/// A number with its noun, such as `1 row` or `2 rows`.
pub fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// The name of a severity; empty when the rule gives none.
pub fn severity(severity: Option<Severity>) -> &'static str {
    match severity {
        None => "",
        Some(Severity::Informational) => "Informational",
        Some(Severity::Low) => "Low",
        Some(Severity::Medium) => "Medium",
        Some(Severity::High) => "High",
    }
}

/// The name of a rule kind.
pub fn kind(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Scheduled => "Scheduled",
        RuleKind::Nrt => "NRT",
    }
}

/// A duration as it stands behind `every` and `the last`: `day`, `14 days`.
pub fn every(duration: Duration) -> String {
    match largest_unit(duration) {
        (1, unit) => unit.to_owned(),
        (count, unit) => format!("{count} {unit}s"),
    }
}

fn largest_unit(duration: Duration) -> (u64, &'static str) {
    const UNITS: [(u64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    UNITS
        .into_iter()
        .find(|(length, _)| duration.seconds >= *length && duration.seconds.is_multiple_of(*length))
        .map_or((duration.seconds, "second"), |(length, unit)| {
            (duration.seconds / length, unit)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_show_two_units() {
        let words = [0, 59, 3_600, 53_700, 90_061].map(|seconds| span(seconds * TICKS_PER_SECOND));
        let expected = [
            "0 seconds",
            "59 seconds",
            "1 hour",
            "14 hours 55 minutes",
            "1 day 1 hour",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn durations_take_the_largest_whole_unit() {
        let words = [86_400, 90_000, 300, 61].map(|seconds| duration(Duration { seconds }));
        assert_eq!(words, ["1 day", "25 hours", "5 minutes", "61 seconds"]);
    }
}
