//! Controls that are fields of the rule: schedule, trigger, grouping, suppression, incidents.

use sentinel_rules::duration::Duration;
use sentinel_rules::rule::{EventGrouping, Rule, TriggerOperator};
use serde_json::{Map, Value as Json, json};

use super::control::{Control, ControlKind};
use crate::timeline::{Assumptions, DEFAULT_LOOKBACK, Grouping, Matching};

const OPERATORS: [(&str, TriggerOperator); 4] = [
    ("GreaterThan", TriggerOperator::GreaterThan),
    ("LessThan", TriggerOperator::LessThan),
    ("Equal", TriggerOperator::Equal),
    ("NotEqual", TriggerOperator::NotEqual),
];
const EVENT_GROUPINGS: [(&str, EventGrouping); 2] = [
    ("SingleAlert", EventGrouping::SingleAlert),
    ("AlertPerResult", EventGrouping::AlertPerResult),
];
/// No incidents; one for each alert; alerts put together by a matching method of Sentinel.
const INCIDENT_GROUPINGS: [&str; 5] = ["none", "apart", "AllEntities", "AnyAlert", "Selected"];
/// Largest threshold (documented).
pub(super) const MAX_THRESHOLD: u32 = 10_000;

/// The fields of a rule that can be turned.
pub(super) fn controls(rule: &Rule) -> Vec<Control> {
    let mut controls = Vec::new();
    if let Some(schedule) = &rule.schedule {
        let operators = OPERATORS.iter();
        let operator = operators.clone().find(|one| one.1 == schedule.operator);
        controls.extend([
            duration(
                "queryFrequency",
                "Time between two runs",
                schedule.frequency,
            ),
            duration("queryPeriod", "Span that a run reads", schedule.period),
            choice(
                "triggerOperator",
                "How the number of rows is compared",
                operator.map_or("", |one| one.0),
                operators.map(|one| one.0).collect(),
            ),
            control(
                "triggerThreshold",
                "With how many rows it is compared",
                ControlKind::Integer,
                schedule.threshold.to_string(),
            ),
        ]);
    }
    let groupings = EVENT_GROUPINGS.iter();
    let grouping = groupings.clone().find(|one| one.1 == rule.event_grouping);
    controls.push(choice(
        "eventGrouping",
        "One alert for all rows, or one for each",
        grouping.map_or("", |one| one.0),
        groupings.map(|one| one.0).collect(),
    ));
    let suppression = rule.suppression.map(Duration::to_short);
    controls.push(control(
        "suppression",
        "Pause after an alert",
        ControlKind::DurationOrOff,
        suppression.unwrap_or_else(|| "off".to_owned()),
    ));
    let current = Grouping::of(rule, Assumptions::default());
    controls.push(choice(
        "incidentGrouping",
        "Which alerts make one incident",
        grouping_name(&current),
        groupings_of(rule),
    ));
    controls.push(duration(
        "incidentLookback",
        "How long an incident takes more alerts",
        lookback(&current),
    ));
    controls
}

/// The groupings to choose from; by selected parts only when the rule says which.
fn groupings_of(rule: &Rule) -> Vec<&'static str> {
    let configuration = rule.incident_configuration.as_ref();
    let grouping = configuration.and_then(|one| one.get("groupingConfiguration"));
    let parts = [
        "groupByEntities",
        "groupByAlertDetails",
        "groupByCustomDetails",
    ];
    let selects = parts.iter().any(|part| {
        let list = grouping
            .and_then(|one| one.get(part))
            .and_then(Json::as_array);
        list.is_some_and(|list| !list.is_empty())
    });
    let names = INCIDENT_GROUPINGS.into_iter();
    names
        .filter(|name| selects || *name != "Selected")
        .collect()
}

fn lookback(grouping: &Grouping) -> Duration {
    match grouping {
        Grouping::Together { lookback, .. } => Duration::of_seconds(
            lookback.unsigned_abs() / kql_analysis::value::TICKS_PER_SECOND.unsigned_abs(),
        ),
        _ => DEFAULT_LOOKBACK,
    }
}

fn grouping_name(grouping: &Grouping) -> &'static str {
    match grouping {
        Grouping::NoIncidents => "none",
        Grouping::Apart => "apart",
        Grouping::Together { matching, .. } => match matching {
            Matching::AllEntities { .. } => "AllEntities",
            Matching::AnyAlert => "AnyAlert",
            Matching::Selected { .. } => "Selected",
        },
    }
}

