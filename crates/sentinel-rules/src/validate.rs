//! Checks that Azure, the portal or Azure-Sentinel's own tests make and that no schema states.

mod entities;

use std::ops::RangeInclusive;

use crate::duration::Duration;
use crate::problem::Finding;
use crate::rule::{Rule, RuleKind, Schedule};

pub use entities::{MAX_IDENTIFIERS, MAX_MAPPINGS};

/// Longest query, in characters (scheduled rules overview).
const MAX_QUERY_CHARACTERS: usize = 10_000;
/// Longest display name (Azure-Sentinel's tests).
const MAX_NAME_CHARACTERS: usize = 256;
/// Longest description (Azure-Sentinel's tests).
const MAX_DESCRIPTION_CHARACTERS: usize = 5_000;
/// Shortest frequency and period, in seconds.
const MIN_SECONDS: u64 = 300;
/// Longest frequency and period, in seconds.
const MAX_SECONDS: u64 = 14 * DAY_SECONDS;
/// Highest threshold.
const MAX_THRESHOLD: u32 = 10_000;
/// Most custom details.
pub const MAX_DETAILS: usize = 20;
/// Longest key of a custom detail.
const MAX_KEY_CHARACTERS: usize = 20;
const DAY_SECONDS: u64 = 86_400;
/// How long an incident takes alerts, in seconds (page on creating rules: 5 minutes to 7 days).
const LOOKBACK_SECONDS: RangeInclusive<u64> = 300..=7 * DAY_SECONDS;

/// What Azure would refuse, or do otherwise than meant.
pub fn validate(rule: &Rule) -> Vec<Finding> {
    let mut findings = Findings::default();
    check_texts(rule, &mut findings);
    match (&rule.schedule, rule.kind) {
        (Some(schedule), RuleKind::Scheduled) => check_schedule(rule, schedule, &mut findings),
        (None, RuleKind::Scheduled) => {
            findings.add(
                "queryFrequency",
                "a scheduled rule has no schedule",
                "add frequency, period, operator and threshold",
            );
        }
        (Some(_), RuleKind::Nrt) => {
            findings.add(
                "queryFrequency",
                "a near-real-time rule has no schedule of its own",
                "remove it, or make the rule scheduled",
            );
        }
        (None, RuleKind::Nrt) => {}
    }
    entities::check(rule, &mut findings);
    check_details(rule, &mut findings);
    check_grouping(rule, &mut findings);
    findings.0
}

/// The findings so far, in the order of the checks.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, field: &str, message: impl Into<String>, remedy: &str) {
        self.0.push(Finding {
            field: field.to_owned(),
            message: message.into(),
            remedy: remedy.to_owned(),
        });
    }

    /// A text that has a longest length, in characters.
    fn length(&mut self, field: &str, text: &str, max: usize, remedy: &str) {
        let length = text.chars().count();
        if length > max {
            let message = format!("`{field}` has {length} characters; at most {max} are allowed");
            self.add(field, message, remedy);
        }
    }
}

fn check_texts(rule: &Rule, findings: &mut Findings) {
    findings.length("displayName", &rule.name, MAX_NAME_CHARACTERS, "shorten it");
    findings.length(
        "description",
        &rule.description,
        MAX_DESCRIPTION_CHARACTERS,
        "shorten it",
    );
    findings.length(
        "query",
        &rule.query,
        MAX_QUERY_CHARACTERS,
        "shorten it, or move a part into a function of the workspace",
    );
    for (field, text) in [("displayName", &rule.name), ("query", &rule.query)] {
        if text.trim().is_empty() {
            findings.add(field, format!("`{field}` is empty"), "fill it in");
        }
    }
    if rule.severity.is_none() {
        findings.add("severity", "the rule has no severity", "choose one");
    }
}

