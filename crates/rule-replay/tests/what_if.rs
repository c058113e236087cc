//! What-if: the controls that are found, what setting them writes, what changes, and curves.

use std::sync::LazyLock;

use audit_logs::generate::{self, generate, scenario};
use audit_logs::load;
use audit_logs::write::{Format, write};
use expect_test::{Expect, expect};
use kql_analysis::time::{format_datetime, parse_datetime};
use proptest::prelude::*;
use rule_replay::Tables;
use rule_replay::timeline::{Options, Timeline, simulate, time_of_last_reader};
use rule_replay::what_if::{Setting, change, compare, controls, curve};
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read};

const END: &str = "2026-03-02T00:30:00Z";

fn bundled_rule(name: &str) -> Rule {
    let (file, text) = bundled()
        .into_iter()
        .find(|(file, _)| *file == name)
        .expect("a bundled rule");
    read(file, text.as_bytes()).rules.remove(0)
}

/// A scheduled rule with this query.
fn rule(query: &str) -> Rule {
    let mut rule = bundled_rule("mass-retrieval.yaml");
    rule.query = query.to_owned();
    rule.entity_mappings.clear();
    rule
}

fn sample(name: &str) -> Tables {
    let options = generate::Options {
        seed: 1,
        rows: 0,
        end: parse_datetime(END).expect("a time"),
        documented_shape: false,
    };
    let made = generate(scenario(name).expect("a scenario"), &options);
    let mut tables: Tables = audit_logs::schema::schemas()
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), kql_engine::Table::empty(schema)))
        .collect();
    let formats = ["jsonl", "stix"]
        .into_iter()
        .filter(|format| *format == "jsonl" || !made.indicators.is_empty());
    for format in formats {
        let bytes = write(&made, Format::from_name(format).expect("a format"));
        for one in load("sample", &bytes).expect("rows") {
            tables.insert(one.table_name, one.table);
        }
    }
    tables
}

/// From the evening before the special day until the last row has been read.
fn span(rule: &Rule) -> Options {
    let from = parse_datetime("2026-02-27T18:00:00Z").expect("a time");
    let last = parse_datetime("2026-03-02T00:29:59Z").expect("a time");
    Options {
        from,
        to: time_of_last_reader(rule, from, last, 0),
        ..Options::default()
    }
}

fn timeline(rule: &Rule, tables: &Tables) -> Timeline {
    simulate(rule, tables, span(rule))
        .unwrap_or_else(|failure| panic!("{failure:?}\n{}", rule.query))
}

