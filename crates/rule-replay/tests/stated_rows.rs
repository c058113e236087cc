//! Rows that a test states and that no run could read as they are meant: each is an error with its place.

#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

mod common;

use common::{FIVE_MINUTES, deletes};
use rule_replay::rule_tests::{Input, tables};

/// A group of rows, and what is wrong with it; nothing when it is sound.
const CASES: &[(&str, &str)] = &[
    (
        r#"{"table": "AzureDiagnostics", "at": ["2026-03-01T10:00:00Z"], "row": {"OperationName": "KeyGet", "httpStatusCode_d": "200", "mine_s": "x", "CallerIPAddress": null}}"#,
        "",
    ),
    (
        r#"{"table": "AzureDiagnosticss", "at": ["2026-03-01T10:00:00Z"], "row": {}}"#,
        "input.rows[0].table: `AzureDiagnosticss` is no table that is known or that the rule reads; did you mean `AzureDiagnostics`?",
    ),
    (
        r#"{"table": "Own_CL", "at": ["2026-03-01T10:00:00Z"], "row": {}}"#,
        "input.rows[0].table: `Own_CL` is no table that is known or that the rule reads; name the table that its query begins with",
    ),
    (
        r#"{"table": "AzureDiagnostics", "at": ["noon"], "row": {}}"#,
        "input.rows[0].at: `noon` is not a time; write it like 2026-03-02T00:30:00Z",
    ),
    (
        r#"{"table": "AzureDiagnostics", "at": ["2026-03-01T10:00:00Z"], "row": {"OperationNam": "KeyGet"}}"#,
        "input.rows[0].row.OperationNam: AzureDiagnostics has no such column; did you mean `OperationName`?",
    ),
    (
        r#"{"table": "AzureDiagnostics", "at": ["2026-03-01T10:00:00Z"], "row": {"httpStatusCode_d": "many"}}"#,
        "input.rows[0].row.httpStatusCode_d: \"many\" is no real; write a value of that type, or null",
    ),
    (
        r#"{"table": "SigninLogs", "at": ["2026-03-01T10:00:00Z"], "row": {"CreatedDateTime": "tomorrow"}}"#,
        "input.rows[0].row.CreatedDateTime: \"tomorrow\" is no datetime; write a value of that type, or null",
    ),
    (
        r#"{"table": "AzureDiagnostics", "at": [], "row": {}}"#,
        "input.rows[0].at: holds no time, so there is no row; give one for each row",
    ),
    (
        r#"{"table": "AzureDiagnostics", "at": ["2026-03-01T10:00:00Z"], "times": 0, "row": {}}"#,
        "input.rows[0].times: is 0, so there is no row; give at least 1",
    ),
    (
        r#"{"table": "AzureDiagnostics", "at": ["2026-03-01T10:00:00Z"], "row": {"TimeGenerated": "2026-03-01T11:00:00Z"}}"#,
        "input.rows[0].row.TimeGenerated: the times of the rows stand in `at`; put it there",
    ),
    (
        r#"{"table": "AzureDiagnostics", "at": ["2026-03-01T10:00:00Z"], "times": 200001, "row": {}}"#,
        "input.rows: a test has at most 200000 rows; state fewer",
    ),
];

#[test]
fn rows_that_cannot_be_meant_are_refused_with_their_place() {
    let rule = deletes(FIVE_MINUTES, "");
    for (group, wrong) in CASES {
        let input: Input = serde_json::from_str(&format!(r#"{{"rows": [{group}]}}"#)).unwrap();
        let told = tables(&input, &rule).err().unwrap_or_default();
        assert_eq!(told, *wrong, "{group}");
    }
}
