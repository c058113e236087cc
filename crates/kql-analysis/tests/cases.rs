//! Queries with their result columns or their errors, as text files in `tests/cases`.
//!
//! A case is a query and, behind `=> `, one line with the columns or one line per error. Run with
//! `UPDATE_EXPECT=1` to write what is found.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::{Catalog, bind};

/// The tables that the cases read.
fn catalog() -> Catalog {
    use ScalarType::{Bool, DateTime, Dynamic, Guid, Int, Long, Real, String, TimeSpan};
    let mut catalog = Catalog::default();
    let tables = [
        (
            "T",
            Schema::new([
                ("a", Long),
                ("b", Real),
                ("s", String),
                ("t", DateTime),
                ("d", Dynamic),
                ("i", Int),
                ("f", Bool),
                ("g", Guid),
                ("w", TimeSpan),
            ]),
        ),
        (
            "U",
            Schema::new([("a", Long), ("s", String), ("v", String)]),
        ),
        ("U2", Schema::new([("a", String), ("z", Long)])),
    ];
    catalog
        .tables
        .extend(tables.map(|(name, schema)| (name.to_owned(), schema)));
    catalog
}

/// What binding finds: columns, or errors with the text they stand at.
fn outcome(query: &str, catalog: &Catalog) -> String {
    let bound = bind(query, catalog);
    let mut lines = String::new();
    for found in &bound.diagnostics {
        let place = query.get(found.range.clone()).unwrap_or_default();
        let place = place.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = write!(lines, "=> {} at `{place}`: {}", found.code, found.message);
        if let Some(hint) = &found.hint {
            let _ = write!(lines, "; {hint}");
        }
        lines.push('\n');
    }
    if let (Some(_), Some(schema)) = (&bound.query, &bound.result) {
        let columns: Vec<String> = schema
            .columns
            .iter()
            .map(|column| format!("{}:{}", column.name, column.ty.name()))
            .collect();
        let _ = writeln!(lines, "=> {}", columns.join(", "));
    }
    lines
}

/// The cases of a file with what binding finds now.
fn answered(text: &str, catalog: &Catalog) -> String {
    let mut answered = String::new();
    for case in text.split("\n\n").filter(|case| !case.trim().is_empty()) {
        let query: Vec<&str> = case
            .trim()
            .lines()
            .filter(|line| !line.starts_with("=> "))
            .collect();
        let query = query.join("\n");
        let _ = write!(
            answered,
            "{}{query}\n{}",
            if answered.is_empty() { "" } else { "\n" },
            outcome(&query, catalog)
        );
    }
    answered
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

#[test]
fn cases_give_what_they_say() {
    let catalog = catalog();
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    for file in files() {
        let text = fs::read_to_string(&file).expect("a file of cases");
        let found = answered(&text, &catalog);
        if update {
            fs::write(&file, found).expect("the file is writable");
        } else {
            for (expected, found) in text.lines().zip(found.lines()) {
                assert_eq!(expected, found, "in {}", file.display());
            }
            assert_eq!(text, found, "{}", file.display());
        }
    }
}