fn set(name: &str, value: &str) -> Setting {
    Setting {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn list(rule: &Rule) -> String {
    let lines = controls(rule).into_iter().map(|control| {
        let place = control
            .place
            .map(|place| format!(" <- {}", &rule.query[place]));
        format!(
            "{}: {:?} {}{}",
            control.name,
            control.kind,
            control.value,
            place.unwrap_or_default()
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_controls_of_a_bundled_rule() {
    expect![[r#"
        queryFrequency: Duration 1d
        queryPeriod: Duration 1d
        triggerOperator: Choice GreaterThan
        triggerThreshold: Integer 0
        eventGrouping: Choice SingleAlert
        suppression: DurationOrOff off
        incidentGrouping: Choice apart
        incidentLookback: Duration 5h
        readsPerOperation: Integer 25 <- 25
        indexingApps: List ["509e4652-da8d-478d-a730-e9d4a1996ca4","8cae6e77-e04e-42ce-b5cb-50d82bce26b1"] <- dynamic(["509e4652-da8d-478d-a730-e9d4a1996ca4", "8cae6e77-e04e-42ce-b5cb-50d82bce26b1"])
        readOperations: List ["SecretGet","KeyGet","VaultGet"] <- dynamic(["SecretGet", "KeyGet", "VaultGet"])"#]].assert_eq(&list(&bundled_rule("mass-retrieval.yaml")));
    expect![[r#"
        eventGrouping: Choice SingleAlert
        suppression: DurationOrOff off
        incidentGrouping: Choice apart
        incidentLookback: Duration 5h
        sensitiveOperations: List ["VaultDelete","KeyDelete","KeyPurge","KeyBackup","SecretDelete","SecretPurge","SecretBackup"] <- dynamic(["VaultDelete", "KeyDelete", "KeyPurge", "KeyBackup", "SecretDelete", "SecretPurge", "SecretBackup"])"#]].assert_eq(&list(&bundled_rule("sensitive-operations-nrt.yaml")));
}

/// A query whose constants stand in every form.
const FORMS: &str = r#"let most = 25;
let share = 0.5;
let back = -2d;
let start = startofday(ago(14d));
let since = datetime(2026-01-05 10:00);
let kind = 'MANAGED' "HSMS";
let strict = true;
let typed = int(3);
let spelt = timespan(1.02:00:00);
let allowed = dynamic(["a", "b\"c", 3]);
let packed = pack_array("x", "y");
let names = datatable(Name:string) ["n1", "n2"];
let known = toscalar(AzureDiagnostics | summarize count());
let two = 2 * 3h;
let reads = (least:long, of:long = 7) {
    let inner = 4;
    AzureDiagnostics | where DurationMs > inner and DurationMs < of + least
};
reads(1)
| where OperationName in ("KeyGet", "KeyDelete") and Category !in~ (allowed)
| where CallerIPAddress has_any (dynamic(["10.", "192."]))
| summarize Reads = count() by OperationName, bin(TimeGenerated, 1h)
| where Reads >= 10
    and Reads < most"#;

#[test]
fn constants_are_found_in_every_form() {
    let found = list(&rule(FORMS));
    let found: Vec<&str> = found.lines().filter(|line| line.contains(" <- ")).collect();
    expect![[r#"
        most: Integer 25 <- 25
        share: Real 0.5 <- 0.5
        back: Timespan -2d <- -2d
        start: Timespan 14d <- 14d
        since: DateTime 2026-01-05T10:00:00.0000000Z <- datetime(2026-01-05 10:00)
        kind: Text MANAGEDHSMS <- 'MANAGED' "HSMS"
        strict: Truth true <- true
        typed: Integer 3 <- int(3)
        spelt: Timespan 26h <- timespan(1.02:00:00)
        allowed: List ["a","b\"c",3] <- dynamic(["a", "b\"c", 3])
        packed: List ["x","y"] <- pack_array("x", "y")
        names: List ["n1","n2"] <- "n1", "n2"
        reads.of: Integer 7 <- 7
        inner: Integer 4 <- 4
        OperationName@20: List ["KeyGet","KeyDelete"] <- "KeyGet", "KeyDelete"
        CallerIPAddress@21: List ["10.","192."] <- dynamic(["10.", "192."])
        Reads@23: Integer 10 <- 10"#]]
    .assert_eq(&found.join("\n"));
}

/// The lines of the query that settings change.
fn check_change(settings: &[Setting], expected: Expect) {
    let before = rule(FORMS);
    let said = match change(&before, settings) {
        Err(refused) => refused.to_string(),
        Ok(changed) => {
            let lines = before.query.lines().zip(changed.rule.query.lines());
            let lines = lines.filter(|(before, after)| before != after);
            lines.map(|(_, after)| after).collect::<Vec<_>>().join("\n")
        }
    };
    expected.assert_eq(&said);
}

#[test]
fn settings_are_written_at_their_nodes() {
    check_change(
        &[
            set("most", "-3"),
            set("share", "2"),
            set("back", "36h"),
            set("start", "7d"),
            set("since", "2026-02-01"),
            set("kind", "a \"b\"\\c\n"),
            set("strict", "FALSE"),
            set("typed", "8"),
            set("spelt", "90m"),
            set("allowed", "x, y"),
            set("packed", r#"["z"]"#),
            set("names", "n3"),
            set("reads.of", "9"),
            set("inner", "5"),
            set("OperationName@20", "[]"),
            set("CallerIPAddress@21", "10."),
            set("Reads@23", "11"),
        ],
        expect![[r#"
            let most = (-3);
            let share = 2.0;
            let back = 36h;
            let start = startofday(ago(7d));
            let since = datetime(2026-02-01T00:00:00.0000000Z);
            let kind = "a \"b\"\\c\n";
            let strict = false;
            let typed = int(8);
            let spelt = timespan(90m);
            let allowed = dynamic(["x","y"]);
            let packed = dynamic(["z"]);
            let names = datatable(Name:string) ["n3"];
            let reads = (least:long, of:long = 9) {
                let inner = 5;
            | where OperationName in (dynamic([])) and Category !in~ (allowed)
            | where CallerIPAddress has_any (dynamic(["10."]))
            | where Reads >= 11"#]],
    );
}

#[test]
fn what_cannot_be_set_is_refused() {
    check_change(
        &[set("most", "many")],
        expect!["most: `many` cannot be its value; give a whole number"],
    );
    check_change(
        &[set("names", "[]")],
        expect!["names: `[]` cannot be its value; give at least one value"],
    );
    check_change(
        &[set("queryFrequency", "0m")],
        expect!["queryFrequency: `0m` cannot be its value; give a duration such as 30m, 1h or 1d"],
    );
    check_change(
        &[set("triggerOperator", "around")],
        expect![
            "triggerOperator: `around` cannot be its value; give one of GreaterThan, LessThan, Equal, NotEqual"
        ],
    );
    check_change(
        &[set("triggerThreshold", "10001")],
        expect![
            "triggerThreshold: `10001` cannot be its value; give a whole number from 0 to 10000"
        ],
    );
    check_change(
        &[set("start", "yesterday")],
        expect!["start: `yesterday` cannot be its value; give a timespan such as 90m or 1d"],
    );
    let refused = change(&rule("AzureDiagnostics"), &[set("nothing", "1")]);
    assert!(refused.is_err_and(|refused| refused.remedy.contains("triggerThreshold")));
}

fn compared(name: &str, settings: &[Setting]) -> String {
    let tables = sample("vault-all");
    let before = bundled_rule(name);
    let changed = change(&before, settings).unwrap_or_else(|refused| panic!("{refused}"));
    let found = compare(
        &timeline(&before, &tables),
        &timeline(&changed.rule, &tables),
    );
    let mut lines = vec![format!("{:?}\n{:?}", found.before, found.after)];
    for (what, differences) in [("alert", found.alerts), ("incident", found.incidents)] {
        for one in differences {
            let side = |side: Option<rule_replay::what_if::Happening>| {
                side.map_or("-".to_owned(), |one| {
                    format!(
                        "{} with {} rows, {} alerts",
                        format_datetime(one.made),
                        one.rows,
                        one.alerts
                    )
                })
            };
            lines.push(format!(
                "{what}: {} => {}",
                side(one.before),
                side(one.after)
            ));
        }
    }
    lines.extend(changed.warnings);
    lines.join("\n")
}

#[test]
fn a_lower_threshold_raises_more_alerts() {
    expect![[r#"
        Totals { runs: 4, fired: 1, suppressed: 0, rows: 2, alerts: 1, incidents: 1 }
        Totals { runs: 4, fired: 4, suppressed: 0, rows: 38, alerts: 4, incidents: 4 }
        alert: - => 2026-02-27T18:05:00.0000000Z with 2 rows, 1 alerts
        alert: - => 2026-02-28T18:05:00.0000000Z with 4 rows, 1 alerts
        alert: - => 2026-03-01T18:05:00.0000000Z with 30 rows, 1 alerts
        incident: - => 2026-02-27T18:05:00.0000000Z with 2 rows, 1 alerts
        incident: - => 2026-02-28T18:05:00.0000000Z with 4 rows, 1 alerts
        incident: - => 2026-03-01T18:05:00.0000000Z with 30 rows, 1 alerts"#]]
    .assert_eq(&compared(
        "mass-retrieval.yaml",
        &[set("readsPerOperation", "13")],
    ));
}

#[test]
fn a_shorter_period_and_grouping_change_alerts_and_incidents() {
    expect![[r#"
        Totals { runs: 4, fired: 1, suppressed: 0, rows: 2, alerts: 1, incidents: 1 }
        Totals { runs: 11, fired: 4, suppressed: 0, rows: 8, alerts: 4, incidents: 1 }
        alert: - => 2026-03-01T12:05:00.0000000Z with 2 rows, 1 alerts
        alert: - => 2026-03-02T00:05:00.0000000Z with 2 rows, 1 alerts
        alert: - => 2026-03-02T06:05:00.0000000Z with 2 rows, 1 alerts
        incident: 2026-03-01T18:05:00.0000000Z with 2 rows, 1 alerts => 2026-03-01T12:05:00.0000000Z with 8 rows, 4 alerts"#]].assert_eq(&compared(
        "sensitive-operations.yaml",
        &[
            set("queryFrequency", "6h"),
            set("incidentGrouping", "AnyAlert"),
            set("incidentLookback", "2d"),
        ],
    ));
}

fn check_curve(name: &str, control: &str, values: &[&str], expected: Expect) {
    let tables = sample("vault-all");
    let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    let said = match curve(&bundled_rule(name), control, &values, &tables, &span) {
        Err(failure) => format!("{} {}", failure.message, failure.hint),
        Ok(curve) => {
            let points = curve.points.iter().map(|point| {
                let totals = point.totals.map(|one| {
                    format!(
                        "{} rows, {} alerts, {} incidents",
                        one.rows, one.alerts, one.incidents
                    )
                });
                let mark = if point.current { " (current)" } else { "" };
                format!(
                    "{}{mark}: {}",
                    point.label,
                    totals.unwrap_or_else(|| "cannot run".to_owned())
                )
            });
            points.collect::<Vec<_>>().join("\n")
        }
    };
    expected.assert_eq(&said);
}

#[test]
fn curves_find_where_the_outcome_changes() {
    check_curve(
        "mass-retrieval.yaml",
        "readsPerOperation",
        &[],
        expect![[r#"
            0: 106 rows, 4 alerts, 4 incidents
            1: 98 rows, 4 alerts, 4 incidents
            2: 86 rows, 4 alerts, 4 incidents
            3: 74 rows, 4 alerts, 4 incidents
            4: 68 rows, 4 alerts, 4 incidents
            5: 68 rows, 4 alerts, 4 incidents
            6: 64 rows, 4 alerts, 4 incidents
            7: 62 rows, 4 alerts, 4 incidents
            8: 62 rows, 4 alerts, 4 incidents
            9: 60 rows, 4 alerts, 4 incidents
            10: 56 rows, 4 alerts, 4 incidents
            12: 50 rows, 4 alerts, 4 incidents
            13: 38 rows, 4 alerts, 4 incidents
            14: 26 rows, 4 alerts, 4 incidents
            15: 18 rows, 3 alerts, 3 incidents
            16: 10 rows, 3 alerts, 3 incidents
            17: 6 rows, 3 alerts, 3 incidents
            18: 6 rows, 3 alerts, 3 incidents
            19: 6 rows, 3 alerts, 3 incidents
            20: 4 rows, 2 alerts, 2 incidents
            21: 2 rows, 1 alerts, 1 incidents
            22: 2 rows, 1 alerts, 1 incidents
            24: 2 rows, 1 alerts, 1 incidents
            25 (current): 2 rows, 1 alerts, 1 incidents
            26: 2 rows, 1 alerts, 1 incidents
            27: 2 rows, 1 alerts, 1 incidents
            28: 0 rows, 0 alerts, 0 incidents
            29: 0 rows, 0 alerts, 0 incidents
            32: 0 rows, 0 alerts, 0 incidents
            38: 0 rows, 0 alerts, 0 incidents
            50: 0 rows, 0 alerts, 0 incidents
            100: 0 rows, 0 alerts, 0 incidents"#]],
    );
    check_curve(
        "sensitive-operations.yaml",
        "triggerThreshold",
        &[],
        expect![[r#"
        0 (current): 2 rows, 1 alerts, 1 incidents
        1: 2 rows, 1 alerts, 1 incidents
        2: 2 rows, 0 alerts, 0 incidents
        3: 2 rows, 0 alerts, 0 incidents"#]],
    );
    check_curve(
        "sensitive-operations.yaml",
        "incidentGrouping",
        &[],
        expect![[r#"
            none: 2 rows, 1 alerts, 0 incidents
            apart (current): 2 rows, 1 alerts, 1 incidents
            AllEntities: 2 rows, 1 alerts, 1 incidents
            AnyAlert: 2 rows, 1 alerts, 1 incidents"#]],
    );
    check_curve(
        "mass-retrieval.yaml",
        "queryFrequency",
        &["12h", "1d", "2d"],
        expect![[r#"
        12h: 2 rows, 1 alerts, 1 incidents
        1d (current): 2 rows, 1 alerts, 1 incidents
        2d: 0 rows, 0 alerts, 0 incidents"#]],
    );
    check_curve(
        "mass-retrieval.yaml",
        "indexingApps",
        &[],
        expect![[r#"
            ["509e4652-da8d-478d-a730-e9d4a1996ca4","8cae6e77-e04e-42ce-b5cb-50d82bce26b1"] (current): 2 rows, 1 alerts, 1 incidents
            without 509e4652-da8d-478d-a730-e9d4a1996ca4: 2 rows, 1 alerts, 1 incidents
            without 8cae6e77-e04e-42ce-b5cb-50d82bce26b1: 2 rows, 1 alerts, 1 incidents"#]],
    );
}

/// Every control set to the value that it has.
fn identity(rule: &Rule) -> Rule {
    let settings: Vec<Setting> = controls(rule)
        .iter()
        .map(|one| set(&one.name, &one.value))
        .collect();
    change(rule, &settings)
        .unwrap_or_else(|refused| panic!("{refused}\n{}", rule.query))
        .rule
}

#[test]
fn setting_what_is_set_changes_no_timeline() {
    let tables = sample("vault-all");
    for (file, text) in bundled() {
        let rule = read(file, text.as_bytes()).rules.remove(0);
        let (before, after) = (
            timeline(&rule, &tables),
            timeline(&identity(&rule), &tables),
        );
        assert!(!before.runs.is_empty());
        let found = compare(&before, &after);
        assert_eq!(
            (found.alerts, found.incidents),
            (Vec::new(), Vec::new()),
            "{file}"
        );
        assert_eq!(
            format!("{:?}", before.alerts),
            format!("{:?}", after.alerts),
            "{file}"
        );
        assert_eq!(before.runs, after.runs, "{file}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_set_reads_back_and_its_identity_changes_nothing(
        reads in -3_i64..40,
        share in -1.0e3_f64..1.0e3,
        text in "\\PC{0,12}",
        hours in 0_i64..400,
        names in proptest::collection::vec("[A-Za-z\"'\\\\, ]{0,8}", 0..4),
        threshold in 0_u32..4,
    ) {
        let base = rule(r#"let reads = 25;
let share = 0.5;
let word = "KeyGet";
let back = 12h;
let names = dynamic(["SecretGet"]);
AzureDiagnostics
| where TimeGenerated > now() - back and OperationName !in (names) and OperationName != word
| summarize Reads = count() by OperationName, CallerIPAddress
| where Reads > reads and Reads * share < 1000"#);
        let names = serde_json::to_string(&names).expect("JSON");
        let settings = [
            set("reads", &reads.to_string()),
            set("share", &share.to_string()),
            set("word", &text),
            set("back", &format!("{hours}h")),
            set("names", &names),
            set("triggerThreshold", &threshold.to_string()),
        ];
        let changed = change(&base, &settings).expect("values of their kinds").rule;
        let value = |name: &str| controls(&changed).into_iter().find(|one| one.name == name).expect("it is there").value;
        prop_assert_eq!(value("word"), text);
        prop_assert_eq!(value("reads"), reads.to_string());
        static TABLES: LazyLock<Tables> = LazyLock::new(|| sample("vault-create-delete-key"));
        let tables = &*TABLES;
        let (before, after) = (timeline(&changed, tables), timeline(&identity(&changed), tables));
        prop_assert_eq!(before.runs, after.runs);
        prop_assert_eq!(format!("{:?}", before.alerts), format!("{:?}", after.alerts));
        prop_assert_eq!(before.incidents, after.incidents);
    }
}
