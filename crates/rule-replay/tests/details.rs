//! What an alert takes from its rows: entities, custom details, alert details, within Sentinel's limits.

mod common;

use common::{FIVE_MINUTES, PER_ROW, at, deletes, log, many, options, replay};
use rule_replay::Tables;
use rule_replay::timeline::Alert;
use rule_replay::words::severity;
use sentinel_rules::rule::{EntityMapping, FieldMapping};

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
fn tactics_of_a_column_must_be_tactics() {
    let tactics = |value: &str| {
        let fields = "alertDetailsOverride:\n  alertTacticsColumnName: Caller";
        let tables = log(&[(at("10:01:00"), value)]);
        let rule = deletes(FIVE_MINUTES, fields);
        let timeline = replay(&rule, &tables, options("10:05:00", at("10:05:00")));
        timeline.alerts[0].tactics.join(" ")
    };
    assert_eq!(
        tactics("Credential Access, discovery"),
        "CredentialAccess Discovery"
    );
    assert_eq!(
        tactics("Exfiltration,Collection"),
        "Exfiltration Collection"
    );
    assert_eq!(tactics("198.51.100.1"), "Impact");
    assert_eq!(tactics("Discovery, Nonsense"), "Impact");
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
    assert_eq!(alert.entities.len(), 63);
    let expected =
        "The last 37 of 100 entities are left out: the entities of an alert take at most 64 KB.";
    assert_eq!(sentences(alert), [expected]);
}

/// What an alert says that it leaves out.
fn sentences(alert: &Alert) -> Vec<&str> {
    alert.cuts.iter().map(|cut| cut.sentence.as_str()).collect()
}

/// The only alert of a rule on deleted keys, with these fields and entity mappings.
fn alert_of(tables: &Tables, fields: &str, mappings: &[(&str, &[(&str, &str)])]) -> Alert {
    let mut rule = deletes(FIVE_MINUTES, fields);
    if !mappings.is_empty() {
        rule.entity_mappings = mappings.iter().map(|one| mapping(*one)).collect();
    }
    let timeline = replay(&rule, tables, options("10:05:00", at("10:05:00")));
    timeline.alerts.into_iter().next().expect("an alert")
}

fn mapping((entity_type, fields): (&str, &[(&str, &str)])) -> EntityMapping {
    let field = |(identifier, column): &(&str, &str)| FieldMapping {
        identifier: (*identifier).to_owned(),
        column_name: (*column).to_owned(),
    };
    EntityMapping {
        entity_type: entity_type.to_owned(),
        field_mappings: fields.iter().map(field).collect(),
    }
}

#[test]
fn entities_are_divided_equally_over_mappings() {
    let mappings: [(&str, &[(&str, &str)]); 2] = [
        ("IP", &[("Address", "CallerIPAddress")]),
        ("Host", &[("HostName", "Caller")]),
    ];
    let alert = alert_of(&many(300), "", &mappings);
    assert_eq!(alert.entities.len(), 500);
    assert_eq!(
        sentences(&alert),
        [
            "The IP entities of CallerIPAddress are the first 250, more are left out: an alert holds 500 entities, divided equally over 2 mappings.",
            "The Host entities of Caller are the first 250, more are left out: an alert holds 500 entities, divided equally over 2 mappings.",
        ]
    );
}

#[test]
fn mappings_and_identifiers_that_sentinel_refuses_are_left_out() {
    let four: &[(&str, &str)] = &[
        ("HostName", "Caller"),
        ("NTDomain", "OperationName"),
        ("DnsDomain", "CallerIPAddress"),
        ("OSFamily", "OperationName"),
    ];
    let mut mappings: Vec<(&str, &[(&str, &str)])> = vec![("Host", four)];
    mappings.extend([("DNS", &[("DomainName", "Caller")][..]); 10]);
    mappings.push(("IP", &[("Address", "CallerIPAddress")]));
    let tables = log(&[(at("10:01:00"), "198.51.100.1")]);
    let alert = alert_of(&tables, "", &mappings);
    let types: Vec<&str> = alert
        .entities
        .iter()
        .map(|one| one.entity_type.as_str())
        .collect();
    assert_eq!(types, ["Host", "DNS"]);
    assert_eq!(alert.entities[0].identifiers.len(), 3);
    assert_eq!(
        sentences(&alert),
        [
            "The mappings after the first 10 are left out: Sentinel refuses a rule with 12.",
            "The identifiers after the first 3 of the Host mapping are left out: Sentinel refuses a mapping with 4.",
        ]
    );
}

