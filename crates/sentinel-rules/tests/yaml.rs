//! YAML is read as `serde-saphyr` reads it, words such as `yes` apart, and what is wrong is named with its place.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use sentinel_rules::yaml::read;
use serde_json::{Value, json};

/// Both readings of a text.
fn same(text: &str) {
    let known = serde_saphyr::from_str::<Value>(text).ok();
    assert_eq!(read(text).ok(), known, "{text:?}");
}

fn reads(text: &str, expected: Value) {
    reads_alone(text, expected);
    same(text);
}

fn reads_alone(text: &str, expected: Value) {
    assert_eq!(read(text), Ok(expected), "{text:?}");
}

fn fails(text: &str, expected: Expect) {
    let error = read(text).expect_err("an error");
    expected.assert_eq(&error.to_string());
}

#[test]
fn scalars_have_the_types_of_the_core_schema() {
    for text in [
        "",
        "~",
        "null",
        "NULL",
        "nUll",
        "true",
        "True",
        "FALSE",
        "maybe",
        "0",
        "-0",
        "7",
        "-7",
        "+7",
        "0.5",
        ".5",
        "-.5",
        "1.",
        "1e3",
        "1E-3",
        "1.0",
        "1.0.4",
        "0x1F",
        "-0x1F",
        "0o17",
        "0b101",
        "0x",
        "0xZZ",
        "1-2",
        "--1",
        "+-1",
        "1d",
        "5m",
        "PT5M",
        "2026-01-02",
        "18446744073709551615",
        "9223372036854775808",
        "-9223372036854775808",
        "e3",
        ".",
        "-",
        "+",
        "'7'",
        "\"true\"",
        "'~'",
        "!!str 7",
        "!!str true",
        "!own text",
        "\"a\\tb\\u00e9\"",
    ] {
        same(&format!("a: {text}\n"));
        same(&format!("[{text}, x]\n"));
    }
}

#[test]
fn words_and_numbers_that_older_readers_take_stay_text() {
    reads_alone(
        "[yes, No, on, y, 007, 1_000, .inf]",
        json!(["yes", "No", "on", "y", "007", "1_000", ".inf"]),
    );
}

#[test]
fn collections_anchors_and_merge_keys() {
    reads(
        "a: [1, {b: c}]\nd:\n- e\n- f: g\n",
        json!({"a": [1, {"b": "c"}], "d": ["e", {"f": "g"}]}),
    );
    reads(
        "a: &x {b: 1}\nc: *x\nd: &y text\ne: [*y]\n",
        json!({"a": {"b": 1}, "c": {"b": 1}, "d": "text", "e": ["text"]}),
    );
    reads(
        "base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\n",
        json!({"base": {"x": 1, "y": 2}, "own": {"y": 3, "x": 1}}),
    );
    reads("1: a\ntrue: b\n", json!({"1": "a", "true": "b"}));
    reads(
        "q: |\n  T\n  | take 1\nf: >-\n  a\n  b\n\n  c\n",
        json!({"q": "T\n| take 1\n", "f": "a b\nc"}),
    );
    reads("# only a comment\n", Value::Null);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    fails(
        "a: [x\nb: 1\n",
        expect!["line 2 column 2: illegal placement of ':' indicator"],
    );
    fails(
        "a: 1\nb: 2\na: 3\n",
        expect!["line 3 column 1: the key `a` stands here for the second time"],
    );
    fails(
        "a:\n\t- b\n",
        expect!["line 2 column 2: tabs disallowed within this context (block indentation)"],
    );
    fails(
        "? [a]\n: b\n",
        expect!["line 1 column 3: a key must be a plain value"],
    );
    fails(
        "a: *b\n",
        expect!["line 1 column 4: while parsing node, found unknown anchor"],
    );
    fails(
        "a: 1\n---\nb: 2\n",
        expect!["line 2 column 1: a second document begins here"],
    );
    fails("a: \"b\n", expect!["line 1 column 4: unclosed quote"]);
    fails(
        "a: &x [*x]\n",
        expect!["line 1 column 8: the alias stands inside of its own anchor"],
    );
}

#[test]
fn what_aliases_repeat_is_limited() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    fails(
        &text,
        expect!["line 6 column 50: the document has more than 1048576 values"],
    );
}

#[test]
fn rules_are_read_alike() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut seen = 0;
    for folder in ["key-vault", "profiles"] {
        for entry in std::fs::read_dir(root.join(folder))
            .expect("a folder")
            .flatten()
        {
            if entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                same(&std::fs::read_to_string(entry.path()).expect("a text"));
                seen += 1;
            }
        }
    }
    assert!(seen >= 6, "{seen} files");
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "[-:\\[\\]{}&*!|>'\"%@`#,?~ a-c0-2\n\t.]{0,60}") {
        let _ = read(&text);
    }
}
