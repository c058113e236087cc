//! Every function, aggregate, plugin and operator that runs has a case of our own: its name stands in a
//! case file.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

/// The names that the support page says run.
fn names() -> Vec<String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/kql-support.md");
    let page = fs::read_to_string(page).unwrap();
    let rows = page
        .lines()
        .filter(|line| line.ends_with("| runs |") || line.ends_with("| in part |"));
    let name = |row: &str| Some(row.split('`').nth(1)?.to_owned());
    rows.filter_map(name).collect()
}

fn cases() -> String {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"));
    let mut text = String::new();
    for folder in ["functions", "queries"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            text += &fs::read_to_string(entry.unwrap().path()).unwrap();
        }
    }
    text
}

/// Whether a name stands in a text, not as a part of a longer one.
fn stands(text: &str, name: &str) -> bool {
    let inside = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + name.len()..].chars().next();
        !before.is_some_and(|letter| inside(letter) || letter == '!') && !behind.is_some_and(inside)
    })
}

#[test]
fn whatever_runs_has_a_case() {
    let (names, cases) = (names(), cases());
    assert!(names.len() > 400, "the support page is read");
    let missing: Vec<&String> = names.iter().filter(|name| !stands(&cases, name)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}
