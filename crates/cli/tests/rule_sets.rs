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

/// An empty folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

#[test]
fn a_set_is_made_tested_broken_and_brought_up_to_date() {
    let dir = folder("rule-sets");
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
    assert!(text(&tested.stdout).contains("8 tests, 8 passed, 0 did not"));
    assert!(fs::read_to_string(&report).expect("a report").contains(
        "<testsuites name=\"rulesmith\" tests=\"8\" failures=\"0\" errors=\"0\" time=\"0\">"
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
fn both_packs_pass_their_tests_as_rule_sets() {
    let dir = folder("rule-sets-of-packs");
    let profile = ["--profile", "key-vault-to-managed-hsm"];
    for (pack, rules, profile) in [
        ("key-vault", 5, &profile[..]),
        ("key-vault", 5, &[]),
        ("managed-hsm", 8, &[]),
    ] {
        let folder = fs::read_dir(in_rules(pack)).expect("the pack");
        let files = folder.map(|entry| entry.expect("a file").path().display().to_string());
        let mut files: Vec<String> = files.filter(|file| file.ends_with(".yaml")).collect();
        files.sort();
        assert_eq!(files.len(), rules);
        let set = dir.join(format!("{pack}.json")).display().to_string();
        let mut arguments = vec!["ruleset"];
        arguments.extend(files.iter().map(String::as_str));
        arguments.extend(profile);
        arguments.extend(["--out", &set]);
        assert!(rulesmith(&arguments).status.success());
        let document: Value =
            serde_json::from_str(&fs::read_to_string(&set).expect("a set")).expect("JSON");
        for rule in document["rules"].as_array().expect("rules") {
            let tests = rule["tests"].as_array().expect("tests");
            let of = |original: bool, hit: bool| {
                let mut tests = tests.iter();
                tests.any(|test| {
                    (test["revision"] == "original") == original && test["expect"]["hit"] == hit
                })
            };
            let both = |original: bool| of(original, true) && of(original, false);
            assert!(both(true), "{pack}: {}", rule["rule"]);
            // Converted, each rule has a hit and a miss of its own.
            assert_eq!(both(false), !profile.is_empty(), "{pack}: {}", rule["rule"]);
        }
        let tested = rulesmith(&["test", &set]);
        assert!(tested.status.success(), "{}", text(&tested.stdout));
    }
}

#[test]
fn a_set_says_what_its_tests_take_for_granted_and_a_test_may_say_otherwise() {
    let dir = folder("rule-sets-assumed");
    let set = dir.join("assumed.json").display().to_string();
    let rule = in_rules("key-vault/sensitive-operations.yaml");
    assert!(
        rulesmith(&["ruleset", &rule, "--out", &set])
            .status
            .success()
    );
    let mut document: Value =
        serde_json::from_str(&fs::read_to_string(&set).expect("a set")).expect("JSON");
    let tests = document["rules"][0]["tests"].as_array_mut().expect("tests");
    tests.retain(|test| test["expect"]["hit"] == true);
    for test in tests {
        test["expect"] = serde_json::json!({});
    }
    fs::write(&set, document.to_string()).expect("a file");
    assert!(rulesmith(&["test", &set, "--update"]).status.success());
    let mut document: Value =
        serde_json::from_str(&fs::read_to_string(&set).expect("a set")).expect("JSON");
    let mut code = |assume: Value, own: Value| {
        document["assume"] = assume;
        document["rules"][0]["tests"][0]["assume"] = own;
        fs::write(&set, document.to_string()).expect("a file");
        rulesmith(&["test", &set]).status.code()
    };
    let answer = |value: &str| serde_json::json!({ "noIncidentSettings": value });
    let (none, create) = (answer("none"), answer("create"));
    assert_eq!(code(create.clone(), serde_json::json!({})), Some(0));
    assert_eq!(code(none.clone(), serde_json::json!({})), Some(1));
    assert_eq!(
        code(none, create.clone()),
        Some(1),
        "the second test says nothing of its own"
    );
    document["rules"][0]["tests"][1]["assume"] = create;
    fs::write(&set, document.to_string()).expect("a file");
    assert!(rulesmith(&["test", &set]).status.success());
    document["assume"] = answer("perhaps");
    fs::write(&set, document.to_string()).expect("a file");
    let wrong = rulesmith(&["test", &set]);
    assert!(!wrong.status.success());
    assert!(text(&wrong.stderr).contains("`perhaps` is neither create nor none"));
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

#[test]
fn a_set_holds_a_profile_of_ones_own_and_rules_for_both_kinds() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("own-profile-sets");
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a folder");
    let path = |name: &str| dir.join(name).display().to_string();
    let (set, profile) = (path("set.json"), path("mine.yaml"));
    let first = in_rules("profiles/key-vault-to-managed-hsm.yaml");
    let own = fs::read_to_string(first).expect("a profile");
    let own = own.replacen("id: key-vault-to-managed-hsm", "id: mine", 1);
    fs::write(&profile, &own).expect("a file");
    let rule = in_rules("key-vault/sensitive-operations.yaml");
    let arguments = [
        "ruleset",
        &rule,
        "--profile",
        &profile,
        "--widen",
        "--out",
        &set,
    ];
    let made = rulesmith(&arguments);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let document: Value =
        serde_json::from_str(&fs::read_to_string(&set).expect("a set")).expect("JSON");
    assert_eq!(document["profile"], "mine");
    assert_eq!(document["profileText"], own.as_str());
    assert_eq!(document["widen"], true);
    let tested = rulesmith(&["test", &set]);
    assert!(tested.status.success(), "{}", text(&tested.stdout));
    // A profile that does not fit is refused with its place in the set.
    let broken = fs::read_to_string(&set).expect("a set");
    let broken = broken.replacen("to: MANAGEDHSMS", "to: ''", 1);
    fs::write(&set, broken).expect("a file");
    let refused = rulesmith(&["test", &set]);
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(said.contains("profileText, line "), "{said}");
}

#[test]
fn tests_of_one_name_and_empty_files_are_told() {
    let dir = folder("same-names");
    let path = |name: &str| dir.join(name).display().to_string();
    let (set, empty) = (path("set.json"), path("empty.yaml"));
    let rule = in_rules("key-vault/sensitive-operations.yaml");
    assert!(
        rulesmith(&["ruleset", &rule, "--out", &set])
            .status
            .success()
    );
    let mut document: Value =
        serde_json::from_str(&fs::read_to_string(&set).expect("a set")).expect("JSON");
    document["rules"][0]["tests"][1]["name"] = document["rules"][0]["tests"][0]["name"].clone();
    fs::write(&set, document.to_string()).expect("a file");
    let told = text(&rulesmith(&["test", &set]).stderr);
    assert!(
        told.contains("rules[0].tests[1].name: another test of the rule has the name"),
        "{told}"
    );
    fs::write(&empty, " \n").expect("a file");
    for command in ["lint", "prove", "test"] {
        let ended = rulesmith(&[command, &empty]);
        assert_eq!(ended.status.code(), Some(1), "{command}");
        let told = text(&ended.stderr);
        assert!(
            told.contains("empty.yaml") && told.contains("the file is empty"),
            "{command}: {told}"
        );
    }
}
