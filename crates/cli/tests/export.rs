//! Exports, and what comes before and after them, as a pipeline runs them.

mod common;

use std::fs;
use std::path::Path;

use serde_json::Value;

use common::{folder, path, rulesmith, sample_logs, text};

fn bundled(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../rules/key-vault")
        .join(name)
        .display()
        .to_string()
}

#[test]
fn rules_are_exported_in_every_format_and_compared() {
    let dir = folder("every-format");
    let rule = bundled("sensitive-operations.yaml");
    for (format, name) in [
        ("arm", "a.json"),
        ("portal", "p.json"),
        ("yaml", "y.yaml"),
        ("bicep", "b.bicep"),
        ("terraform", "t.tf"),
        ("package", "s.zip"),
    ] {
        let file = path(&dir, name);
        let exported = rulesmith(&["export", &rule, "--format", format, "--out", &file]);
        assert!(exported.status.success(), "{}", text(&exported.stderr));
        let compared = rulesmith(&["compare", &rule, &file, "--format", "json"]);
        let found: Value = serde_json::from_str(&text(&compared.stdout)).expect("JSON");
        let fields: Vec<&str> = found[0]["differences"]
            .as_array()
            .expect("differences")
            .iter()
            .filter_map(|one| one["field"].as_str())
            .collect();
        let expected: &[&str] = match format {
            "yaml" | "package" => &[],
            _ => &[
                "version",
                "requiredDataConnectors",
                "metadata",
                "incidentConfiguration",
                "enabled",
            ],
        };
        assert_eq!(fields, expected, "{format}");
        assert_eq!(
            compared.status.code(),
            Some(i32::from(!expected.is_empty()))
        );
    }
    let automation = ["export", &rule, "--format", "automation", "--out", "-"];
    let empty = rulesmith(&automation);
    assert_eq!(empty.status.code(), Some(1));
    assert!(
        text(&empty.stderr).contains("nothing shall happen"),
        "{}",
        text(&empty.stderr)
    );
    let tagged = rulesmith(&[&automation[..], &["--tag", "hsm", "--severity", "high"]].concat());
    assert!(text(&tagged.stdout).contains("\"labelName\": \"hsm\""));
}

#[test]
fn what_surrounds_an_export_is_written() {
    let dir = folder("around");
    let rule = bundled("sensitive-operations.yaml");
    let span = [
        "--from",
        "2026-02-27T00:30:00Z",
        "--to",
        "2026-03-02T00:30:00Z",
    ];
    let asked = rulesmith(
        &[
            &["backtest", &rule][..],
            &span,
            &["--cluster", "help.kusto.windows.net/Samples"],
        ]
        .concat(),
    );
    assert!(asked.status.success(), "{}", text(&asked.stderr));
    let query = text(&asked.stdout);
    assert!(
        query.contains("https://dataexplorer.azure.com/clusters/"),
        "{query}"
    );
    let logs = sample_logs(&dir);
    let kql = path(&dir, "q.kql");
    fs::write(&kql, query).expect("a file");
    let table = format!("AzureDiagnostics={logs}");
    let ran = rulesmith(&[
        "query",
        &kql,
        "--table",
        &table,
        "--now",
        "2026-03-02T00:30:00Z",
        "--format",
        "json",
    ]);
    let rows: Value = serde_json::from_str(&text(&ran.stdout)).expect("JSON");
    assert_eq!(
        rows.as_array().map(Vec::len),
        Some(4),
        "{}",
        text(&ran.stderr)
    );
    let shared = path(&dir, "shared.jsonl");
    let redacted = rulesmith(&["redact", &logs, "--seed", "4", "--out", &shared]);
    assert!(redacted.status.success() && text(&redacted.stderr).contains("addresses"));
    let script = rulesmith(&["script", "--table", &format!("AzureDiagnostics={shared}")]);
    assert!(
        text(&script.stdout).contains(".set-or-replace [\"AzureDiagnostics\"]"),
        "{}",
        text(&script.stderr)
    );
    let steps = rulesmith(&[
        "handover",
        &rule,
        "--hsm",
        "hsm-prod",
        "--shell",
        "powershell",
    ]);
    assert!(
        text(&steps.stdout).contains("az keyvault key delete --hsm-name hsm-prod"),
        "{}",
        text(&steps.stderr)
    );
    let refused = rulesmith(&["handover", "--hsm", "x; reboot"]);
    assert_eq!(refused.status.code(), Some(1));
}
