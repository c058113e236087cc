//! Explanations of small queries: the rows behind a result row, what became of a row, why nothing is left.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use kql_analysis::time::parse_datetime;
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::{Catalog, bind};
use kql_engine::explain::words::Words;
use kql_engine::explain::{Explained, SourceRow, explain, without_conditions};
use kql_engine::limits::Limits;
use kql_engine::{RunOptions, Table, TableBuilder};

/// Address, operation and result of each row, an hour apart.
const LOGS: [(&str, &str, &str); 7] = [
    ("10.0.0.1", "SecretGet", "Success"),
    ("10.0.0.2", "KeyGet", "Success"),
    ("10.0.0.1", "SecretGet", "Forbidden"),
    ("10.0.0.1", "KeyDelete", "Success"),
    ("10.0.0.3", "VaultGet", "Success"),
    ("10.0.0.2", "KeyGet", "Success"),
    ("10.0.0.4", "SecretGet", "OK"),
];

fn logs() -> Table {
    let mut rows = TableBuilder::new(Schema::new([
        ("TimeGenerated", ScalarType::DateTime),
        ("Caller", ScalarType::String),
        ("Operation", ScalarType::String),
        ("Result", ScalarType::String),
    ]));
    for (hour, (caller, operation, result)) in LOGS.iter().enumerate() {
        rows.push_str(0, &format!("2024-01-01T{hour:02}:00:00Z"));
        rows.push_str(1, caller);
        rows.push_str(2, operation);
        rows.push_str(3, result);
        rows.end_row();
    }
    rows.finish()
}

fn known() -> Table {
    let mut rows = TableBuilder::new(Schema::new([("Address", ScalarType::String)]));
    for address in ["10.0.0.2", "10.0.0.4", "10.0.0.9"] {
        rows.push_str(0, address);
        rows.end_row();
    }
    rows.finish()
}

fn tables() -> BTreeMap<String, Table> {
    BTreeMap::from([("Logs".to_owned(), logs()), ("Known".to_owned(), known())])
}

fn catalog() -> Catalog {
    let tables = tables().into_iter();
    Catalog {
        tables: tables
            .map(|(name, table)| (name, table.schema().clone()))
            .collect(),
        ..Catalog::default()
    }
}

fn options() -> RunOptions {
    RunOptions {
        now: parse_datetime("2024-01-02").unwrap(),
        explain: true,
        ..RunOptions::default()
    }
}

fn explained(query: &str, watch: Option<(&str, usize)>) -> Explained {
    let bound = bind(query, &catalog());
    assert!(bound.query.is_some(), "{:?}", bound.diagnostics);
    let watch = watch.map(|(table, row)| SourceRow {
        table: table.to_owned(),
        row,
    });
    explain(&bound.query.unwrap(), &tables(), &options(), watch).unwrap()
}

/// Exact rows of `Logs` and of `Known` behind a result row, and how many operators are approximate.
fn behind(query: &str, row: usize) -> (Vec<u32>, Vec<u32>, usize) {
    let behind = explained(query, None).behind(0, row..row + 1);
    let rows = |table: &str| {
        let rows = behind.tables.get(table);
        rows.map(|rows| rows.exact.clone()).unwrap_or_default()
    };
    (rows("Logs"), rows("Known"), behind.approximate.len())
}

fn fate(query: &str, table: &str, row: usize) -> Vec<String> {
    let fate = explained(query, Some((table, row))).fate();
    Words::of(query).fate(&fate)
}