#[test]
fn the_name_of_an_account_ends_before_its_at_sign() {
    let account = |name: &str, fields: &[(&str, &str)]| {
        let tables = log(&[(at("10:01:00"), name)]);
        let alert = alert_of(&tables, "", &[("Account", fields)]);
        let identifiers = alert.entities.first().map(|one| one.told());
        let words = identifiers
            .into_iter()
            .flatten()
            .map(|(name, value)| format!("{name} {value}"));
        words.collect::<Vec<_>>().join(", ")
    };
    let name = [("Name", "Caller")];
    assert_eq!(
        account("kim@contoso.com", &name),
        "Name kim, UPNSuffix (inferred) contoso.com"
    );
    assert_eq!(account("kim", &name), "Name kim");
    assert_eq!(account("kim@", &name), "Name kim");
    assert_eq!(account("@contoso.com", &name), "Name @contoso.com");
    // A mapped suffix stays, and only the name is shortened.
    let both = [("Name", "Caller"), ("UPNSuffix", "OperationName")];
    assert_eq!(
        account("kim@contoso.com", &both),
        "Name kim, UPNSuffix KeyDelete"
    );
    let full = [("FullName", "Caller")];
    assert_eq!(
        account("kim@contoso.com", &full),
        "FullName kim@contoso.com"
    );
}

#[test]
fn accounts_of_built_in_names_are_left_out() {
    let tables = log(&[(at("10:01:00"), "System"), (at("10:02:00"), "kim")]);
    let alert = alert_of(&tables, "", &[("Account", &[("Name", "Caller")])]);
    assert_eq!(alert.entities.len(), 1);
    let expected = "An account named System is left out: Sentinel drops accounts of this name.";
    assert_eq!(sentences(&alert), [expected]);
}

#[test]
fn custom_details_take_2_kilobytes_with_their_keys() {
    let room = 2 * 1024 - "Callers".len();
    for (bytes, kept) in [(room, 1), (room + 1, 0)] {
        let tables = log(&[(at("10:01:00"), &"c".repeat(bytes))]);
        let alert = alert_of(&tables, "customDetails:\n  Callers: Caller", &[]);
        assert_eq!(alert.custom_details[0].1.len(), kept);
        let told = "Values of Callers are left out: the custom details of an alert take at most 2 KB together.";
        assert_eq!(sentences(&alert).contains(&told), kept == 0);
    }
}

#[test]
fn the_51st_value_of_a_custom_detail_is_left_out() {
    let alert = alert_of(&many(51), "customDetails:\n  Callers: Caller", &[]);
    assert_eq!(
        sentences(&alert),
        ["Callers has its first 50 different values, more are left out: a custom detail holds 50."]
    );
}

#[test]
fn details_that_do_not_fit_say_why() {
    let fields = "alertDetailsOverride:\n  alertDisplayNameFormat: By {{Caller}}\n  alertDescriptionFormat: '{{Caller}} {{Caller}} {{Caller}} {{Caller}}'\n  alertSeverityColumnName: OperationName\n  alertTacticsColumnName: OperationName\n  alertDynamicProperties:\n    - alertProperty: ConfidenceScore\n      value: OperationName\n    - alertProperty: AlertLink\n      value: NoSuchColumn";
    let tables = log(&[(at("10:01:00"), &"c".repeat(300))]);
    let alert = alert_of(&tables, fields, &[]);
    assert_eq!(alert.name, "Key deleted");
    assert_eq!(
        sentences(&alert),
        [
            "The name is the rule's own: it would take 303 bytes, and at most 256 are kept.",
            "The description is the rule's own: its format has more than 3 placeholders.",
            "The severity is the rule's own: `KeyDelete` is no severity.",
            "The tactics are the rule's own: `KeyDelete` is no tactic.",
            "ConfidenceScore is left out: `KeyDelete` is no number from 0 to 1.",
            "AlertLink is left out: `NoSuchColumn` has no value.",
        ]
    );
}

#[test]
fn a_field_with_too_many_values_says_so() {
    let fields =
        format!("{PER_ROW}\nalertDetailsOverride:\n  alertDisplayNameFormat: By {{{{Caller}}}}");
    let alert = alert_of(&many(51), &fields, &[]);
    assert_eq!(
        sentences(&alert),
        ["The name is the rule's own: the run gives it more than 50 different values."]
    );
}
