//! Formatting: cases in `tests/format.kql`, and what holds for every text.
//!
//! A case ends with a line of `====`; behind its line of `----` stands the formatted text. Run with
//! `UPDATE_EXPECT=1` to write what is found. Real queries come from the optional folder `../shared` beside
//! the project.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a skipped test says so"
)]

use std::fs;
use std::path::{Path, PathBuf};

use kql_syntax::fold::folds;
use kql_syntax::format::{Refusal, format};
use kql_syntax::parse;
use proptest::prelude::*;
use serde_json::Value;

/// Tokens that are no blanks, of a text.
fn tokens(text: &str) -> Vec<String> {
    let tokens = parse(text).syntax().descendants_with_tokens();
    let tokens = tokens.filter_map(|element| element.into_token());
    tokens
        .filter(|token| token.kind() != kql_syntax::SyntaxKind::Whitespace)
        .map(|token| token.text().to_owned())
        .collect()
}

/// Formats a text, and the result again; `None` for a text with errors.
fn formatted(text: &str) -> Option<String> {
    match format(text) {
        Ok(once) => {
            assert_eq!(tokens(&once), tokens(text), "other tokens:\n{text}");
            let twice = format(&once).expect("a formatted text is sound");
            assert_eq!(twice, once, "not stable:\n{text}");
            Some(once)
        }
        Err(Refusal::Erroneous(_)) => None,
        Err(Refusal::Changed) => panic!("would change\n{text}"),
    }
}

#[test]
fn cases_are_formatted_as_they_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format.kql");
    let text = fs::read_to_string(&path).expect("a file of cases");
    let mut found = String::new();
    for case in text.split("====\n").filter(|case| !case.trim().is_empty()) {
        let query = case.split("----\n").next().unwrap_or_default();
        let answer = formatted(query).unwrap_or_else(|| "refused\n".to_owned());
        found.push_str(&format!("{query}----\n{answer}====\n"));
    }
    match std::env::var_os("UPDATE_EXPECT") {
        Some(_) => fs::write(&path, found).expect("the file is writable"),
        None => assert_eq!(text, found),
    }
}

fn shared(file: &str) -> Option<String> {
    let folder = std::env::var_os("RULESMITH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let text = fs::read_to_string(folder.join("corpus/rules").join(file)).ok();
    if text.is_none() {
        eprintln!("skipped: ../shared not present");
    }
    text
}

/// Every real query keeps its tokens, and a second formatting changes nothing.
#[test]
fn real_queries_keep_their_tokens_and_are_stable() {
    let Some(lines) = shared("queries.jsonl") else {
        return;
    };
    let mut sound = 0;
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).expect("a line is JSON");
        let text = case["query"].as_str().expect("a case has a query");
        sound += usize::from(formatted(text).is_some());
        check_folds(text);
    }
    println!("{sound} of {} queries formatted", lines.lines().count());
    assert!(sound > 0);
}

/// Damaged queries are refused or formatted, and fold somewhere inside.
#[test]
fn damaged_queries_are_refused() {
    let Some(lines) = shared("mutations.jsonl") else {
        return;
    };
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).expect("a line is JSON");
        let text = case["query"].as_str().expect("a case has a query");
        formatted(text);
        check_folds(text);
    }
}

fn check_folds(text: &str) {
    for fold in folds(&parse(text)) {
        let hidden = text.get(fold).expect("a fold lies inside");
        assert!(hidden.contains(['\n', '\r']));
    }
}

/// Pieces of sound queries, with blanks and comments between.
const PIECES: [&str; 34] = [
    "T",
    "|",
    "where",
    "a",
    "==",
    "1",
    "\n",
    "\n\n",
    " // c\n",
    "// d\n",
    "and",
    "or",
    "(",
    ")",
    ",",
    "extend",
    "x",
    "=",
    "-",
    "*",
    "summarize",
    "count()",
    "by",
    "let",
    ";",
    "join",
    "on",
    "in",
    "[",
    "]",
    "dynamic(",
    "project",
    "\"s\"",
    "{",
];

proptest! {
    #[test]
    fn any_pieces(words in proptest::collection::vec(prop::sample::select(&PIECES[..]), 0..40)) {
        for text in [words.join(" "), words.concat()] {
            formatted(&text);
            check_folds(&text);
        }
    }

    /// Blanks and comments between the tokens of a sound query do not matter.
    #[test]
    fn any_blanks(gaps in proptest::collection::vec(0..5_usize, 60)) {
        let query = "let n = 5 ; let f = ( a : long ) { a + n } ; T | where x in ( 1 , 2 ) and y > f ( 3 ) \
            | summarize c = count ( ) , d = dcount ( z ) by bin ( t , 1h ) | join ( U | project k ) on k";
        let blanks = [" ", "\n", "  \n\n\n ", " // note\n", "\n// note\n"];
        let mut text = String::new();
        for (index, word) in query.split_whitespace().enumerate() {
            text.push_str(word);
            text.push_str(blanks[gaps[index % gaps.len()]]);
        }
        prop_assert!(formatted(&text).is_some());
    }
}
