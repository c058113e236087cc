//! Replays, charts and questions of what if, as a pipeline asks for them.

mod common;

use serde_json::Value;

use common::{bundled, folder, path, rulesmith, sample_logs, text};

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

#[test]
fn replay_tells_all_rules_together() {
    let dir = folder("together");
    let logs = sample_logs(&dir);
    let rules = ["sensitive-operations.yaml", "mass-retrieval.yaml"].map(bundled);
    let output = rulesmith(&[
        "replay",
        &rules[0],
        &rules[1],
        "--logs",
        &logs,
        "--together",
        "--format",
        "json",
    ]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let events = document["together"]["events"].as_array().expect("events");
    let times: Vec<&str> = events
        .iter()
        .filter_map(|event| event["time"].as_str())
        .collect();
    assert!(times.is_sorted());
    for lane in 0..2 {
        let of_lane = |kind: &str| {
            events
                .iter()
                .any(|event| event["lane"] == lane && event["kind"] == kind)
        };
        assert!(of_lane("alert") && of_lane("incident"));
    }
}

#[test]
fn replay_names_what_it_takes_for_granted() {
    let dir = folder("assumptions");
    let logs = sample_logs(&dir);
    let rule = bundled("sensitive-operations.yaml");
    let replay = |more: &[&str]| {
        let mut arguments = vec!["replay", &rule, "--logs", &logs];
        arguments.extend_from_slice(more);
        rulesmith(&arguments)
    };
    let told = text(&replay(&["--assumptions"]).stdout);
    let line = "  windowEnd=excluded (not documented; also: included): A row whose time is that of the run is read by the next run only.";
    assert!(told.contains(line), "{told}");
    let output = replay(&["--assume", "noIncidentSettings=none", "--format", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let assumptions = document["assumptions"].as_array().expect("a list");
    let set = assumptions
        .iter()
        .find(|one| one["name"] == "noIncidentSettings");
    let set = set.expect("it is listed");
    assert_eq!(set["value"], "none");
    assert_eq!(set["default"], "create");
    let wrong = replay(&["--assume", "windowEnd=both"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(
        text(&wrong.stderr).trim_end(),
        "rulesmith: --assume: windowEnd: `both` is neither excluded nor included"
    );
}

#[test]
fn replay_tells_what_if() {
    let dir = folder("what-if");
    let logs = path(&dir, "logs.jsonl");
    let made = rulesmith(&[
        "generate",
        "--scenario",
        "vault-mass-key-read",
        "--format",
        "jsonl",
        "--out",
        &logs,
    ]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let rule = bundled("mass-retrieval.yaml");
    let ask = |more: &[&str]| {
        let mut arguments = vec!["replay", &rule, "--logs", &logs];
        arguments.extend(more);
        rulesmith(&arguments)
    };
    let answer = ask(&[
        "--set",
        "readsPerOperation=28",
        "--curve",
        "readsPerOperation",
        "--controls",
        "--format",
        "json",
    ]);
    assert!(answer.status.success(), "{}", text(&answer.stderr));
    let document: Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    let rule_document = &document["rules"][0];
    assert_eq!(rule_document["whatIf"]["before"]["alerts"], 1);
    assert_eq!(rule_document["whatIf"]["after"]["alerts"], 0);
    assert!(rule_document["whatIf"]["alerts"][0]["before"]["made"].is_string());
    let alerts = |value: &str| {
        let points = rule_document["curves"][0]["points"]
            .as_array()
            .expect("points");
        let point = points
            .iter()
            .find(|point| point["value"] == value)
            .expect("a point");
        point["totals"]["alerts"].as_u64()
    };
    assert_eq!((alerts("27"), alerts("28")), (Some(1), Some(0)));
    let told = text(&ask(&["--set", "triggerThreshold=5", "--controls"]).stdout);
    assert!(told.contains("triggerThreshold = 0"), "{told}");
    assert!(told.contains("With triggerThreshold = 5:"), "{told}");
    assert!(told.contains("    - 2026-"), "{told}");
    let wrong = ask(&["--set", "nothing=5"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        text(&wrong.stderr).contains("no control `nothing`"),
        "{}",
        text(&wrong.stderr)
    );
    assert_eq!(ask(&["--set", "nothing"]).status.code(), Some(1));
}

#[test]
fn chart_gives_the_series_of_the_time_series_rule() {
    let dir = folder("chart");
    let logs = sample_logs(&dir);
    let output = rulesmith(&[
        "chart",
        &bundled("time-series-anomaly.yaml"),
        "--logs",
        &logs,
        "--now",
        "2026-03-02T00:30:00Z",
        "--format",
        "json",
    ]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let series = &document["charts"][0]["series"][0];
    assert_eq!(document["charts"][0]["title"], "DailyCount");
    assert_eq!(series["points"].as_array().map(Vec::len), Some(14));
    let none = rulesmith(&[
        "chart",
        &bundled("mass-retrieval.yaml"),
        "--logs",
        &logs,
        "--now",
        "2026-03-02T00:30:00Z",
    ]);
    assert_eq!(none.status.code(), Some(1));
}

#[test]
fn an_alert_says_what_it_leaves_out() {
    let dir = folder("left-out");
    let (rule, logs) = (path(&dir, "rule.yaml"), path(&dir, "logs.jsonl"));
    let yaml = "id: 6d1e9a3a-6f3c-4c5b-9a86-0d9f3c8c2b14\nname: Calls\nkind: Scheduled\nseverity: Low\nqueryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\nquery: AzureDiagnostics\ncustomDetails:\n  Callers: CallerIPAddress\n";
    std::fs::write(&rule, yaml).expect("a file");
    let row = |number: usize| {
        format!(
            r#"{{"TimeGenerated":"2026-03-01T09:{:02}:00Z","OperationName":"KeyGet","CallerIPAddress":"198.51.100.{number}"}}"#,
            number % 60
        )
    };
    let rows: Vec<String> = (0..51).map(row).collect();
    std::fs::write(&logs, rows.join("\n")).expect("a file");
    let asked = [
        "replay",
        &rule,
        "--logs",
        &logs,
        "--from",
        "2026-03-01T10:00:00Z",
    ];
    let sentence =
        "Callers has its first 50 different values, more are left out: a custom detail holds 50.";
    let told = rulesmith(&asked);
    assert!(
        text(&told.stdout).contains(sentence),
        "{}",
        text(&told.stdout)
    );
    let told = rulesmith(&[&asked[..], &["--format", "json"]].concat());
    let document: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    assert_eq!(document["rules"][0]["alerts"][0]["leftOut"][0], sentence);
}
