//! The commands as a pipeline runs them: arguments in, files and exit status out.

mod common;

use std::fs;
use std::path::Path;

use serde_json::Value;

use common::{bundled, converted, folder, path, rulesmith, sample_logs, text, text_of};

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
fn explain_leads_from_a_result_to_log_rows_and_back() {
    let dir = folder("explain");
    let logs = sample_logs(&dir);
    let rule = bundled("sensitive-operations.yaml");
    let explain = |more: &[&str]| {
        let mut arguments = vec!["explain", &rule, "--logs", &logs, "--now"];
        arguments.extend(["2026-03-02T00:30:00Z", "--format", "json"]);
        arguments.extend(more);
        let output = rulesmith(&arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")
    };
    let evidence = explain(&["--result-row", "1"]);
    let rows = evidence["rows"].as_array().expect("rows");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["exact"] == true));
    assert_eq!(rows[0]["file"], logs.as_str());
    assert_eq!(rows[0]["row"], rows[0]["fileRow"]);
    let operation = rows[0]["values"]["OperationName"].as_str().expect("a name");
    assert!(
        operation.contains("Delete") || operation.contains("Purge"),
        "{operation}"
    );
    let alert = explain(&["--alert", "1"]);
    assert_eq!(alert["rows"][0], rows[0]);
    assert_eq!(alert["resultRows"], serde_json::json!([1, 2]));
    let row = format!("AzureDiagnostics:{}", rows[0]["row"]);
    let fate = explain(&["--row", &row]);
    assert_eq!(fate["fate"]["kept"][0][1][0], 0);
    let early = explain(&["--row", "AzureDiagnostics:1"]);
    let why = early["sentences"][0].as_str().expect("a sentence");
    assert!(why.contains("not in the span"), "{why}");
    let dropped = explain(&["--row", "AzureDiagnostics:2100"]);
    let why = dropped["sentences"][0].as_str().expect("a sentence");
    assert!(why.contains("was false"), "{why}");
}

#[test]
fn a_query_that_needs_more_memory_than_it_may_have_says_so() {
    let dir = folder("memory");
    let query = path(&dir, "q.kql");
    fs::write(
        &query,
        "range x from 1 to 400000 step 1\n| summarize make_list(x)",
    )
    .expect("a query");
    let run = |memory: &str| {
        rulesmith(&[
            "query",
            &query,
            "--now",
            "2026-01-01",
            "--format",
            "json",
            "--memory",
            memory,
        ])
    };
    let failed = run("8");
    let told = text(&failed.stderr);
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        told.contains("line 2: summarize makes more than fits into memory"),
        "{told}"
    );
    assert!(told.contains("8 MiB; Filter or summarize"), "{told}");
    assert!(run("64").status.success());
}

#[test]
fn explain_says_why_a_query_finds_nothing() {
    let dir = folder("explain-empty");
    let (logs, query) = (sample_logs(&dir), path(&dir, "q.kql"));
    fs::write(
        &query,
        "AzureDiagnostics\n| where ResourceType == 'MANAGEDHSMS' and OperationName == 'KeyGet'",
    )
    .expect("a query");
    let table = format!("AzureDiagnostics={logs}");
    let output = rulesmith(&[
        "explain",
        &query,
        "--table",
        &table,
        "--now",
        "2026-03-02T00:30:00Z",
    ]);
    let told = text(&output.stdout);
    assert!(told.starts_with("The result has 0 rows."), "{told}");
    assert!(
        told.contains("If `ResourceType == 'MANAGEDHSMS'` (line 2) were not there:"),
        "{told}"
    );
    for (option, value) in [
        ("--row", "AzureDiagnostics"),
        ("--row", "Nothing:1"),
        ("--result-row", "9"),
    ] {
        let wrong = rulesmith(&[
            "explain",
            &query,
            "--table",
            &table,
            "--now",
            "2026-03-02",
            option,
            value,
        ]);
        assert_eq!(wrong.status.code(), Some(1), "{option} {value}");
    }
}

