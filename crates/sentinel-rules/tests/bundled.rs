//! The bundled rules read without a problem, break no limit, and come with cases of both kinds.

use std::collections::BTreeSet;

use sentinel_rules::bundled::{Expectation, samples};
use sentinel_rules::{ArmOptions, bundled, read, recognises, validate, write_arm};

#[test]
fn every_bundled_rule_reads_and_is_valid() {
    let mut ids = BTreeSet::new();
    for (file, text) in bundled() {
        assert!(recognises(text.as_bytes()), "{file}");
        let outcome = read(file, text.as_bytes());
        assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
        let [rule] = outcome.rules.as_slice() else {
            panic!("{file} is one rule")
        };
        assert_eq!(validate(rule), [], "{file}");
        assert!(
            rule.extra.contains_key("metadata"),
            "{file} names its source"
        );
        assert!(
            write_arm(&outcome.rules, &ArmOptions::default()).is_ok(),
            "{file}"
        );
        assert!(ids.insert(rule.id.clone()), "{file} has its own id");
    }
    assert_eq!(ids.len(), 5);
}

#[test]
fn every_bundled_rule_has_cases_of_both_kinds() {
    for (file, cases) in samples().expect("the sample files are readable") {
        for kind in [Expectation::MustHit, Expectation::MustNot] {
            assert!(
                cases.iter().any(|case| case.expect == kind),
                "{file}: {kind:?}"
            );
        }
        for case in &cases {
            let rows: usize = case.rows.iter().map(|rows| rows.expand().count()).sum();
            assert!(rows > 0, "{file}: {}", case.name);
        }
    }
}
