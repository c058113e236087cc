//! `rulesmith lint` as a pipeline runs it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn lint(arguments: &[&str]) -> Output {
    let rule = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../rules/key-vault/time-series-anomaly.yaml");
    Command::new(env!("CARGO_BIN_EXE_rulesmith"))
        .arg("lint")
        .arg(rule)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it starts")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_trap_of_daily_and_hourly_bins_is_found() {
    let told = lint(&[]);
    assert!(told.status.success(), "warnings are not denied by default");
    let line = text(&told);
    let line = line.lines().find(|line| line.contains("RL0040"));
    assert!(
        line.is_some_and(|line| line.contains("yaml:50:15: warning")),
        "{line:?}"
    );
    assert_eq!(lint(&["--deny", "warning"]).status.code(), Some(1));
    let allowed = lint(&["--deny", "warning", "--allow", "RL0040,RL0019"]);
    assert_eq!(allowed.status.code(), Some(0), "{}", text(&allowed));
    let twice = [
        "--deny", "warning", "--allow", "RL0040", "--allow", "RL0019",
    ];
    assert_eq!(lint(&twice).status.code(), Some(0));
    assert_eq!(lint(&["--allow", "RL9999"]).status.code(), Some(1));
    assert_eq!(lint(&["--deny", "all"]).status.code(), Some(2));
}

/// What stands behind a code is a rule; what stands behind logs is a log, up to `--`.
#[test]
fn options_leave_the_rules_alone() {
    let rule = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../rules/key-vault/mass-retrieval.yaml"
    );
    let told = text(&lint(&["--allow", "RL0040", rule]));
    assert!(told.contains("mass-retrieval.yaml:"), "{told}");
    let run = |arguments: &[&str]| {
        let command = Command::new(env!("CARGO_BIN_EXE_rulesmith"))
            .arg("lint")
            .args(arguments)
            .stdin(Stdio::null())
            .output();
        command.expect("it starts")
    };
    let swallowed = run(&["--logs", "logs.jsonl", rule]);
    assert_eq!(swallowed.status.code(), Some(2));
    let told = String::from_utf8_lossy(&swallowed.stderr).into_owned();
    assert!(told.contains("--logs takes every word"), "{told}");
    let parted = run(&["--logs", rule, "--", rule]);
    assert_eq!(parted.status.code(), Some(1), "a rule is no log");
    assert_eq!(run(&["--help"]).status.code(), Some(0));
}

#[test]
fn findings_as_json_and_sarif() {
    let json: Value = serde_json::from_str(&text(&lint(&["--format", "json"]))).expect("JSON");
    let findings = json["findings"].as_array().expect("findings");
    assert!(
        findings
            .iter()
            .any(|one| one["finding"]["code"] == "RL0040")
    );
    let log: Value = serde_json::from_str(&text(&lint(&["--format", "sarif"]))).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), findings.len());
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    assert!(region["startLine"].as_u64().is_some_and(|line| line > 0));
}

/// The members that the schema of SARIF 2.1.0 requires, and the values that it allows.
#[test]
fn sarif_has_what_its_schema_requires() {
    let log: Value = serde_json::from_str(&text(&lint(&["--format", "sarif"]))).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    assert!(
        log["$schema"]
            .as_str()
            .is_some_and(|at| at.ends_with("sarif-schema-2.1.0.json"))
    );
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "rulesmith");
    let rules = driver["rules"].as_array().expect("rules");
    for rule in rules {
        assert!(
            rule["id"].is_string() && rule["shortDescription"]["text"].is_string(),
            "{rule}"
        );
    }
    let results = run["results"].as_array().expect("results");
    assert!(!results.is_empty());
    for result in results {
        assert!(result["message"]["text"].is_string(), "{result}");
        let level = result["level"].as_str().unwrap_or_default();
        assert!(
            ["none", "note", "warning", "error"].contains(&level),
            "{result}"
        );
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let location = &result["locations"][0]["physicalLocation"];
        assert!(location["artifactLocation"]["uri"].is_string(), "{result}");
        let region = &location["region"];
        let at = |name: &str| region[name].as_u64();
        assert!(
            at("startLine") >= Some(1) && at("startColumn") >= Some(1),
            "{result}"
        );
        assert!(
            (at("startLine"), at("startColumn")) <= (at("endLine"), at("endColumn")),
            "{result}"
        );
    }
}

/// What is said of a rule and of its conversion by a profile, linted together; `accept` names edits that are
/// accepted besides the safe ones.
fn linted_with_conversion(profile: &str, accept: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let rule = root.join("rules/key-vault/time-series-anomaly.yaml");
    let name = format!("rulesmith-lint-{profile}-{}", std::process::id());
    let out = std::env::temp_dir().join(name);
    let run = |arguments: &[&std::ffi::OsStr]| {
        let command = Command::new(env!("CARGO_BIN_EXE_rulesmith"))
            .args(arguments)
            .stdin(Stdio::null())
            .output();
        command.expect("it starts")
    };
    let mut convert: Vec<&std::ffi::OsStr> = vec![
        "convert".as_ref(),
        rule.as_ref(),
        "--profile".as_ref(),
        profile.as_ref(),
        "--out".as_ref(),
        out.as_ref(),
    ];
    for edit in accept {
        convert.push("--accept".as_ref());
        convert.push(edit.as_ref());
    }
    let made = run(&convert);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let converted: Vec<_> = std::fs::read_dir(&out)
        .expect("a folder")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    let told = run(&["lint".as_ref(), rule.as_ref(), converted[0].as_ref()]);
    std::fs::remove_dir_all(&out).expect("the folder goes");
    text(&told)
}

#[test]
fn findings_of_the_original_are_told_from_those_of_the_conversion() {
    for profile in ["key-vault-to-managed-hsm", "key-vault-to-resource-specific"] {
        let told = linted_with_conversion(profile, &["all"]);
        let lines = told.lines().filter(|line| line.contains("RL0040"));
        let is_known: Vec<bool> = lines
            .map(|line| line.ends_with("(in the original too)"))
            .collect();
        assert_eq!(is_known, [false, true], "{profile}\n{told}");
    }
}

#[test]
fn findings_of_the_conversion_alone_are_not_told_as_those_of_the_original() {
    let told = linted_with_conversion("key-vault-to-managed-hsm", &[]);
    let lines = told.lines().filter(|line| line.contains("RL0044"));
    let is_known: Vec<bool> = lines
        .map(|line| line.ends_with("(in the original too)"))
        .collect();
    assert_eq!(is_known, [false, false], "{told}");
}
