//! Broken, hostile and random files give problems, never a panic, and never lose the other rules.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use sentinel_rules::read;

/// Checks what reading a file reports, one line per problem.
fn check(text: &str, expected: Expect) {
    let outcome = read("rule.yaml", text.as_bytes());
    let lines: Vec<String> = outcome
        .problems
        .iter()
        .map(|problem| {
            format!(
                "{:?} {:?} {}; {}",
                problem.line, problem.field, problem.message, problem.remedy
            )
        })
        .chain(
            outcome
                .rules
                .iter()
                .map(|rule| format!("rule {}", rule.name)),
        )
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_wrong_field_is_named_with_its_line() {
    check(
        "id: x\nname: n\nquery: T\nseverity: Huge\nqueryFrequency: often\nqueryPeriod: 1d\ntriggerOperator: gt\ntriggerThreshold: many\nkind: Scheduled\n",
        expect![[r#"
            Some(4) Some("severity") `severity` is `Huge`; use Informational, Low, Medium or High
            Some(5) Some("queryFrequency") `queryFrequency` is `often`; write a duration such as `1d`, `5m` or `PT5M`
            Some(8) Some("triggerThreshold") `triggerThreshold` is `many`; write a whole number from 0 to 10000"#]],
    );
}

#[test]
fn a_missing_field_is_named() {
    check(
        "id: x\nname: n\nkind: NRT\n",
        expect![[r#"None Some("query") `query` is missing; add it; a rule needs it"#]],
    );
}

#[test]
fn broken_yaml_names_the_line() {
    check(
        "id: x\nname: [a\nquery: T\n",
        expect![
            "Some(3) None this is not YAML: column 6: illegal placement of ':' indicator; check the indentation and the quotes of this line"
        ],
    );
}

#[test]
fn broken_json_names_the_line() {
    check(
        "{\n \"resources\": [\n  {\"type\": }\n ]\n}",
        expect![
            "Some(3) None this is not JSON: expected value at line 3 column 12; check the brackets and commas of this line"
        ],
    );
}

#[test]
fn one_broken_document_does_not_stop_the_others() {
    check(
        "name: bad\nquery: T\nkind: Wrong\n---\nid: y\nname: good\nquery: T\nkind: NRT\n",
        expect![[r#"
            Some(3) Some("kind") `kind` is `Wrong`; only Scheduled and NRT rules are read
            None Some("queryFrequency") `queryFrequency` is missing; add it; a rule needs it
            None Some("queryPeriod") `queryPeriod` is missing; add it; a rule needs it
            None Some("triggerOperator") `triggerOperator` is missing; add it; a rule needs it
            None Some("triggerThreshold") `triggerThreshold` is missing; add it; a rule needs it
            rule good"#]],
    );
}

#[test]
fn variables_in_a_circle_end() {
    let text = r#"{"$schema":"deploymentTemplate.json#","variables":{"a":"[variables('b')]","b":"[variables('a')]"},
        "resources":[{"type":"x/alertRules","kind":"NRT","name":"[variables('a')]","properties":{"displayName":"[variables('a')]","query":"T"}}]}"#;
    check(text, expect!["rule [variables('b')]"]);
}

#[test]
fn nested_aliases_do_not_expand_without_end() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        text.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            [alias.as_str(); 10].join(", ")
        ));
    }
    text.push_str("id: x\nname: n\nquery: T\nkind: NRT\n");
    let outcome = read("bomb.yaml", text.as_bytes());
    assert!(outcome.rules.is_empty() && outcome.problems.len() == 1);
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read("x", &bytes);
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        read("x", text.as_bytes());
    }
}
