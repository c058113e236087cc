//! Real queries and recorded results: what binds, and which columns it gives.
//!
//! Uses the optional folder `../shared` beside the project; skipped, and says so, when it is absent.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a skipped test says so"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kql_analysis::check::check;
use kql_analysis::{Bound, Catalog, bind, tables};
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

/// What must hold for any text: there is a plan or an error, and every finding lies in the text.
fn check_sound(text: &str, bound: &Bound, id: &Value) {
    let refused = bound.diagnostics.iter().any(|found| found.is_error());
    assert_ne!(refused, bound.query.is_some(), "{id}");
    for found in &bound.diagnostics {
        assert!(text.get(found.range.clone()).is_some(), "{id}: {found:?}");
    }
}

/// Least share of the queries on which the checker must agree with the recorded verdict.
const AGREEMENT: f64 = 0.99;

/// Queries with errors of names and types are told from those without as the official binder does.
#[test]
fn errors_are_found_where_the_official_binder_finds_them() {
    let Some(shared) = shared() else { return };
    let catalog = tables::catalog();
    let (mut agreed, mut total) = (0.0, 0.0);
    for case in lines(&shared.join("corpus/rules/queries.jsonl")) {
        let text = text_of(&case, "query");
        check_sound(text, &bind(text, &catalog), &case["id"]);
        let verdict = &case["verdict"];
        let Some(official) = verdict["semantic_errors"].as_u64() else {
            continue;
        };
        if verdict["syntax_ok"] == true {
            let found = check(text, &catalog).semantic_errors.len();
            total += 1.0;
            agreed += f64::from(u8::from((official > 0) == (found > 0)));
        }
    }
    println!("{agreed} of {total} verdicts agree");
    assert!(agreed / total >= AGREEMENT, "{agreed} of {total}");
}

/// The built-in tables are those that the recorded verdicts were made with.
#[test]
fn built_in_tables_are_those_of_the_verdicts() {
    let Some(shared) = shared() else { return };
    for file in ["schemas.json", "log-analytics.json"] {
        let path = shared.join("tools/kusto-oracle").join(file);
        let text = fs::read_to_string(path).expect("the tables are readable");
        let tables: Value = serde_json::from_str(&text).expect("the tables are JSON");
        for (name, columns) in tables.as_object().expect("tables by name") {
            let columns = columns.as_object().expect("columns by name").iter();
            let expected: BTreeMap<&str, &str> = columns
                .map(|(name, ty)| (name.as_str(), ty.as_str().unwrap_or_default()))
                .collect();
            let built_in = tables::schema(name).unwrap_or_default();
            let found: BTreeMap<&str, &str> = built_in
                .columns
                .iter()
                .map(|column| (column.name.as_str(), column.ty.name()))
                .collect();
            assert_eq!(expected, found, "{name}");
        }
    }
}

#[test]
fn damaged_queries_are_refused_or_bound() {
    let Some(shared) = shared() else { return };
    let catalog = tables::catalog();
    for case in lines(&shared.join("corpus/rules/mutations.jsonl")) {
        let text = text_of(&case, "query");
        check_sound(text, &bind(text, &catalog), &case["id"]);
    }
}

/// How the columns differ from those of the recorded result; `None` when they agree.
fn difference(bound: &Bound, case: &Value) -> Option<&'static str> {
    let expected = case["columns"].as_array().map_or(&[][..], Vec::as_slice);
    let found = bound.result.clone().unwrap_or_default().columns;
    if expected.len() != found.len() {
        return Some("count");
    }
    let recorded = |expected: &Value, field: &str, found: &str| match &expected[field] {
        Value::String(written) => written == found,
        _ => true,
    };
    let pairs = || expected.iter().zip(&found);
    if !pairs().all(|(expected, found)| recorded(expected, "name", &found.name)) {
        return Some("name");
    }
    let typed = pairs().all(|(expected, found)| recorded(expected, "type", found.ty.name()));
    (!typed).then_some("type")
}

/// Files of recorded results with the number of bound queries whose columns may differ from the record:
/// mostly names that the service derives.
const RECORDED: [(&str, usize); 3] = [
    ("emulator-docs.jsonl", 8),
    ("emulator-fuzz.jsonl", 2),
    ("loco.jsonl", 1),
];

#[test]
fn columns_are_those_of_recorded_results() {
    let Some(shared) = shared() else { return };
    for (file, allowed) in RECORDED {
        let (mut differing, mut total) = (Vec::new(), 0);
        for case in lines(&shared.join("conformance").join(file)) {
            if case["kind"] != "result" || case["scope"] != "core" {
                continue;
            }
            let bound = bind(text_of(&case, "query"), &Catalog::default());
            let open = bound.result.as_ref().is_some_and(|result| result.open);
            if bound.query.is_none() || open {
                continue;
            }
            total += 1;
            if let Some(what) = difference(&bound, &case) {
                differing.push(format!("{what} {}", text_of(&case, "id")));
            }
        }
        println!(
            "{file}: columns of {} of {total} agree",
            total - differing.len()
        );
        assert!(differing.len() <= allowed, "{file}: {differing:#?}");
    }
}
