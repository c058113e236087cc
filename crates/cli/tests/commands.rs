//! The commands as a pipeline runs them: arguments in, files and exit status out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn rulesmith(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rulesmith"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An empty folder of this test.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

fn bundled(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../rules/key-vault")
        .join(name)
        .display()
        .to_string()
}

#[test]
fn the_whole_way_from_logs_to_a_template() {
    let dir = folder("whole-way");
    let (logs, query, out) = (
        path(&dir, "logs.csv.gz"),
        path(&dir, "q.kql"),
        path(&dir, "converted"),
    );
    assert!(
        rulesmith(&[
            "generate",
            "--scenario",
            "hsm-all",
            "--format",
            "csv.gz",
            "--out",
            &logs
        ])
        .status
        .success()
    );
    let report = path(&dir, "report.json");
    let rule = bundled("sensitive-operations.yaml");
    let converted = rulesmith(&[
        "convert", &rule, "--out", &out, "--report", &report, "--accept", "all",
    ]);
    assert!(converted.status.success(), "{}", text(&converted.stderr));
    let report: Value =
        serde_json::from_str(&fs::read_to_string(&report).expect("a report")).expect("JSON");
    assert!(report[0]["edits"].as_array().is_some_and(|edits| {
        edits
            .iter()
            .any(|edit| edit["applicability"] == "review" && edit["accepted"] == true)
    }));
    let file = fs::read_dir(&out)
        .expect("a folder")
        .next()
        .expect("a file")
        .expect("an entry")
        .path();
    let yaml = fs::read_to_string(&file).expect("a rule");
    let kql = sentinel_rules::read("rule.yaml", yaml.as_bytes()).rules[0]
        .query
        .clone();
    fs::write(&query, kql).expect("a query");
    let table = format!("AzureDiagnostics={logs}");
    let result = rulesmith(&[
        "query",
        &query,
        "--table",
        &table,
        "--now",
        "2026-03-02T00:30:00Z",
        "--format",
        "json",
    ]);
    let rows: Value = serde_json::from_str(&text(&result.stdout)).expect("JSON");
    assert_eq!(
        rows.as_array().map(Vec::len),
        Some(1),
        "{}",
        text(&result.stderr)
    );
    let template = path(&dir, "template.json");
    let exported = rulesmith(&[
        "export",
        &file.display().to_string(),
        "--format",
        "arm",
        "--out",
        &template,
    ]);
    assert!(exported.status.success());
    assert!(
        fs::read_to_string(&template)
            .expect("a template")
            .contains("MANAGEDHSMS")
    );
}

#[test]
fn check_gives_offsets_in_utf16_and_result_columns() {
    let dir = folder("check");
    let file = path(&dir, "cases.jsonl");
    fs::write(
        &file,
        "{\"id\":1,\"query\":\"T | where '😀' == a | where b > 1\",\"tables\":{\"T\":{\"a\":\"string\"}}}\n{\"id\":2,\"query\":\"T | project a\",\"tables\":{\"T\":{\"a\":\"string\"}}}\n",
    )
    .expect("cases");
    let output = text(&rulesmith(&["check", "--jsonl", &file]).stdout);
    let answers: Vec<Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers[0]["semanticErrors"][0]["start"], 28);
    assert_eq!(answers[0]["semanticErrors"][0]["length"], 1);
    assert_eq!(
        answers[1]["resultColumns"],
        serde_json::json!([{ "name": "a", "type": "string" }])
    );
}

#[test]
fn a_broken_file_is_named_and_the_others_are_converted() {
    let dir = folder("broken");
    let broken = path(&dir, "broken.yaml");
    fs::write(&broken, "name: x\nquery: [\n").expect("a file");
    let out = path(&dir, "out");
    let output = rulesmith(&[
        "convert",
        &broken,
        &bundled("mass-retrieval.yaml"),
        "--out",
        &out,
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("broken.yaml:"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(fs::read_dir(&out).expect("a folder").count(), 1);
}

#[test]
fn names_of_rules_never_become_paths() {
    let dir = folder("hostile");
    let rule = path(&dir, "rule.yaml");
    fs::write(
        &rule,
        "id: a\nname: ../../../etc/passwd\nkind: NRT\nquery: AzureDiagnostics\n",
    )
    .expect("a file");
    let out = path(&dir, "out");
    assert!(
        rulesmith(&["convert", &rule, "--out", &out])
            .status
            .success()
    );
    let names: Vec<String> = fs::read_dir(&out)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(names, ["etc-passwd-rule.yaml"]);
}

#[test]
fn wrong_usage_is_status_two_and_failure_is_one() {
    assert_eq!(rulesmith(&["no-such-command"]).status.code(), Some(2));
    assert_eq!(
        rulesmith(&["query", "missing.kql", "--now", "2026-01-01"])
            .status
            .code(),
        Some(1)
    );
    assert_eq!(
        rulesmith(&[
            "generate",
            "--scenario",
            "none",
            "--format",
            "csv",
            "--out",
            "-"
        ])
        .status
        .code(),
        Some(1)
    );
}

#[test]
fn replay_tells_the_incidents_of_the_samples() {
    let dir = folder("replay");
    let (logs, indicators) = (path(&dir, "logs.jsonl"), path(&dir, "indicators.json"));
    for (format, out) in [("jsonl", &logs), ("stix", &indicators)] {
        let made = rulesmith(&[
            "generate",
            "--scenario",
            "vault-all",
            "--format",
            format,
            "--out",
            out,
        ]);
        assert!(made.status.success(), "{}", text(&made.stderr));
    }
    for (rule, incidents) in [
        ("sensitive-operations.yaml", 1),
        ("mass-retrieval.yaml", 1),
        ("threat-intelligence-ip.yaml", 1),
    ] {
        let output = rulesmith(&[
            "replay",
            &bundled(rule),
            "--logs",
            &logs,
            "--indicators",
            &indicators,
            "--format",
            "json",
        ]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let found = document["rules"][0]["incidents"]
            .as_array()
            .expect("a list");
        assert_eq!(found.len(), incidents, "{rule}");
        assert!(
            found[0]["entities"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
        );
    }
    let wrong = rulesmith(&[
        "replay",
        &bundled("mass-retrieval.yaml"),
        "--logs",
        &logs,
        "--from",
        "noon",
    ]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("--from: `noon` is not a time"));
}
