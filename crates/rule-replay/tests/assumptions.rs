//! What Microsoft does not document: each option changes what it says, and nothing else.

mod common;

use common::{FIVE_MINUTES, MINUTE, alerts_of, at, deletes, log, options, replay};
use rule_replay::timeline::{Assumptions, Options, Timeline};

fn assuming(name: &str, value: &str) -> Assumptions {
    let mut assumptions = Assumptions::default();
    assumptions.set(name, value).expect("an option");
    assumptions
}

/// The timeline of the log from 10:05 to 10:30.
fn timeline(fields: &str, events: &[(&str, &str)], assumptions: Assumptions) -> Timeline {
    let events: Vec<(i64, &str)> = events
        .iter()
        .map(|(time, caller)| (at(time), *caller))
        .collect();
    let options = Options {
        assumptions,
        ..options("10:05:00", at("10:30:00"))
    };
    replay(&deletes(FIVE_MINUTES, fields), &log(&events), options)
}

#[test]
fn each_option_is_listed_with_its_default() {
    for one in Assumptions::default().all() {
        assert_eq!(one.value, one.default, "{}", one.name);
        assert!(one.choices.len() > 1 && !one.certainty.is_empty());
        for choice in &one.choices {
            let set = assuming(one.name, choice);
            let listed = set.all();
            let found = listed.iter().find(|other| other.name == one.name);
            assert_eq!(found.map(|other| other.value.as_str()), Some(*choice));
            let changed = listed.iter().filter(|other| other.value != other.default);
            assert_eq!(changed.count(), usize::from(*choice != one.default));
        }
    }
}

#[test]
fn wrong_options_are_refused_with_what_there_is() {
    let mut assumptions = Assumptions::default();
    let unknown = assumptions
        .set("windowStart", "included")
        .expect_err("unknown");
    assert!(
        unknown.contains("there is windowEnd, eventTimes"),
        "{unknown}"
    );
    let wrong = assumptions.set("windowEnd", "both").expect_err("wrong");
    assert_eq!(wrong, "windowEnd: `both` is neither excluded nor included");
    let never = assumptions
        .set("incidentsClosedAfter", "0m")
        .expect_err("0");
    assert!(never.contains("write it like 8h"), "{never}");
    assert_eq!(assumptions, Assumptions::default());
}

#[test]
fn a_row_of_the_time_of_a_run_is_read_once_or_twice() {
    let events = [("10:10:00", "198.51.100.1")];
    let alerts = |assumptions| timeline("", &events, assumptions).alerts.len();
    assert_eq!(alerts(Assumptions::default()), 1);
    assert_eq!(alerts(assuming("windowEnd", "included")), 2);
}

#[test]
fn events_are_those_of_the_rows_or_of_the_window() {
    let events = [("10:01:00", "198.51.100.1")];
    let of = |assumptions| timeline("", &events, assumptions).alerts[0].events;
    assert_eq!(of(Assumptions::default()), (at("10:01:00"), at("10:01:00")));
    let window = (at("10:00:00"), at("10:05:00"));
    assert_eq!(of(assuming("eventTimes", "window")), window);
}

#[test]
fn an_alert_without_rows_is_of_the_whole_span_whatever_is_late() {
    let lower = FIVE_MINUTES
        .replace("gt", "lt")
        .replace("Threshold: 0", "Threshold: 1");
    let options = Options {
        ingestion_delay: 9 * MINUTE,
        ..options("10:05:00", at("10:05:00"))
    };
    let timeline = replay(
        &deletes(&lower, ""),
        &log(&[(at("10:04:00"), "198.51.100.1")]),
        options,
    );
    assert_eq!(timeline.alerts[0].events, (at("10:00:00"), at("10:05:00")));
}

#[test]
fn details_are_of_the_first_or_the_last_row() {
    let fields = "alertDetailsOverride:\n  alertDisplayNameFormat: By {{Caller}}";
    let events = [("10:01:00", "198.51.100.1"), ("10:02:00", "198.51.100.2")];
    let name = |assumptions| {
        let alerts = timeline(fields, &events, assumptions).alerts;
        alerts[0].name.clone()
    };
    assert_eq!(name(Assumptions::default()), "By 198.51.100.1");
    assert_eq!(name(assuming("overrideRow", "last")), "By 198.51.100.2");
}

#[test]
fn a_pause_begins_with_the_run_or_with_the_alert() {
    let fields = "suppressionEnabled: true\nsuppressionDuration: 10m";
    let events = [
        ("10:01:00", "198.51.100.1"),
        ("10:11:00", "198.51.100.1"),
        ("10:16:00", "198.51.100.1"),
    ];
    let runs = |assumptions| -> Vec<usize> {
        let alerts = timeline(fields, &events, assumptions).alerts;
        alerts.iter().map(|alert| alert.run).collect()
    };
    assert_eq!(runs(Assumptions::default()), [0, 2]);
    assert_eq!(runs(assuming("suppressionStart", "alert")), [0, 3]);
}

const GROUPED: &str = "incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    lookbackDuration: PT1H\n    matchingMethod: AllEntities\n    reopenClosedIncident: ";

#[test]
fn alerts_without_entities_match_each_other_or_none() {
    let events = [("10:01:00", ""), ("10:06:00", "")];
    let fields = format!("{GROUPED}false");
    let together = timeline(&fields, &events, Assumptions::default());
    assert_eq!(alerts_of(&together), [[0, 1]]);
    let apart = timeline(&fields, &events, assuming("withoutEntities", "apart"));
    assert_eq!(alerts_of(&apart), [[0], [1]]);
}

#[test]
fn a_rule_without_settings_makes_incidents_or_none() {
    let events = [("10:01:00", "198.51.100.1")];
    let incidents = |assumptions| timeline("", &events, assumptions).incidents.len();
    assert_eq!(incidents(Assumptions::default()), 1);
    assert_eq!(incidents(assuming("noIncidentSettings", "none")), 0);
}

#[test]
fn a_closed_incident_is_opened_again_when_the_rule_says_so() {
    let events = [("10:01:00", "198.51.100.1"), ("10:16:00", "198.51.100.1")];
    let closed = |reopens: &str, after: &str| {
        let fields = format!("{GROUPED}{reopens}");
        timeline(&fields, &events, assuming("incidentsClosedAfter", after))
    };
    // The second alert is made 15 minutes after the first.
    assert_eq!(alerts_of(&closed("false", "16m")), [[0, 1]]);
    assert_eq!(alerts_of(&closed("false", "15m")), [[0], [1]]);
    let reopened = closed("true", "15m");
    assert_eq!(alerts_of(&reopened), [[0, 1]]);
    assert_eq!(reopened.incidents[0].reopened, [at("10:25:00")]);
    assert!(closed("true", "16m").incidents[0].reopened.is_empty());
}
