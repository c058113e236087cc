//! The JUnit report is well-formed XML whatever the names of rules and tests hold, and says them as they are.

use proptest::prelude::*;
use roxmltree::{Document, Node};
use rule_replay::rule_tests::{Disagreement, TestOutcome, TestResult, junit};

/// Texts that XML has no place for in themselves.
const HOSTILE: [&str; 10] = [
    "",
    "a < b && c > \"d\" 'e'",
    "]]> <!-- --> <![CDATA[",
    "&amp; &#0; &lt",
    "line\nline\r\n\ttab",
    "\u{0}\u{1}\u{8}\u{b}\u{1f}",
    "\u{7f}\u{85}\u{9f}\u{2028}\u{feff}",
    "\u{fffe}\u{ffff}\u{10ffff}",
    "  blanks  ",
    "\u{1f511} schlüssel",
];

/// What a reader of the report sees: characters that XML cannot hold are replaced.
fn shown(text: &str) -> String {
    let is_told = |c: &char| matches!(c, '\t' | '\n' | '\u{20}'..='\u{fffd}' | '\u{10000}'..);
    text.chars()
        .map(|c| if is_told(&c) { c } else { '\u{fffd}' })
        .collect()
}

fn result(rule: &str, test: &str, outcome: TestOutcome) -> TestResult {
    TestResult {
        rule: rule.to_owned(),
        test: test.to_owned(),
        outcome,
        actual: None,
    }
}

fn failed(path: &str, text: &str) -> TestOutcome {
    TestOutcome::Failed {
        disagreements: vec![Disagreement {
            path: path.to_owned(),
            expected: Some(text.to_owned()),
            actual: None,
        }],
    }
}

fn elements<'d>(document: &'d Document<'d>, name: &'static str) -> Vec<Node<'d, 'd>> {
    let all = document.descendants();
    all.filter(|node| node.has_tag_name(name)).collect()
}

fn check(text: &str) {
    let message = text.to_owned();
    let results = [
        result(text, text, TestOutcome::Passed),
        result(text, text, failed(text, text)),
        result(text, text, TestOutcome::Broken { message }),
    ];
    let xml = junit(&results);
    let document = Document::parse(&xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    let shown = shown(text);
    let suites = elements(&document, "testsuite");
    assert_eq!(suites.len(), 1);
    assert_eq!(suites[0].attribute("name"), Some(shown.as_str()));
    let cases = elements(&document, "testcase");
    assert_eq!(cases.len(), 3);
    for case in cases {
        assert_eq!(case.attribute("name"), Some(shown.as_str()));
        assert_eq!(case.attribute("classname"), Some(shown.as_str()));
    }
    let failure = elements(&document, "failure");
    assert_eq!(
        failure[0].text(),
        Some(format!("{shown}\n  - {shown}").as_str())
    );
    let error = elements(&document, "error");
    assert_eq!(error[0].attribute("message"), Some(shown.as_str()));
    assert_eq!(error[0].text().unwrap_or_default(), shown);
}

#[test]
fn hostile_names_are_told_in_a_well_formed_report() {
    HOSTILE.into_iter().for_each(check);
    check(&HOSTILE.concat());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_name_is_told(text in "(?s).{0,40}") {
        check(&text);
    }
}