#[test]
fn rows_behind_are_followed_through_every_operator() {
    let cases: &[(&str, usize, &[u32], &[u32])] = &[
        (
            "Logs | where Result == 'Success' | extend x = 1 | project Caller",
            2,
            &[3],
            &[],
        ),
        ("Logs | summarize count() by Caller", 0, &[0, 2, 3], &[]),
        (
            "Known | project Caller = Address | join kind=rightanti (Logs) on Caller",
            0,
            &[0],
            &[],
        ),
        ("Logs | count", 0, &[0, 1, 2, 3, 4, 5, 6], &[]),
        (
            "Logs | summarize arg_max(TimeGenerated, *) by Caller",
            1,
            &[5],
            &[],
        ),
        (
            "Logs | summarize arg_max(TimeGenerated, *), count() by Caller",
            1,
            &[1, 5],
            &[],
        ),
        ("Logs | distinct Caller, Operation", 1, &[1, 5], &[]),
        ("Logs | sort by TimeGenerated desc | take 2", 1, &[5], &[]),
        ("Logs | top 1 by TimeGenerated desc", 0, &[6], &[]),
        (
            "Logs | join kind=inner (Known) on $left.Caller == $right.Address",
            2,
            &[6],
            &[1],
        ),
        (
            "Logs | join kind=leftsemi (Known) on $left.Caller == $right.Address",
            0,
            &[1],
            &[0],
        ),
        (
            "Logs | join kind=leftanti (Known) on $left.Caller == $right.Address",
            0,
            &[0],
            &[],
        ),
        (
            "Known | join kind=rightsemi (Logs) on $left.Address == $right.Caller",
            0,
            &[1],
            &[0],
        ),
        (
            "Known | join kind=fullouter (Logs) on $left.Address == $right.Caller",
            3,
            &[],
            &[2],
        ),
        (
            "Known | join kind=fullouter (Logs) on $left.Address == $right.Caller",
            4,
            &[0],
            &[],
        ),
        (
            "Known | lookup (Logs) on $left.Address == $right.Caller",
            0,
            &[1],
            &[0],
        ),
        (
            "Known | join kind=innerunique (Logs) on $left.Address == $right.Caller",
            1,
            &[5],
            &[0],
        ),
        (
            "union Logs, (Known | project Caller = Address)",
            8,
            &[],
            &[1],
        ),
        ("Logs | where Caller in (Known)", 1, &[5], &[0]),
        ("Logs | where Caller !in (Known)", 0, &[0], &[]),
        (
            "Logs | extend n = toscalar(Known | take 1) | where Caller == n",
            0,
            &[1],
            &[0],
        ),
        (
            "let seen = materialize(Logs | where Result == 'Success'); \
             seen | summarize n = count() by Caller | join kind=inner (seen) on Caller | where n == 2",
            1,
            &[0, 3],
            &[],
        ),
        (
            "Logs | extend a = split(Caller, '.') | mv-expand a | where a == '4'",
            0,
            &[6],
            &[],
        ),
        (
            "Logs | extend a = split(Caller, '.') | mv-apply a on (where a == '3' | summarize n = count())",
            4,
            &[4],
            &[],
        ),
        (
            "Logs | partition by Caller (top 1 by TimeGenerated)",
            1,
            &[5],
            &[],
        ),
        ("Logs | parse-where Operation with * 'Delete'", 0, &[3], &[]),
        (
            "Logs | as all | join kind=inner (Known) on $left.Caller == $right.Address",
            0,
            &[1],
            &[0],
        ),
        (
            "Logs | extend d = pack('c', Caller) | project d | evaluate bag_unpack(d) | where c == '10.0.0.3'",
            0,
            &[4],
            &[],
        ),
        (
            "Logs | evaluate pivot(Result, count(), Caller)",
            1,
            &[1, 5],
            &[],
        ),
        (
            "Known | evaluate ipv4_lookup(Logs, Address, Caller)",
            0,
            &[1],
            &[0],
        ),
    ];
    for (query, row, logs, known) in cases {
        let expected = (logs.to_vec(), known.to_vec(), 0);
        assert_eq!(behind(query, *row), expected, "{query}");
    }
}

