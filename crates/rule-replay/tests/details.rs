//! What an alert takes from its rows: entities, custom details, alert details, within Sentinel's limits.

mod common;

use common::{FIVE_MINUTES, PER_ROW, at, deletes, log, many, options, replay};
use rule_replay::words::severity;

#[test]
fn details_come_from_the_rows() {
    let tables = log(&[
        (at("10:01:00"), "198.51.100.1"),
        (at("10:02:00"), "198.51.100.2"),
    ]);
    let fields = "customDetails:\n  Callers: Caller\nalertDetailsOverride:\n  alertDisplayNameFormat: Key deleted from {{Caller}}\n  alertDescriptionFormat: By {{NoSuchColumn}}\n  alertSeverityColumnName: OperationName";
    let timeline = replay(
        &deletes(FIVE_MINUTES, fields),
        &tables,
        options("10:05:00", at("10:05:00")),
    );
    let alert = &timeline.alerts[0];
    assert_eq!(alert.name, "Key deleted from 198.51.100.1");
    // A column that is not there, or a value of the wrong kind, leaves the rule's own.
    assert_eq!(alert.description, "Somebody deleted a key.");
    assert_eq!(severity(alert.severity), "Low");
    let callers = vec!["198.51.100.1".to_owned(), "198.51.100.2".to_owned()];
    assert_eq!(alert.custom_details, [("Callers".to_owned(), callers)]);
}

#[test]
fn too_many_different_names_leave_the_rules_own() {
    let fields =
        format!("{PER_ROW}\nalertDetailsOverride:\n  alertDisplayNameFormat: By {{{{Caller}}}}");
    let rule = deletes(FIVE_MINUTES, &fields);
    for (rows, name) in [(50, "By 203.0.113.0"), (51, "Key deleted")] {
        let timeline = replay(&rule, &many(rows), options("10:05:00", at("10:05:00")));
        assert_eq!(timeline.alerts[0].name, name, "{rows} rows");
    }
}

#[test]
fn what_two_mappings_identify_alike_is_one_entity() {
    let tables = log(&[(at("10:01:00"), "198.51.100.1")]);
    let mut rule = deletes(FIVE_MINUTES, "");
    rule.entity_mappings = [rule.entity_mappings.clone(), rule.entity_mappings.clone()].concat();
    let timeline = replay(&rule, &tables, options("10:05:00", at("10:05:00")));
    assert_eq!(timeline.alerts[0].entities.len(), 1);
}

#[test]
fn dynamic_properties_come_from_the_first_row() {
    let fields = "alertDetailsOverride:\n  alertDynamicProperties:\n    - alertProperty: ProductName\n      value: Caller\n    - alertProperty: ConfidenceLevel\n      value: Caller\n    - alertProperty: ProviderName\n      value: NoSuchColumn";
    let tables = log(&[
        (at("10:01:00"), "198.51.100.1"),
        (at("10:02:00"), "198.51.100.2"),
    ]);
    let rule = deletes(FIVE_MINUTES, fields);
    let timeline = replay(&rule, &tables, options("10:05:00", at("10:05:00")));
    // An address is no level of confidence.
    let expected = ("ProductName".to_owned(), "198.51.100.1".to_owned());
    assert_eq!(timeline.alerts[0].properties, [expected]);
}

#[test]
fn what_an_alert_has_no_room_for_is_told() {
    let fields = "customDetails:\n  Callers: Caller";
    let noted = |rows| {
        let rule = deletes(FIVE_MINUTES, fields);
        let timeline = replay(&rule, &many(rows), options("10:05:00", at("10:05:00")));
        let alert = &timeline.alerts[0];
        let notes = timeline.notes.join(" ");
        (
            alert.entities.len(),
            alert.custom_details[0].1.len(),
            notes.contains("entities left out"),
            notes.contains("custom details left out"),
        )
    };
    assert_eq!(noted(50), (50, 50, false, false));
    assert_eq!(noted(51), (51, 50, false, true));
    assert_eq!(noted(500), (500, 50, false, true));
    assert_eq!(noted(501), (500, 50, true, true));
}

#[test]
fn entities_take_64_kilobytes() {
    let long: Vec<String> = (0..100).map(|n| format!("{n:0>1000}")).collect();
    let events: Vec<(i64, &str)> = long
        .iter()
        .map(|caller| (at("10:01:00"), caller.as_str()))
        .collect();
    let timeline = replay(
        &deletes(FIVE_MINUTES, ""),
        &log(&events),
        options("10:05:00", at("10:05:00")),
    );
    let alert = &timeline.alerts[0];
    assert_eq!((alert.entities.len(), alert.entities_cut), (63, true));
}
