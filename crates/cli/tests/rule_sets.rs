//! `rulesmith ruleset` and `rulesmith test` as a pipeline runs them.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use common::{rulesmith, text};

fn in_rules(path: &str) -> String {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    rules.join(path).display().to_string()
}

fn folder() -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rule-sets");
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

#[test]
fn a_set_is_made_tested_broken_and_brought_up_to_date() {
    let dir = folder();
    let path = |name: &str| dir.join(name).display().to_string();
    let (set, report) = (path("set.json"), path("junit.xml"));
    let rule = in_rules("key-vault/sensitive-operations.yaml");
    let made = rulesmith(&[
        "ruleset",
        &rule,
        "--name",
        "ours",
        "--profile",
        "key-vault-to-managed-hsm",
        "--out",
        &set,
    ]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let tested = rulesmith(&["test", &set, "--junit", &report]);
    assert!(tested.status.success(), "{}", text(&tested.stdout));
    assert!(text(&tested.stdout).contains("5 tests, 5 passed, 0 did not"));
    assert!(fs::read_to_string(&report).expect("a report").contains(
        "<testsuites name=\"rulesmith\" tests=\"5\" failures=\"0\" errors=\"0\" time=\"0\">"
    ));

    let mut document: Value =
        serde_json::from_str(&fs::read_to_string(&set).expect("a set")).expect("JSON");
    document["rules"][0]["tests"][0]["expect"]["hit"] = Value::Bool(false);
    fs::write(&set, document.to_string()).expect("a file");
    let failed = rulesmith(&["test", &set]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        text(&failed.stdout).contains("hit\n            - false\n            + true"),
        "{}",
        text(&failed.stdout)
    );
    let as_json = rulesmith(&["test", &set, "--format", "json"]);
    let results: Value = serde_json::from_slice(&as_json.stdout).expect("JSON");
    assert_eq!(results["passed"], false);
    assert_eq!(
        results["results"][0]["outcome"]["disagreements"][0]["path"],
        "hit"
    );
    assert!(rulesmith(&["test", &set, "--update"]).status.success());
    assert!(rulesmith(&["test", &set]).status.success());
}

#[test]
fn rules_are_tested_with_the_cases_beside_them() {
    let rule = in_rules("key-vault/mass-retrieval.yaml");
    let tested = rulesmith(&[
        "test",
        &rule,
        &in_rules("rule-sets/managed-hsm-article.json"),
    ]);
    assert!(tested.status.success(), "{}", text(&tested.stdout));
    let without = rulesmith(&["test", &in_rules("profiles/key-vault-to-managed-hsm.yaml")]);
    assert_eq!(without.status.code(), Some(1));
    assert_eq!(rulesmith(&["test"]).status.code(), Some(2));
}
