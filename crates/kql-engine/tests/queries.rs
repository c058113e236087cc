//! Queries run end to end: `queries/*.txt` holds cases parted by lines of `=`, each a query, a line
//! `---` and the table it gives as plain text, or `error: ` and the message.
//!
//! With `UPDATE_EXPECT=1` the files are written anew from the results.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use kql_analysis::{Catalog, bind};
use kql_engine::{RunOptions, format, run};

const CASE_END: &str = "\n====\n";
const EXPECTED: &str = "\n---\n";

fn evaluate(query: &str) -> String {
    let bound = bind(query, &Catalog::default());
    let Some(plan) = bound.query else {
        let errors = bound.diagnostics.iter().filter(|found| found.is_error());
        return errors
            .map(|found| format!("error: {}\n", found.message))
            .collect();
    };
    match run(&plan, &BTreeMap::new(), &RunOptions::default()) {
        Ok(result) => result.tables.iter().map(format::plain).collect(),
        Err(error) => format!("error: {error}\n"),
    }
}

fn check(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let cases = text.split(CASE_END).filter(|case| !case.trim().is_empty());
    let mut actual = String::new();
    for case in cases {
        let query = case.split(EXPECTED).next().unwrap().trim();
        actual += &format!("{query}{EXPECTED}{}{CASE_END}", evaluate(query).trim_end());
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, actual).unwrap();
        return;
    }
    assert_eq!(
        actual,
        text,
        "{} differs; see UPDATE_EXPECT",
        path.display()
    );
}

#[test]
fn queries_give_their_tables() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/queries");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths.iter().for_each(|path| check(path));
}