#[test]
fn what_is_not_exact_is_marked() {
    let series = "Logs | make-series n = count() on TimeGenerated from datetime(2024-01-01) \
                  to datetime(2024-01-02) step 1h by Caller \
                  | extend (a, s, b) = series_decompose_anomalies(n) | mv-expand n, s";
    let found = explained(series, None).behind(0, 0..1);
    let rows = found.tables.get("Logs").unwrap();
    assert_eq!(
        (rows.exact.as_slice(), rows.possible.as_slice()),
        (&[0][..], &[2, 3][..])
    );
    assert_eq!(found.approximate.first().unwrap().operator, "make-series");
    // A series as a whole rests on all of its rows, and its ends where the data ends.
    let whole = "Logs | make-series n = count() on TimeGenerated step 1h by Caller";
    let found = explained(whole, None).behind(0, 0..1);
    assert_eq!(found.tables.get("Logs").unwrap().exact, [0, 2, 3, 6]);
    assert!(found.approximate.is_empty());
    let window = "Logs | sort by TimeGenerated asc | extend before = prev(Caller)";
    let found = explained(window, None).behind(0, 2..3);
    let rows = found.tables.get("Logs").unwrap();
    assert_eq!(
        (rows.exact.as_slice(), rows.possible.len()),
        (&[1, 2][..], 0)
    );
    let scan = "Logs | sort by TimeGenerated asc | scan with (step s: Result == 'Success';)";
    let found = explained(scan, None).behind(0, 1..2);
    assert_eq!(found.tables.get("Logs").unwrap().exact, [1]);
    // A match rests on the rows that its step has counted; its number, on others too.
    let counted = "Logs | sort by TimeGenerated asc | scan declare (n: long = 0) with (step s: true => n = s.n + 1;)";
    let found = explained(counted, None).behind(0, 1..2);
    assert_eq!(found.tables.get("Logs").unwrap().exact, [0, 1]);
    assert_eq!(found.count(), 2);
    let numbered = "Logs | sort by TimeGenerated asc | scan with_match_id=m with (step s: Result == 'Success';)";
    let found = explained(numbered, None).behind(0, 1..2);
    assert_eq!(found.tables.get("Logs").unwrap().exact, [1]);
    assert_eq!(found.count(), 7);
}

#[test]
fn a_row_is_told_where_it_was_left_out() {
    let cases: &[(&str, &str, usize, &str)] = &[
        (
            "Logs | where Operation has 'get' and Result =~ 'success'",
            "Logs",
            3,
            "Line 1, `where Operation has 'get' and Result =~ 'success'`: `Operation has 'get'` was false: \
             Operation was KeyDelete.",
        ),
        (
            "let allowed = dynamic(['10.0.0.1']); Logs | where Caller !in (allowed) or Result == 'OK'",
            "Logs",
            0,
            "Line 1, `where Caller !in (allowed) or Result == 'OK'`: none of `Caller !in (allowed) or Result \
             == 'OK'` held (`Caller !in (allowed)` was false: Caller was 10.0.0.1, allowed was \
             [\"10.0.0.1\"]; `Result == 'OK'` was false: Result was Success).",
        ),
        (
            "Logs | where not(Caller == '10.0.0.1')",
            "Logs",
            0,
            "Line 1, `where not(Caller == '10.0.0.1')`: `Caller == '10.0.0.1'` was true: Caller was 10.0.0.1.",
        ),
        (
            "Logs | summarize n = count() by Caller | where n > 2",
            "Logs",
            1,
            "Line 1, `where n > 2`: `n > 2` was false: n was 2.",
        ),
        (
            "Logs | join kind=inner (Known) on $left.Caller == $right.Address",
            "Logs",
            0,
            "Line 1, `join kind=inner (Known) on $left.Caller == $right.Address`: the other side of the join \
             has no row with Caller = 10.0.0.1.",
        ),
        (
            "Logs | summarize arg_max(TimeGenerated, *) by Caller",
            "Logs",
            1,
            "Line 1, `summarize arg_max(TimeGenerated, *) by Caller`: another row of its group was chosen.",
        ),
        (
            "Logs | top 2 by TimeGenerated",
            "Logs",
            1,
            "Line 1, `top 2 by TimeGenerated`: other rows come first, and the number of rows is limited.",
        ),
        (
            "Logs | join (Known) on $left.Caller == $right.Address",
            "Logs",
            5,
            "Line 1, `join (Known) on $left.Caller == $right.Address`: an earlier row has the same key \
             (Caller = 10.0.0.2), and innerunique keeps one row of each.",
        ),
        (
            "Logs | where Caller in (Known)",
            "Known",
            2,
            "Line 1, `Known`: the row was only looked up here, it is no part of a result row.",
        ),
        (
            "Logs | extend a = split(Caller, '.') | mv-apply a on (where a == '3')",
            "Logs",
            4,
            "Line 1, `where a == '3'`: 3 rows made of it: `a == '3'` was false: a was 10; `a == '3'` was \
             false: a was 0.",
        ),
    ];
    for (query, table, row, expected) in cases {
        let told = fate(query, table, *row);
        assert_eq!(told.first().unwrap(), expected, "{query}");
    }
}