fn check_schedule(rule: &Rule, schedule: &Schedule, findings: &mut Findings) {
    let (frequency, period) = (schedule.frequency, schedule.period);
    for (field, duration) in [("queryFrequency", frequency), ("queryPeriod", period)] {
        if !(MIN_SECONDS..=MAX_SECONDS).contains(&duration.seconds) {
            let message = format!(
                "`{}` is not between 5 minutes and 14 days",
                duration.to_short()
            );
            findings.add(field, message, "choose one in between");
        }
    }
    if frequency > period {
        let message = "the period is shorter than the frequency, so some rows are never read";
        findings.add("queryPeriod", message, "make it at least as long");
    }
    if period.seconds >= 2 * DAY_SECONDS && frequency.seconds < 3_600 {
        let message = "a period of two days or more needs a frequency of an hour or more";
        findings.add("queryFrequency", message, "run it less often");
    }
    if schedule.threshold > MAX_THRESHOLD {
        findings.add(
            "triggerThreshold",
            "the threshold is above 10,000",
            "lower it",
        );
    }
    if let Some(pause) = rule.suppression
        && (pause < frequency || pause.seconds > DAY_SECONDS)
    {
        let message = "the pause is shorter than the frequency or longer than a day";
        findings.add("suppressionDuration", message, "choose one in between");
    }
}

fn check_details(rule: &Rule, findings: &mut Findings) {
    if rule.custom_details.len() > MAX_DETAILS {
        let message = format!("at most {MAX_DETAILS} custom details are allowed");
        findings.add("customDetails", message, "leave the least useful out");
    }
    for (key, _) in &rule.custom_details {
        let plain = key
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        let begins = key.starts_with(|letter: char| letter.is_ascii_alphabetic());
        if !plain || !begins || key.len() > MAX_KEY_CHARACTERS {
            let message = format!("`{key}` is no key of a custom detail");
            findings.add(
                "customDetails",
                message,
                "use at most 20 letters, digits and underscores, a letter first",
            );
        }
    }
}

/// Incidents can only be grouped by what the rule maps.
fn check_grouping(rule: &Rule, findings: &mut Findings) {
    let Some(grouping) = rule
        .incident_configuration
        .as_ref()
        .and_then(|configuration| configuration.get("groupingConfiguration"))
    else {
        return;
    };
    let named = |list: &str| {
        let items = grouping.get(list).and_then(|list| list.as_array());
        items.into_iter().flatten().filter_map(|item| item.as_str())
    };
    let text = |field: &str| grouping.get(field).and_then(|value| value.as_str());
    let lists = [
        "groupByEntities",
        "groupByAlertDetails",
        "groupByCustomDetails",
    ];
    if text("matchingMethod") == Some("Selected")
        && lists.iter().all(|list| named(list).next().is_none())
    {
        let message = "incidents are grouped by what is selected, and nothing is";
        findings.add(
            "incidentConfiguration",
            message,
            "select an entity, an alert detail or a custom detail",
        );
    }
    let lookback = text("lookbackDuration").and_then(Duration::parse);
    if lookback.is_some_and(|lookback| !LOOKBACK_SECONDS.contains(&lookback.seconds)) {
        let message = "incidents are grouped over less than 5 minutes or more than 7 days";
        findings.add(
            "incidentConfiguration",
            message,
            "choose a lookbackDuration in between",
        );
    }
    for entity in named("groupByEntities") {
        if !rule
            .entity_mappings
            .iter()
            .any(|mapping| mapping.entity_type == entity)
        {
            let message =
                format!("incidents are grouped by `{entity}`, which the rule does not map");
            findings.add(
                "incidentConfiguration",
                message,
                "map it, or group by another",
            );
        }
    }
    for key in named("groupByCustomDetails") {
        if !rule.custom_details.iter().any(|(known, _)| known == key) {
            let message = format!(
                "incidents are grouped by the custom detail `{key}`, which the rule does not have"
            );
            findings.add(
                "incidentConfiguration",
                message,
                "add it, or group by another",
            );
        }
    }
}
