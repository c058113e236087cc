//! Reports of the checker, as text files in `tests/check`.
//!
//! A case is a query; behind `=> ` stand its errors, what is not run, and its columns. Run with
//! `UPDATE_EXPECT=1` to write what is found.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kql_analysis::Catalog;
use kql_analysis::check::{Finding, check};
use kql_analysis::types::{ScalarType, Schema};

fn catalog() -> Catalog {
    use ScalarType::{DateTime, Dynamic, Int, Long, String};
    let mut catalog = Catalog::default();
    let first = Schema::new([
        ("a", Long),
        ("s", String),
        ("t", DateTime),
        ("d", Dynamic),
        ("i", Int),
    ]);
    let second = Schema::new([("a", Long), ("v", String)]);
    let third = Schema::new([("a", String)]);
    catalog.tables.insert("T".to_owned(), first);
    catalog.tables.insert("U".to_owned(), second);
    catalog.tables.insert("V".to_owned(), third);
    catalog
}

fn report(query: &str) -> String {
    let report = check(query, &catalog());
    let mut lines = String::new();
    let mut list = |kind: &str, findings: &[Finding]| {
        for found in findings {
            let place = query.get(found.start..found.start + found.length);
            let place = place.unwrap_or_default().split_whitespace();
            let place = place.collect::<Vec<_>>().join(" ");
            let _ = writeln!(
                lines,
                "=> {kind} {} at `{place}`: {}",
                found.code, found.message
            );
        }
    };
    list("syntax", &report.syntax_errors);
    list("error", &report.semantic_errors);
    list("not run", &report.unsupported);
    let open = if report.result_open { ", …" } else { "" };
    let columns = report
        .result_columns
        .map_or("no table".to_owned(), |schema| {
            let columns = schema.columns.iter();
            let columns = columns.map(|column| format!("{}:{}", column.name, column.ty.name()));
            columns.collect::<Vec<_>>().join(", ")
        });
    let _ = writeln!(lines, "=> {columns}{open}");
    lines
}

#[test]
fn reports_are_those_of_the_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check");
    for entry in fs::read_dir(folder).expect("the folder of cases") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a file of cases");
        let mut found = Vec::new();
        for case in text.split("\n\n").filter(|case| !case.trim().is_empty()) {
            let query = case.trim().lines().filter(|line| !line.starts_with("=> "));
            let query = query.collect::<Vec<_>>().join("\n");
            found.push(format!("{query}\n{}", report(&query)));
        }
        let found = found.join("\n");
        match std::env::var_os("UPDATE_EXPECT") {
            Some(_) => fs::write(&path, found).expect("the file is writable"),
            None => assert_eq!(text, found, "{}", path.display()),
        }
    }
}
