//! `docs/kql-semantics.md` names files of cases that exist, and words that are in them.

use std::fs;
use std::path::Path;

/// The pieces of a text between two marks.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    let pieces = text.split(open).skip(1);
    pieces
        .filter_map(|piece| Some(piece.split_once(close)?.0))
        .collect()
}

#[test]
fn named_cases_are_there() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let page = fs::read_to_string(docs.join("kql-semantics.md")).expect("the page is readable");
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<&str> = rows.skip(1).collect();
    assert!(rows.len() > 30, "{} points", rows.len());
    for row in rows {
        let columns: Vec<&str> = row.split(" | ").collect();
        let [_, words, links] = columns[..] else {
            panic!("not three columns: {row}");
        };
        let cases = between(links, "](", ")").into_iter().map(|file| {
            let text = fs::read_to_string(docs.join(file));
            text.unwrap_or_else(|error| panic!("{file}: {error}"))
        });
        let cases: String = cases.collect();
        for word in words.split('`').skip(1).step_by(2) {
            assert!(cases.contains(word), "`{word}` is in none of {links}");
        }
    }
}
