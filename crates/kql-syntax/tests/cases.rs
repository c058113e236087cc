//! Queries with their trees and errors, as text files in `tests/cases`.
//!
//! A case is a query and, behind `=> `, one line with each statement's tree and one line per error. Run with
//! `UPDATE_EXPECT=1` to write what is found.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use kql_syntax::{SyntaxElement, SyntaxNode, parse};

/// A node as its kind with its children in brackets; a token as its text.
fn tree(node: &SyntaxNode) -> String {
    let mut text = format!("{:?}[", node.kind());
    for element in node.children_with_tokens() {
        let part = match element {
            SyntaxElement::Node(node) => tree(&node),
            SyntaxElement::Token(token) if token.kind().is_trivia() => continue,
            SyntaxElement::Token(token) => token.text().replace('\n', "↵"),
        };
        if !text.ends_with('[') {
            text.push(' ');
        }
        text.push_str(&part);
    }
    text.push(']');
    text
}

/// What parsing finds: the trees of the statements, then the errors with their places.
fn outcome(query: &str) -> String {
    let parsed = parse(query);
    assert_eq!(parsed.syntax().to_string(), query, "does not print back");
    let mut lines = String::new();
    for node in parsed.syntax().children() {
        let _ = writeln!(lines, "=> {}", tree(&node));
    }
    for found in parsed.diagnostics() {
        let place = query.get(found.range.clone()).unwrap_or_default();
        let place = place.replace('\n', "↵");
        let at = found.range.start;
        let _ = write!(
            lines,
            "=> {} at {at} `{place}`: {}",
            found.code, found.message
        );
        if let Some(hint) = &found.hint {
            let _ = write!(lines, "; {hint}");
        }
        lines.push('\n');
    }
    lines
}

/// The cases of a file with what parsing finds now.
fn answered(text: &str) -> String {
    let mut answered = String::new();
    for case in text.split("\n\n").filter(|case| !case.trim().is_empty()) {
        let query: Vec<&str> = case
            .trim_matches('\n')
            .lines()
            .filter(|line| !line.starts_with("=> "))
            .collect();
        let query = query.join("\n");
        let gap = if answered.is_empty() { "" } else { "\n" };
        let _ = write!(answered, "{gap}{query}\n{}", outcome(&query));
    }
    answered
}

fn case_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry is readable").path())
        .collect();
    files.sort();
    files
}

#[test]
fn cases_give_what_they_say() {
    for path in case_files() {
        let text = fs::read_to_string(&path).expect("a case file is readable");
        let found = answered(&text);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &found).expect("a case file is writable");
        }
        expect_test::expect_file![&path].assert_eq(&found);
    }
}