#[test]
fn a_profile_of_ones_own_converts_and_a_wrong_one_is_refused_by_line() {
    let dir = folder("own-profile");
    let profiles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/profiles");
    let text = fs::read_to_string(profiles.join("key-vault-to-resource-specific.yaml"))
        .expect("a profile");
    let (own, out) = (path(&dir, "own.yaml"), path(&dir, "out"));
    fs::write(&own, text.replace(" (AZKVAuditLogs)", " (own)")).expect("a profile");
    let rule = bundled("sensitive-operations.yaml");
    let done = rulesmith(&["convert", &rule, "--profile", &own, "--out", &out]);
    assert!(done.status.success(), "{}", text_of(&done));
    assert!(
        text_of(&done).contains("1 rule: 1 converted"),
        "{}",
        text_of(&done)
    );
    let file = fs::read_dir(&out)
        .expect("a folder")
        .next()
        .expect("a file")
        .expect("an entry")
        .path();
    let yaml = fs::read_to_string(file).expect("a rule");
    assert!(
        yaml.contains("AZKVAuditLogs") && yaml.contains("(own)"),
        "{yaml}"
    );
    fs::write(&own, text.replace("version: 1.0.0", "version: one")).expect("a profile");
    let refused = rulesmith(&["convert", &rule, "--profile", &own, "--out", &out]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text_of(&refused).contains("own.yaml: line 11: version: "),
        "{}",
        text_of(&refused)
    );
}

#[test]
fn a_widened_rule_is_about_both_kinds() {
    let dir = folder("widened");
    let out = path(&dir, "out");
    let rule = bundled("mass-retrieval.yaml");
    let file = converted(&rule, &["--widen"], &out);
    let yaml = fs::read_to_string(file).expect("a rule");
    assert!(yaml.contains(r#"in~ ("VAULTS", "MANAGEDHSMS")"#), "{yaml}");
}

#[test]
fn the_managed_hsm_pack_is_exported_as_a_template() {
    let dir = folder("pack");
    let out = path(&dir, "pack.json");
    let done = rulesmith(&[
        "export",
        "--pack",
        "managed-hsm",
        "--format",
        "arm",
        "--out",
        &out,
    ]);
    assert!(done.status.success(), "{}", text_of(&done));
    let template: Value =
        serde_json::from_str(&fs::read_to_string(&out).expect("a template")).expect("JSON");
    assert_eq!(template["resources"].as_array().map(Vec::len), Some(8));
    let wrong = rulesmith(&["export", "--pack", "none", "--format", "arm", "--out", &out]);
    assert!(
        text_of(&wrong).contains("there is key-vault, managed-hsm"),
        "{}",
        text_of(&wrong)
    );
}

#[test]
fn functions_of_the_workspace_come_from_a_file() {
    let dir = folder("stored-functions");
    let (functions, query) = (path(&dir, "functions.kql"), path(&dir, "query.kql"));
    let written = "let Loud = (low: long) { Marks | where n > low };\nlet Marks = () { datatable(name: string, n: long)['a', 1, 'b', 2] | extend mark = strcat('<', name, '>') };\n";
    fs::write(&functions, written).expect("a file");
    fs::write(&query, "Loud(1) | project mark, typo").expect("a file");
    let time = "2026-01-01T00:00:00Z";
    let run = |query: &str| {
        let arguments = ["query", query, "--now", time];
        rulesmith(
            &[
                &arguments[..],
                &["--functions", &functions, "--format", "csv"],
            ]
            .concat(),
        )
    };
    let wrong = run(&query);
    assert!(!wrong.status.success());
    assert!(
        text(&wrong.stderr).contains(":1:25: RS2006"),
        "{}",
        text(&wrong.stderr)
    );
    fs::write(&query, "Loud(1) | project mark").expect("a file");
    let right = run(&query);
    assert_eq!(
        text(&right.stdout),
        "mark\r\n<b>\r\n",
        "{}",
        text(&right.stderr)
    );

    let cases = path(&dir, "cases.jsonl");
    let case = r#"{"id":1,"query":"Up(2) | take 1","functions":{"Up":"(n: long) { print r = n + One() }","One":"1"}}"#;
    fs::write(&cases, case).expect("a file");
    let answer = rulesmith(&["eval", "--jsonl", &cases]);
    let answer: Value = serde_json::from_str(&text(&answer.stdout)).expect("JSON");
    assert_eq!(answer["rows"], serde_json::json!([["3"]]), "{answer}");
    let report = rulesmith(&["check", "--jsonl", &cases]);
    let report: Value = serde_json::from_str(&text(&report.stdout)).expect("JSON");
    assert_eq!(report["semanticErrors"], serde_json::json!([]), "{report}");
    assert_eq!(report["resultColumns"][0]["name"], "r", "{report}");
}
