//! No text makes the parser fail or wait, and every text prints back.

use kql_syntax::{MAX_DIAGNOSTICS, MAX_LENGTH, Parse, parse};
use proptest::prelude::*;

/// Parses a text that must print back, with errors that lie inside of it in order.
fn checked(text: &str) -> Parse {
    let parsed = parse(text);
    assert!(parsed.syntax().text() == text, "does not print back");
    let found = parsed.diagnostics();
    assert!(found.len() <= MAX_DIAGNOSTICS);
    assert!(found.is_sorted_by_key(|error| error.range.start));
    assert!(
        found
            .iter()
            .all(|error| text.get(error.range.clone()).is_some())
    );
    parsed
}

fn is_valid(text: &str) -> bool {
    checked(text).diagnostics().is_empty()
}

/// Pieces that are worth putting side by side.
const WORDS: [&str; 70] = [
    "T",
    "a",
    "|",
    "where",
    "summarize",
    "by",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "let",
    "=",
    "==",
    ",",
    ";",
    "and",
    "or",
    "in",
    "!in",
    "in~",
    "\"x\"",
    "'",
    "1d",
    "1..",
    "-",
    "*",
    "join",
    "on",
    "dynamic(",
    "datetime(2020)",
    "make-series",
    "step",
    "mv-expand",
    "to typeof(",
    "union",
    "// c\n",
    ".",
    "@\"",
    "h",
    "```",
    "é",
    "scan with (step s:",
    "=>",
    "with",
    "top-nested",
    "of",
    "parse",
    "search",
    "find",
    "fork",
    "partition",
    "evaluate",
    "project-away",
    "kind=",
    "hint.strategy=",
    "between",
    "has",
    "matches regex",
    "print",
    "datatable(",
    "['x']",
    ":",
    "long",
    "toscalar(",
    "materialize(",
    "#",
    "!",
    "\u{a0}",
];

proptest! {
    #[test]
    fn any_text(text in "\\PC*") {
        checked(&text);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        checked(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_soup_of_tokens(words in proptest::collection::vec(prop::sample::select(&WORDS[..]), 0..60)) {
        checked(&words.join(" "));
        checked(&words.concat());
    }
}

#[test]
fn deep_nesting_is_an_error() {
    for bracket in ["(", "f(", "x in ("] {
        assert!(
            !is_valid(&bracket.repeat(1_000_000 / bracket.len())),
            "{bracket}"
        );
    }
    let others = [
        "[",
        "{",
        "-",
        "a[",
        "let f = () {",
        "dynamic([",
        "dynamic({\"a\":",
        "print (",
        "T | where (",
        "union (",
        "T | mv-apply x on (",
        "T | join (T | ",
        "toscalar(",
        "x between (",
        "(a, ",
        "datatable(a: ",
    ];
    for bracket in others {
        assert!(
            !is_valid(&bracket.repeat(50_000 / bracket.len())),
            "{bracket}"
        );
    }
}

#[test]
fn long_chains_end() {
    assert!(is_valid(&format!("T{}", " | where a".repeat(100_000))));
    assert!(is_valid(&format!("T | where a{}", " or a".repeat(50_000))));
    for link in [" + a", ".a", "[0]", " == a", " has a", " < a"] {
        let chain = format!("T | where a{}", link.repeat(20_000));
        assert!(!is_valid(&chain), "{link}");
    }
}

#[test]
fn long_lists_are_read() {
    assert!(is_valid(&format!(
        "T | where a in ({}1)",
        "1, ".repeat(20_000)
    )));
    assert!(is_valid(&format!(
        "print dynamic([{}1])",
        "{\"a\": [1]}, ".repeat(10_000)
    )));
    assert!(is_valid(&"let x = 1; ".repeat(10_000)));
}

/// A chain in a chain in a chain must not make a tree that is too high to walk.
#[test]
fn chains_within_chains_are_an_error() {
    let mut text = "1".to_owned();
    for _ in 0..60 {
        text = format!("({text}{})", " + 1".repeat(390));
    }
    let parsed = checked(&format!("print {text}"));
    assert!(!parsed.diagnostics().is_empty());
    let height = parsed
        .syntax()
        .descendants()
        .map(|node| node.ancestors().count());
    assert!(height.max().unwrap_or_default() < 1_000);
}

#[test]
fn random_bytes_are_errors() {
    let mut state = 1_u64;
    let mut byte = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    let bytes: Vec<u8> = (0..1_000_000).map(|_| byte()).collect();
    assert!(!is_valid(&String::from_utf8_lossy(&bytes)));
    let printable: Vec<u8> = (0..200_000).map(|_| b' ' + byte() % 95).collect();
    assert!(!is_valid(&String::from_utf8_lossy(&printable)));
}

/// Twice as many faults on a line take twice as long, not four times: this took minutes.
#[test]
fn many_faults_on_a_line_are_one_error_soon() {
    let text = format!("T | where a == {}", "\"\\d\" ".repeat(200_000));
    assert_eq!(checked(&text).diagnostics().len(), 1);
}

#[test]
fn a_text_beyond_the_limit_is_one_error() {
    let text = " ".repeat(MAX_LENGTH + 1);
    assert_eq!(checked(&text).diagnostics().len(), 1);
}