fn control(name: &str, title: &str, kind: ControlKind, value: String) -> Control {
    Control {
        name: name.to_owned(),
        title: title.to_owned(),
        kind,
        value,
        choices: Vec::new(),
        place: None,
    }
}

fn duration(name: &str, title: &str, value: Duration) -> Control {
    control(name, title, ControlKind::Duration, value.to_short())
}

fn choice(name: &str, title: &str, value: &str, choices: Vec<&str>) -> Control {
    Control {
        choices: choices.into_iter().map(str::to_owned).collect(),
        ..control(name, title, ControlKind::Choice, value.to_owned())
    }
}

/// Sets a field to a value; the error says what would be a value.
pub(super) fn set(rule: &mut Rule, name: &str, value: &str) -> Result<(), String> {
    match name {
        "eventGrouping" => rule.event_grouping = chosen(&EVENT_GROUPINGS, value)?,
        "suppression" => {
            rule.suppression = match value.trim().eq_ignore_ascii_case("off") {
                true => None,
                false => Some(length(value).map_err(|hint| format!("{hint}, or off"))?),
            }
        }
        "incidentGrouping" => set_grouping(rule, value)?,
        "incidentLookback" => {
            let lookback = length(value)?.to_iso();
            grouping_of(rule).insert("lookbackDuration".to_owned(), json!(lookback));
        }
        _ => set_schedule(rule, name, value)?,
    }
    Ok(())
}

fn set_schedule(rule: &mut Rule, name: &str, value: &str) -> Result<(), String> {
    let Some(schedule) = &mut rule.schedule else {
        return Err("nothing, for the rule has no schedule".to_owned());
    };
    match name {
        "queryFrequency" => schedule.frequency = length(value)?,
        "queryPeriod" => schedule.period = length(value)?,
        "triggerOperator" => schedule.operator = chosen(&OPERATORS, value)?,
        _ => {
            let number = value.trim().parse().ok();
            let number = number.filter(|number| *number <= MAX_THRESHOLD);
            schedule.threshold =
                number.ok_or_else(|| format!("a whole number from 0 to {MAX_THRESHOLD}"))?;
        }
    }
    Ok(())
}

fn chosen<T: Copy>(choices: &[(&str, T)], value: &str) -> Result<T, String> {
    let found = choices.iter();
    let found = found.filter(|one| one.0.eq_ignore_ascii_case(value.trim()));
    found.map(|one| one.1).next().ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|one| one.0).collect();
        format!("one of {}", names.join(", "))
    })
}

/// A duration longer than nothing.
fn length(value: &str) -> Result<Duration, String> {
    let parsed = Duration::parse(value).filter(|duration| duration.seconds > 0);
    parsed.ok_or_else(|| "a duration such as 30m, 1h or 1d".to_owned())
}

fn set_grouping(rule: &mut Rule, value: &str) -> Result<(), String> {
    let choices: Vec<_> = groupings_of(rule)
        .into_iter()
        .map(|name| (name, name))
        .collect();
    let name = chosen(&choices, value)?;
    let together = !matches!(name, "none" | "apart");
    let grouping = grouping_of(rule);
    grouping.insert("enabled".to_owned(), json!(together));
    if together {
        grouping.insert("matchingMethod".to_owned(), json!(name));
    }
    configuration(rule).insert("createIncident".to_owned(), json!(name != "none"));
    Ok(())
}

fn configuration(rule: &mut Rule) -> &mut Map<String, Json> {
    object(rule.incident_configuration.get_or_insert_with(|| json!({})))
}

fn grouping_of(rule: &mut Rule) -> &mut Map<String, Json> {
    let configuration = configuration(rule);
    object(
        configuration
            .entry("groupingConfiguration")
            .or_insert_with(|| json!({})),
    )
}

/// The members of a value; one that is no object is replaced by an empty one.
fn object(value: &mut Json) -> &mut Map<String, Json> {
    if !value.is_object() {
        *value = Json::Object(Map::new());
    }
    match value {
        Json::Object(members) => members,
        _ => unreachable!("it has just been made an object"),
    }
}
