//! No text makes the parser fail, and every text prints back.

use kql_syntax::{MAX_LENGTH, parse};
use proptest::prelude::*;

fn prints_back(text: &str) {
    assert_eq!(parse(text).syntax().to_string(), text);
}

proptest! {
    #[test]
    fn any_text(text in "\\PC*") {
        prints_back(&text);
    }

    #[test]
    fn any_soup_of_tokens(words in proptest::collection::vec(
        prop::sample::select(vec![
            "T", "|", "where", "summarize", "by", "(", ")", "[", "]", "{", "}", "let", "=", "==", ",", ";", "and",
            "or", "in", "!in", "in~", "\"x\"", "'", "1d", "1..", "-", "*", "join", "on", "dynamic(", "datetime(2020)",
            "make-series", "step", "mv-expand", "to typeof(", "union", "// c\n", ".", "@\"", "h", "```", "é",
        ]), 0..60)) {
        prints_back(&words.join(" "));
    }
}

#[test]
fn deep_nesting_is_an_error() {
    for bracket in [
        "(",
        "[",
        "{",
        "f(",
        "x in (",
        "-",
        "a[",
        "let f = () {",
        "dynamic([",
        "print (",
    ] {
        let text = bracket.repeat(1_000_000 / bracket.len());
        prints_back(&text);
        assert!(!parse(&text).diagnostics().is_empty(), "{bracket}");
    }
}

#[test]
fn long_chains_end() {
    let pipes = format!("T{}", " | where a".repeat(100_000));
    assert!(parse(&pipes).diagnostics().is_empty());
    let ors = format!("T | where a{}", " or a".repeat(100_000));
    assert!(parse(&ors).diagnostics().is_empty());
    for link in [" + a", ".a", "[0]", " == a", " has a", " < a"] {
        let chain = format!("T | where a{}", link.repeat(100_000));
        prints_back(&chain);
        assert!(!parse(&chain).diagnostics().is_empty(), "{link}");
    }
}

#[test]
fn a_text_beyond_the_limit_is_one_error() {
    let text = " ".repeat(MAX_LENGTH + 1);
    prints_back(&text);
    assert_eq!(parse(&text).diagnostics().len(), 1);
}
