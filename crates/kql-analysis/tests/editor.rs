//! Completion and hover, as text files in `tests/editor`.
//!
//! A case is a query with `‸` at the offset. Behind `=> ` stand the completions, the first ones of each
//! kind, or the hover. Run with `UPDATE_EXPECT=1` to write what is found.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kql_analysis::Catalog;
use kql_analysis::complete::{CompletionKind, complete};
use kql_analysis::hover::hover;
use kql_analysis::types::{ScalarType, Schema};

/// The sign that stands at the offset.
const CARET: char = '‸';
/// Completions of one kind that a case shows.
const SHOWN: usize = 6;

fn catalog() -> Catalog {
    use ScalarType::{DateTime, Dynamic, Long, String};
    let mut catalog = Catalog::default();
    let logs = Schema::new([
        ("TimeGenerated", DateTime),
        ("OperationName", String),
        ("DurationMs", Long),
        ("Properties", Dynamic),
    ]);
    let users = Schema::new([("User", String), ("Department", String)]);
    catalog.tables.insert("Logs".to_owned(), logs);
    catalog.tables.insert("Users".to_owned(), users);
    catalog
}

/// The query without the caret, and the caret's offset.
fn split(case: &str) -> (String, usize) {
    let offset = case.find(CARET).expect("a case has a caret");
    (case.replace(CARET, ""), offset)
}

fn completions(text: &str, offset: usize) -> String {
    let found = complete(text, offset, &catalog());
    let replaced = text.get(found.range.clone()).unwrap_or_default();
    let mut lines = format!("=> replaces `{replaced}`\n");
    let mut kinds: Vec<CompletionKind> = found.items.iter().map(|item| item.kind).collect();
    kinds.dedup();
    for kind in kinds {
        let of_kind: Vec<_> = found
            .items
            .iter()
            .filter(|item| item.kind == kind)
            .collect();
        let shown = of_kind.iter().take(SHOWN).map(|item| item.text.as_str());
        let shown = shown.collect::<Vec<_>>().join(", ");
        let more = match of_kind.len() > SHOWN {
            true => ", …",
            false => "",
        };
        let _ = writeln!(lines, "=> {kind:?}: {shown}{more}");
    }
    lines
}

fn hovers(text: &str, offset: usize) -> String {
    let Some(found) = hover(text, offset, &catalog()) else {
        return "=> nothing\n".to_owned();
    };
    let word = text.get(found.range.clone()).unwrap_or_default();
    let mut lines = format!("=> `{word}`\n");
    for line in found.title.lines() {
        let _ = writeln!(lines, "=> {line}");
    }
    let _ = writeln!(lines, "=> {}", found.text);
    if let Some(link) = found.link {
        let _ = writeln!(lines, "=> {link}");
    }
    lines
}

fn check(file: &str, answer: impl Fn(&str, usize) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/editor")
        .join(file);
    let text = fs::read_to_string(&path).expect("a file of cases");
    let mut found = Vec::new();
    for case in text.split("\n\n").filter(|case| !case.trim().is_empty()) {
        let query = case.trim().lines().filter(|line| !line.starts_with("=> "));
        let query = query.collect::<Vec<_>>().join("\n");
        let (bare, offset) = split(&query);
        found.push(format!("{query}\n{}", answer(&bare, offset)));
    }
    let found = found.join("\n");
    match std::env::var_os("UPDATE_EXPECT") {
        Some(_) => fs::write(&path, found).expect("the file is writable"),
        None => assert_eq!(text, found, "{file}"),
    }
}

#[test]
fn completions_are_those_of_the_cases() {
    check("complete.kql", completions);
}

#[test]
fn hovers_are_those_of_the_cases() {
    check("hover.kql", hovers);
}

/// Every offset of a query, also of an erroneous one, has an answer.
#[test]
fn every_offset_has_an_answer() {
    let texts = [
        "let x = Logs | where OperationName has \"a\"; x | summarize n = count() by bin(TimeGenerated, 1h) | join kind=inner (Users | project User) on $left.n == $right.User",
        "Logs | where (((\"| extend ä = dynamic({'a':[1,2]}) // end",
        "))) | ; = let = | by ,, {{ ( [ ‸",
        "let f = (a: long, T: (*), U: (x: long, y: string), b: string = \"x\") { let c = 1; Logs | where a > b and c }; f(1)",
    ];
    for text in texts {
        for (offset, _) in text.char_indices().chain([(text.len() + 9, ' ')]) {
            let found = complete(text, offset, &catalog());
            assert!(text.get(found.range).is_some(), "{text} at {offset}");
            if let Some(found) = hover(text, offset, &catalog()) {
                assert!(text.get(found.range).is_some(), "{text} at {offset}");
            }
        }
    }
}
