//! Files that `rulesmith ruleset` and `rulesmith test` write: rule sets fit the schema in `docs`, and a JUnit
//! report is XML whatever rules and tests are called.

mod common;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use common::{bundled, folder, path, rulesmith, text};

fn schema_errors(document: &Value) -> Vec<String> {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rule-set.schema.json");
    let schema = fs::read_to_string(schema).expect("the schema");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors = validator.iter_errors(document);
    errors
        .map(|error| format!("{}: {error}", error.instance_path))
        .collect()
}

fn document(file: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(file).expect("a set")).expect("JSON")
}

#[test]
fn every_rule_set_that_is_written_fits_the_schema() {
    let dir = folder("sets-that-fit");
    let rules = [
        "mass-retrieval.yaml",
        "sensitive-operations-nrt.yaml",
        "time-series-anomaly.yaml",
    ]
    .map(bundled);
    let profile = path(&dir, "own.yaml");
    let own = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../rules/profiles/key-vault-to-managed-hsm.yaml");
    let own = fs::read_to_string(own).expect("a profile");
    fs::write(
        &profile,
        own.replacen("id: key-vault-to-managed-hsm", "id: own", 1),
    )
    .expect("a file");
    let ways: [&[&str]; 6] = [
        &[],
        &["--profile", "key-vault-to-managed-hsm"],
        &["--profile", "key-vault-to-managed-hsm", "--widen"],
        &["--profile", "key-vault-to-managed-hsm", "--accept", "all"],
        &["--profile", "key-vault-to-resource-specific"],
        &["--profile", &profile, "--name", "own <profile> & \"more\""],
    ];
    for (number, way) in ways.iter().enumerate() {
        let set = path(&dir, &format!("{number}.json"));
        let mut arguments = vec!["ruleset"];
        arguments.extend(rules.iter().map(String::as_str));
        arguments.extend(*way);
        arguments.extend(["--out", &set]);
        let made = rulesmith(&arguments);
        assert!(made.status.success(), "{way:?}: {}", text(&made.stderr));
        assert_eq!(
            schema_errors(&document(&set)),
            Vec::<String>::new(),
            "{way:?}"
        );
    }
    // What is brought up to date fits too.
    let set = path(&dir, "1.json");
    let mut states_nothing = document(&set);
    states_nothing["rules"][0]["tests"][0]["expect"] = json!({});
    fs::write(&set, states_nothing.to_string()).expect("a file");
    let updated = rulesmith(&["test", &set, "--update"]);
    assert!(updated.status.success(), "{}", text(&updated.stderr));
    let updated = document(&set);
    assert!(updated["rules"][0]["tests"][0]["expect"]["alerts"].is_array());
    assert_eq!(schema_errors(&updated), Vec::<String>::new());
}

#[test]
fn a_report_is_xml_whatever_rules_and_tests_are_called() {
    let dir = folder("hostile-names");
    let (rule, set, report) = (
        path(&dir, "rule.yaml"),
        path(&dir, "set.json"),
        path(&dir, "junit.xml"),
    );
    let yaml = fs::read_to_string(bundled("mass-retrieval.yaml")).expect("a rule");
    let name = yaml
        .lines()
        .find(|line| line.starts_with("name: "))
        .expect("a name");
    let hostile = r#"name: "a < b & \"c\" ]]> \u0001""#;
    fs::write(&rule, yaml.replacen(name, hostile, 1)).expect("a file");
    let made = rulesmith(&["ruleset", &rule, "--out", &set]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let mut named = document(&set);
    let test = json!({
        "name": "<![CDATA[ \u{0}\u{1b}\"'& \u{ffff}",
        "input": {"rows": []},
        "at": "2026-03-02T00:00:00Z",
        "expect": {"hit": true},
    });
    named["rules"][0]["tests"] = json!([test]);
    fs::write(&set, named.to_string()).expect("a file");
    let tested = rulesmith(&["test", &set, "--junit", &report]);
    assert_eq!(tested.status.code(), Some(1), "{}", text(&tested.stderr));
    let xml = fs::read_to_string(&report).expect("a report");
    let document =
        roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    let mut cases = document.descendants();
    let case = cases
        .find(|node| node.has_tag_name("testcase"))
        .expect("a test");
    assert_eq!(
        case.attribute("name"),
        Some("<![CDATA[ \u{fffd}\u{fffd}\"'& \u{fffd}")
    );
    assert_eq!(
        case.attribute("classname"),
        Some("a < b & \"c\" ]]> \u{fffd}")
    );
}

#[test]
fn a_rule_set_is_known_wherever_its_version_stands_and_missed_without() {
    let dir = folder("versions-of-sets");
    let set = path(&dir, "set.json");
    let rule = bundled("mass-retrieval.yaml");
    assert!(
        rulesmith(&["ruleset", &rule, "--out", &set])
            .status
            .success()
    );
    let mut sorted = document(&set);
    let members = sorted.as_object_mut().expect("an object");
    members.sort_keys();
    let last = members.keys().next_back().map(String::as_str);
    assert_eq!(last, Some("rulesmithRuleSet"));
    fs::write(&set, sorted.to_string()).expect("a file");
    assert!(rulesmith(&["test", &set]).status.success());
    let members = sorted.as_object_mut().expect("an object");
    members.remove("rulesmithRuleSet");
    fs::write(&set, sorted.to_string()).expect("a file");
    let refused = rulesmith(&["test", &set]);
    assert_eq!(refused.status.code(), Some(1));
    let expected = "rulesmithRuleSet: the file does not say that it is a rule set; write \"rulesmithRuleSet\": \"1.1\"";
    assert!(
        text(&refused.stderr).contains(expected),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn an_edit_that_no_rule_has_is_not_accepted() {
    let dir = folder("unknown-edits");
    let set = path(&dir, "set.json");
    let rule = bundled("mass-retrieval.yaml");
    let profile = "key-vault-to-managed-hsm";
    let wanted = ["--profile", profile, "--accept", "zzz", "--out", &set];
    let refused = rulesmith(&[&["ruleset", &rule], &wanted[..]].concat());
    assert_eq!(refused.status.code(), Some(1));
    let expected = "--accept: no rule has an edit `zzz`";
    assert!(
        text(&refused.stderr).contains(expected),
        "{}",
        text(&refused.stderr)
    );
    assert!(!Path::new(&set).exists());
}
