//! Rule sets: the bundled ones fit the schema and pass, rules survive the file, broken files are refused
//! with their place, and every bundled rule has a hit and a miss.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use kql_analysis::time::{format_datetime, parse_datetime};
use rule_convert::{default_accepted, default_profile};
use rule_replay::rule_tests::{TestOutcome, actual, junit};
use rule_replay::words::span;
use sentinel_rules::{bundled, read};
use serde_json::{Value, json};
use workbench::rule_set::{self, RuleSet, Wanted, of_rules, run_tests, samples_as_tests, update};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn article_text() -> String {
    fs::read_to_string(root().join("rules/rule-sets/managed-hsm-article.json")).expect("a rule set")
}

fn open(text: &str) -> RuleSet {
    rule_set::read("set.json", text.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?}"))
}

fn schema_errors(document: &Value) -> Vec<String> {
    let schema = fs::read_to_string(root().join("docs/rule-set.schema.json")).expect("a schema");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path))
        .collect()
}

/// The bundled rules with the cases beside them.
fn bundled_set() -> RuleSet {
    let rules = bundled().into_iter().map(|(file, text)| {
        let samples = root()
            .join("rules/key-vault")
            .join(file)
            .with_extension("samples.json");
        let samples = fs::read_to_string(samples).expect("samples");
        let rule = read(file, text.as_bytes()).rules.remove(0);
        (rule, samples_as_tests(&samples).expect("cases"))
    });
    of_rules(
        "bundled",
        rules.collect(),
        Some(Wanted {
            profile: default_profile().clone(),
            text: None,
            widen: false,
        }),
        &default_accepted,
    )
}

#[test]
fn every_bundled_rule_has_a_hit_and_a_miss_that_pass() {
    let set = bundled_set();
    let results = run_tests(&set, &mut |_, _| {}).expect("the rules are readable");
    for result in &results {
        assert_eq!(
            result.outcome,
            TestOutcome::Passed,
            "{}: {}",
            result.rule,
            result.test
        );
    }
    assert_eq!(set.rules.len(), bundled().len());
    for rule in &set.rules {
        for hit in [true, false] {
            let some = rule.tests.iter().any(|test| test.expect.hit == Some(hit));
            assert!(some, "{:?} has a test with hit {hit}", rule.rule.bundled);
        }
    }
}

#[test]
fn rule_sets_fit_the_schema_and_read_back_as_they_were() {
    let mut model = bundled_set();
    for rule in &mut model.rules {
        let original = rule.original("rules[0]").expect("a rule");
        rule.rule = rule_set::RuleSource {
            model: Some(Box::new(original)),
            ..Default::default()
        };
    }
    for set in [open(&article_text()), bundled_set(), model] {
        let text = set.write().expect("a file");
        let document = serde_json::from_str(&text).expect("JSON");
        assert_eq!(schema_errors(&document), Vec::<String>::new());
        assert_eq!(open(&text), set);
        let rules = |set: &RuleSet| -> Vec<_> {
            set.rules
                .iter()
                .map(|rule| rule.original("").expect("a rule"))
                .collect()
        };
        assert_eq!(rules(&open(&text)), rules(&set));
    }
}

#[test]
fn a_rule_in_any_form_is_the_same_rule() {
    for (file, text) in bundled() {
        let set = |rule: Value| {
            open(&json!({"rulesmithRuleSet": "1.0", "rules": [{"rule": rule}]}).to_string())
        };
        let rule = read(file, text.as_bytes()).rules.remove(0);
        for form in [
            json!({"bundled": file}),
            json!({"file": file, "text": text}),
            json!({"model": rule}),
        ] {
            assert_eq!(set(form).rules[0].original("").expect("a rule"), rule);
        }
    }
}

