//! Rules that break one limit each, and what is said about them.

use expect_test::{Expect, expect};
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read, validate};

/// Changes the first bundled rule, which is valid, and checks what is found.
fn check(change: fn(&mut Rule), expected: Expect) {
    let (file, text) = bundled()[0];
    let mut rule = read(file, text.as_bytes()).rules.remove(0);
    change(&mut rule);
    let lines: Vec<String> = validate(&rule)
        .iter()
        .map(|found| format!("{}: {}; {}", found.field, found.message, found.remedy))
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn texts_have_lengths() {
    check(
        |rule| rule.name = "n".repeat(257),
        expect![
            "displayName: `displayName` has 257 characters; at most 256 are allowed; shorten it"
        ],
    );
    check(
        |rule| rule.query = "T ".repeat(5_001),
        expect![
            "query: `query` has 10002 characters; at most 10000 are allowed; shorten it, or move a part into a function of the workspace"
        ],
    );
    check(
        |rule| rule.query.clear(),
        expect!["query: `query` is empty; fill it in"],
    );
    check(
        |rule| rule.severity = None,
        expect!["severity: the rule has no severity; choose one"],
    );
}

#[test]
fn schedules_have_bounds() {
    check(
        |rule| frequency(rule, 60),
        expect!["queryFrequency: `1m` is not between 5 minutes and 14 days; choose one in between"],
    );
    check(
        |rule| frequency(rule, 2 * 86_400),
        expect![
            "queryPeriod: the period is shorter than the frequency, so some rows are never read; make it at least as long"
        ],
    );
    check(
        |rule| rule.schedule = None,
        expect![
            "queryFrequency: a scheduled rule has no schedule; add frequency, period, operator and threshold"
        ],
    );
    check(
        |rule| rule.kind = sentinel_rules::rule::RuleKind::Nrt,
        expect![
            "queryFrequency: a near-real-time rule has no schedule of its own; remove it, or make the rule scheduled"
        ],
    );
}

fn frequency(rule: &mut Rule, seconds: u64) {
    if let Some(schedule) = &mut rule.schedule {
        schedule.frequency.seconds = seconds;
    }
}

#[test]
fn mappings_identify_something() {
    check(
        |rule| rule.entity_mappings[1].field_mappings[0].identifier = "Addres".to_owned(),
        expect![[r#"
            entityMappings: `Addres` is no identifier of `IP`; use Address
            entityMappings: the mapping of `IP` identifies nothing; it needs Address; add one of them"#]],
    );
    check(
        |rule| rule.entity_mappings[0].field_mappings[0].identifier = "aadUserId".to_owned(),
        expect!["entityMappings: `aadUserId` is no identifier of `Account`; write it as AadUserId"],
    );
    check(
        |rule| rule.entity_mappings[0].entity_type = "Person".to_owned(),
        expect![
            "entityMappings: `Person` is no type of entity that a template may map; map one of the documented types"
        ],
    );
    check(
        |rule| rule.entity_mappings[0].field_mappings.clear(),
        expect![[r#"
            entityMappings: the mapping of `Account` does not have 1 to 3 identifiers; keep the strongest ones
            entityMappings: the mapping of `Account` identifies nothing; it needs FullName or Sid or Name or AadUserId or PUID or ObjectGuid; add one of them"#]],
    );
}

#[test]
fn incidents_are_grouped_by_what_is_mapped() {
    check(
        |rule| {
            rule.incident_configuration = Some(serde_json::json!({
                "groupingConfiguration": { "groupByEntities": ["IP", "Host"], "groupByCustomDetails": ["Vault"] }
            }));
        },
        expect![[r#"
            incidentConfiguration: incidents are grouped by `Host`, which the rule does not map; map it, or group by another
            incidentConfiguration: incidents are grouped by the custom detail `Vault`, which the rule does not have; add it, or group by another"#]],
    );
}

#[test]
fn custom_details_have_plain_keys() {
    check(
        |rule| rule.custom_details = vec![("a-b".to_owned(), "Resource".to_owned())],
        expect![
            "customDetails: `a-b` is no key of a custom detail; use at most 20 letters, digits and underscores, a letter first"
        ],
    );
}

#[test]
fn the_file_of_a_deployment_is_quoted() {
    let file = |name: &str| {
        let command = sentinel_rules::deploy_command(name);
        let (_, rest) = command.split_once("--template-file ").expect("a file");
        let (file, _) = rest.split_once(" --parameters").expect("parameters");
        file.to_owned()
    };
    assert_eq!(file("rules-1.json"), "rules-1.json");
    assert_eq!(file("a b; rm.json"), "'a b; rm.json'");
    assert_eq!(file("it's\n$(x).json"), "'it_s$(x).json'");
    assert_eq!(file("-o.json"), "./-o.json");
}