#[test]
fn a_row_that_is_kept_is_told_its_result_rows() {
    let told = fate("Logs | distinct Caller, Operation", "Logs", 5);
    assert_eq!(
        told,
        [
            "Line 1, `distinct Caller, Operation`: an earlier row is equal; it went on and stands for this \
             one too.",
            "Kept until the end: it is in result row 2."
        ]
    );
    assert_eq!(
        fate("Known", "Logs", 0),
        ["The query does not read this row's table."]
    );
}

#[test]
fn a_row_outside_of_the_window_is_told_so() {
    let query = "Logs | count";
    let bound = bind(query, &catalog()).query.unwrap();
    let time = |text| parse_datetime(text).unwrap();
    let options = RunOptions {
        time_window: Some((time("2024-01-01T02:00:00Z"), time("2024-01-01T05:00:00Z"))),
        ..options()
    };
    let watch = |row| {
        Some(SourceRow {
            table: "Logs".to_owned(),
            row,
        })
    };
    let outside = explain(&bound, &tables(), &options, watch(1)).unwrap();
    let told = Words::of(query).fate(&outside.fate());
    assert!(
        told.first().unwrap().contains("not in the span"),
        "{told:?}"
    );
    let inside = explain(&bound, &tables(), &options, watch(3)).unwrap();
    assert_eq!(inside.fate().kept, [(0, vec![0])]);
    assert_eq!(inside.behind(0, 0..1).rows("Logs"), [2, 3, 4]);
}

#[test]
fn an_empty_result_names_the_operator_and_the_condition() {
    let query =
        "Logs\n| where Result == 'Success' and Operation == 'KeyPurge'\n| count\n| where Count > 0";
    let explained = explained(query, None);
    let emptied = explained.emptied(0);
    let (without, untried) = without_conditions(query, &catalog(), &tables(), &options()).unwrap();
    assert_eq!(
        Words::of(query).empty(&emptied, &without, untried),
        [
            "Line 4, `where Count > 0`, gave no row; it had 1 row. There, Count was 0 (1).",
            "If `Operation == 'KeyPurge'` (line 2) were not there: 1 row.",
            "If `Count > 0` (line 4) were not there: 1 row.",
        ]
    );
}

#[test]
fn an_empty_side_of_a_join_is_named() {
    let query =
        "Logs | join kind=inner (Known | where Address == 'x') on $left.Caller == $right.Address";
    let told = Words::of(query).empty(&explained(query, None).emptied(0), &[], 0);
    assert_eq!(
        told.first().unwrap(),
        "Line 1, `where Address == 'x'`, gave no row; it had 3 rows. There, Address was 10.0.0.2 (1), \
         10.0.0.4 (1), 10.0.0.9 (1)."
    );
    assert!(
        told.get(1).unwrap().contains("it had 7 rows and 0 rows"),
        "{told:?}"
    );
}

#[test]
fn the_notes_of_a_run_are_bounded() {
    let options = RunOptions {
        limits: Limits {
            trace_rows: 10,
            ..Limits::default()
        },
        ..options()
    };
    let query = bind(
        "Logs | where Result == 'Success' | sort by Caller asc",
        &catalog(),
    );
    let error = explain(&query.query.unwrap(), &tables(), &options, None).unwrap_err();
    assert!(error.message.contains("more than 10"), "{error}");
    assert!(error.hint.is_some());
}