/// The article's tests: what happened last, when the incident comes, and how long that is after.
#[test]
fn the_tests_of_the_article_raise_their_incidents_when_the_schedule_implies() {
    let set = open(&article_text());
    let results = run_tests(&set, &mut |_, _| {}).expect("the rules are readable");
    assert!(results.iter().all(|result| result.passed()), "{results:#?}");
    let assumed = set.assumptions().expect("known assumptions");
    let mut lines = Vec::new();
    for rule in &set.rules {
        let converted = rule
            .converted(set.way().expect("a profile").as_ref(), "")
            .expect("a rule");
        for test in rule
            .tests
            .iter()
            .filter(|test| test.expect.hit == Some(true))
        {
            let found = actual(&converted, test, assumed)
                .expect("it runs")
                .incidents
                .expect("a list");
            let [incident] = found.as_slice() else {
                panic!("one incident, not {found:?}")
            };
            let made = incident
                .time
                .as_deref()
                .and_then(parse_datetime)
                .expect("a time");
            let events = last_event(test, incident.entities.as_deref().unwrap_or_default());
            lines.push(format!(
                "{}: last event {}, incident {}, {} later",
                test.name,
                &format_datetime(events)[..16],
                &format_datetime(made)[..16],
                span(made - events),
            ));
        }
    }
    expect![[r#"
        Test 1: a key is created and deleted: last event 2026-03-01T10:05, incident 2026-03-02T09:05, 22 hours 59 minutes later
        Test 2: one key is read 28 times: last event 2026-03-01T20:54, incident 2026-03-02T09:05, 12 hours 10 minutes later
        Test 3: the caller's address is an indicator: last event 2026-03-02T00:09, incident 2026-03-02T01:05, 55 minutes 23 seconds later"#]].assert_eq(&lines.join("\n"));
}

/// The last row of the test's log from an address of the incident.
fn last_event(
    test: &rule_replay::rule_tests::RuleTest,
    entities: &[rule_replay::rule_tests::ExpectedEntity],
) -> i64 {
    let rule = read(bundled()[0].0, bundled()[0].1.as_bytes())
        .rules
        .remove(0);
    let tables = rule_replay::rule_tests::tables(&test.input, &rule).expect("tables");
    let log = &tables["AzureDiagnostics"];
    let column = |name: &str| log.column_named(name).expect("a column");
    let (times, addresses) = (column("TimeGenerated"), column("CallerIPAddress"));
    let of_incident = |row: &usize| {
        entities.iter().any(|entity| {
            let address = entity.identifiers.get("Address");
            address.is_some_and(|one| {
                format!("{:?}", addresses.get(*row)).contains(&format!("{one:?}"))
            })
        })
    };
    let rows = (0..log.rows()).filter(of_incident);
    rows.filter_map(|row| match times.get(row) {
        kql_analysis::value::Value::DateTime(time) => Some(time),
        _ => None,
    })
    .max()
    .expect("a row")
}

fn check_refused(change: impl Fn(&mut Value), expected: Expect) {
    let mut document: Value = serde_json::from_str(&article_text()).expect("JSON");
    change(&mut document);
    let said = match rule_set::read("set.json", document.to_string().as_bytes()) {
        Err(problem) => format!(
            "{}: {}; {}",
            problem.field.unwrap_or_default(),
            problem.message,
            problem.remedy
        ),
        Ok(set) => match run_tests(&set, &mut |_, _| {}) {
            Err(problem) => format!(
                "{}: {}; {}",
                problem.field.unwrap_or_default(),
                problem.message,
                problem.remedy
            ),
            Ok(results) => format!("{:?}", results[0].outcome),
        },
    };
    expected.assert_eq(&said);
}

#[test]
fn broken_sets_are_refused_with_their_place() {
    check_refused(
        |set| set["rulesmithRuleSet"] = json!("2.0"),
        expect![
            "rulesmithRuleSet: version 2 of the format is not known here; use a Rulesmith that reads it, or have it written in version 1"
        ],
    );
    check_refused(
        |set| set["rulesmithRuleSet"] = json!(1),
        expect![[r#"rulesmithRuleSet: it is not a version; write "rulesmithRuleSet": "1.1""#]],
    );
    check_refused(
        |set| set["extra"] = json!(1),
        expect![
            "extra: version 1.0 has no such member; correct its name or take it out; docs/rule-set.md lists the members"
        ],
    );
    check_refused(
        |set| set["rules"][1]["tests"][0]["expext"] = json!({}),
        expect![
            "rules[1].tests[0].expext: version 1.0 has no such member; correct its name or take it out; docs/rule-set.md lists the members"
        ],
    );
    check_refused(
        |set| set["rules"][1]["tests"][0]["expect"]["incidents"][0]["alerts"] = json!("one"),
        expect![[
            r#"rules[1].tests[0].expect.incidents[0].alerts: invalid type: string "one", expected usize; correct it; docs/rule-set.md says what is expected there"#
        ]],
    );
    check_refused(
        |set| set["rules"][0]["rule"]["text"] = json!("x"),
        expect![
            "rules[0].rule: it is not clear what the rule is; give one of `bundled`, `text` and `model`"
        ],
    );
    check_refused(
        |set| set["rules"][0]["rule"]["bundled"] = json!("x.yaml"),
        expect![
            "rules[0].rule.bundled: no rule `x.yaml` comes with the program; name one of sensitive-operations.yaml, sensitive-operations-nrt.yaml, mass-retrieval.yaml, time-series-anomaly.yaml, threat-intelligence-ip.yaml"
        ],
    );
    check_refused(
        |set| set["rules"][0]["edits"] = json!([{"id": "x@1", "accepted": true}]),
        expect![
            "rules[0].edits[0]: the conversion has no such edit `x@1` any more; take it out, and look at the conversion again"
        ],
    );
    check_refused(
        |set| set["rules"][0]["tests"][0]["expect"] = json!({}),
        expect![[
            r#"Broken { message: "expect: states nothing; state `hit`, `alerts` or `incidents`" }"#
        ]],
    );
    check_refused(
        |set| set["rules"][0]["tests"][0]["input"]["generate"]["scenario"] = json!("x"),
        expect![[
            r#"Broken { message: "input.generate.scenario: there is no `x`; name one of hsm-all, vault-all, hsm-create-delete-key, hsm-mass-key-read, hsm-threat-intelligence, hsm-access-spike, vault-create-delete-key, vault-mass-key-read, vault-threat-intelligence, vault-access-spike" }"#
        ]],
    );
    check_refused(
        |set| set["rules"][0]["tests"][0]["at"] = json!("2026-03-02"),
        expect![[r#"Broken { message: "at: states a single run; leave out `from` and `to`" }"#]],
    );
    check_refused(
        |set| {
            set["rules"][0]["edits"] = json!([{"id": "x@1", "accepted": true}]);
            for test in set["rules"][0]["tests"].as_array_mut().expect("tests") {
                test["revision"] = json!("original");
            }
        },
        expect![
            "rules[0].edits[0]: the conversion has no such edit `x@1` any more; take it out, and look at the conversion again"
        ],
    );
    check_refused(
        |set| {
            set["rules"][0]["tests"][0]["from"] = json!("2026-03-02");
            set["rules"][0]["tests"][0]["to"] = json!("2026-03-01");
        },
        expect![[
            r#"Broken { message: "to: is before the first run, which is due at 2026-03-02T00:00:00Z; state a later time" }"#
        ]],
    );
    check_refused(
        |set| set["rules"][0]["tests"][0]["name"] = json!(" "),
        expect![[r#"Broken { message: "name: is empty; say what the test shows" }"#]],
    );
    let mut unknown = open(&article_text());
    unknown.profile = Some("none".to_owned());
    let problem = unknown.way().expect_err("there is no such profile");
    assert_eq!(problem.field.as_deref(), Some("profile"));
    assert!(problem.remedy.contains("key-vault-to-managed-hsm"));
    let problem = rule_set::read("set.json", b"{\n \"rulesmithRuleSet\": \"1.0\",\n ]")
        .expect_err("not JSON");
    assert_eq!(problem.line, Some(3));
}

#[test]
fn members_of_a_later_minor_version_are_written_back() {
    let mut document: Value = serde_json::from_str(&article_text()).expect("JSON");
    document["rulesmithRuleSet"] = json!("1.7");
    document["owner"] = json!({"team": "a"});
    document["rules"][2]["tests"][0]["expect"]["incidents"][0]["entities"][0]["score"] = json!(3);
    let set = open(&document.to_string());
    let again: Value = serde_json::from_str(&set.write().expect("a file")).expect("JSON");
    assert_eq!(again, document);
}

#[test]
fn what_disagrees_is_told_and_can_be_brought_up_to_date() {
    let mut set = open(&article_text());
    let before = set.clone();
    let incidents = set.rules[0].tests[0]
        .expect
        .incidents
        .as_mut()
        .expect("incidents");
    incidents[0].time = Some("2026-03-01T10:05:00Z".to_owned());
    incidents[0].title = Some("A <title> & \"more\"".to_owned());
    incidents[0].entities.as_mut().expect("entities")[1].entity_type = "Host".to_owned();
    set.rules[1].tests[1].expect.hit = Some(true);
    set.rules[2].tests[0].expect.alerts = Some(Vec::new());
    let results = run_tests(&set, &mut |_, _| {}).expect("the rules are readable");
    let mut lines = Vec::new();
    for result in results.iter().filter(|result| !result.passed()) {
        lines.push(result.test.clone());
        if let TestOutcome::Failed { disagreements } = &result.outcome {
            lines.extend(
                disagreements
                    .iter()
                    .map(|one| format!("  {} - {:?} + {:?}", one.path, one.expected, one.actual)),
            );
        }
    }
    expect![[r#"
        Test 1: a key is created and deleted
          incidents[0].time - Some("2026-03-01T10:05:00Z") + Some("2026-03-02T09:05:00Z")
          incidents[0].title - Some("A <title> & \"more\"") + Some("Sensitive operation in Azure Managed HSM")
          incidents[0].entities - Some("Host Address 198.51.100.24") + None
          incidents[0].entities - None + Some("IP Address 198.51.100.24")
        Test 1 is none of its business
          hit - Some("true") + Some("false")
        Test 3: the caller's address is an indicator
          alerts[0] - None + Some("an alert, 2026-03-02T01:05:00Z, Azure Managed HSM used from an address known to threat intelligence, AzureResource ResourceId /SUBSCRIPTIONS/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/RG-HSM/PROVIDERS/MICROSOFT.KEYVAULT/MANAGEDHSMS/HSM-DEMO, IP Address 203.0.113.66")"#]].assert_eq(&lines.join("\n"));
    let xml = junit(&results);
    assert!(xml.contains("failures=\"3\" errors=\"0\""), "{xml}");
    assert!(
        xml.contains("- A &lt;title&gt; &amp; &quot;more&quot;"),
        "{xml}"
    );
    assert_eq!(update(&mut set, &results), 3);
    assert_eq!(set, before);
}

#[test]
fn schema_and_program_refuse_the_same_members() {
    for place in ["/rules/0", "/rules/0/tests/0", "/rules/0/tests/0/expect"] {
        let mut document: Value = serde_json::from_str(&article_text()).expect("JSON");
        let object = document.pointer_mut(place).and_then(Value::as_object_mut);
        let object = object.expect("an object");
        object.insert("misspelt".to_owned(), Value::from(1));
        assert!(!schema_errors(&document).is_empty(), "{place}");
        let refused = rule_set::read("set.json", document.to_string().as_bytes());
        assert!(refused.is_err(), "{place}");
        // A later minor version may have such a member.
        document["rulesmithRuleSet"] = Value::from("1.9");
        assert_eq!(schema_errors(&document), Vec::<String>::new(), "{place}");
        open(&document.to_string());
    }
}
