//! Real queries and recorded results: what binds, and which columns it gives.
//!
//! Uses the optional folder `../shared` beside the project; skipped, and says so, when it is absent.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a skipped test says so"
)]

use std::fs;
use std::path::{Path, PathBuf};

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::{Bound, Catalog, bind};
use serde_json::Value;

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("RULESMITH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    if !folder.is_dir() {
        eprintln!("skipped: ../shared not present");
        return None;
    }
    Some(folder)
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("the corpus is readable");
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

fn text_of<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_default()
}

/// The tables of Log Analytics that the corpus reads.
fn log_analytics(shared: &Path) -> Catalog {
    let path = shared.join("tools/kusto-oracle/log-analytics.json");
    let text = fs::read_to_string(path).expect("the tables are readable");
    let tables: Value = serde_json::from_str(&text).expect("the tables are JSON");
    let mut catalog = Catalog::default();
    for (name, columns) in tables.as_object().expect("tables by name") {
        let columns = columns.as_object().expect("columns by name").iter();
        let columns = columns.map(|(name, ty)| {
            let ty = ScalarType::from_name(ty.as_str().unwrap_or_default());
            (name.clone(), ty.unwrap_or(ScalarType::Unknown))
        });
        catalog.tables.insert(name.clone(), Schema::new(columns));
    }
    catalog
}

/// What must hold for any text: there is a plan or an error, and every finding lies in the text.
fn check_sound(text: &str, bound: &Bound, id: &Value) {
    let refused = bound.diagnostics.iter().any(|found| found.is_error());
    assert_ne!(refused, bound.query.is_some(), "{id}");
    for found in &bound.diagnostics {
        assert!(text.get(found.range.clone()).is_some(), "{id}: {found:?}");
    }
}

/// At least this share of the queries that the official binder accepts must bind. Raise it when more of
/// the language is supported.
const REAL_QUERIES: f64 = 0.73;

#[test]
fn real_queries_bind() {
    let Some(shared) = shared() else { return };
    let catalog = log_analytics(&shared);
    let (mut accepted, mut total) = (0.0, 0.0);
    for case in lines(&shared.join("corpus/rules/queries.jsonl")) {
        let text = text_of(&case, "query");
        let bound = bind(text, &catalog);
        check_sound(text, &bound, &case["id"]);
        if case["verdict"]["semantic_errors"] == 0 && case["role"] == "query" {
            total += 1.0;
            accepted += f64::from(u8::from(bound.query.is_some()));
        }
    }
    println!("{accepted} of {total} queries bind");
    assert!(accepted / total >= REAL_QUERIES, "{accepted} of {total}");
}

#[test]
fn damaged_queries_are_refused_or_bound() {
    let Some(shared) = shared() else { return };
    let catalog = log_analytics(&shared);
    for case in lines(&shared.join("corpus/rules/mutations.jsonl")) {
        let text = text_of(&case, "query");
        check_sound(text, &bind(text, &catalog), &case["id"]);
    }
}

/// Whether the columns are those of the recorded result, by name.
fn agrees(bound: &Bound, case: &Value) -> bool {
    let expected = case["columns"].as_array().map_or(&[][..], Vec::as_slice);
    let Some(found) = &bound.result else {
        return false;
    };
    let named = |(expected, found): (&Value, &str)| match &expected["name"] {
        Value::String(name) => name == found,
        _ => true,
    };
    let names = found.columns.iter().map(|column| column.name.as_str());
    expected.len() == found.len() && expected.iter().zip(names).all(named)
}

/// Files of recorded results with the number of bound queries whose columns may differ from the record.
/// Each is a difference of a name that the service derives, not of a value.
const RECORDED: [(&str, usize); 3] = [
    ("emulator-docs.jsonl", 7),
    ("emulator-fuzz.jsonl", 1),
    ("loco.jsonl", 0),
];

#[test]
fn columns_are_those_of_recorded_results() {
    let Some(shared) = shared() else { return };
    for (file, allowed) in RECORDED {
        let mut differing = Vec::new();
        for case in lines(&shared.join("conformance").join(file)) {
            if case["kind"] != "result" || case["scope"] != "core" {
                continue;
            }
            let bound = bind(text_of(&case, "query"), &Catalog::default());
            if bound.query.is_some() && !agrees(&bound, &case) {
                differing.push(text_of(&case, "id").to_owned());
            }
        }
        assert!(differing.len() <= allowed, "{file}: {differing:#?}");
    }
}
