//! The bundled rules read without a problem, break no limit, and come with cases of both kinds.

use std::collections::BTreeSet;

use sentinel_rules::bundled::{Expectation, Pack};
use sentinel_rules::{ArmOptions, read, recognises, validate, write_arm};

#[test]
fn every_bundled_rule_reads_and_is_valid() {
    let mut ids = BTreeSet::new();
    for (pack, (file, text)) in Pack::ALL
        .into_iter()
        .flat_map(|pack| pack.rules().into_iter().map(move |rule| (pack, rule)))
    {
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
        assert_eq!(rule.pack().is_some(), !pack.is_to_convert(), "{file}");
        assert!(ids.insert(rule.id.clone()), "{file} has its own id");
    }
    assert_eq!(ids.len(), 13);
}

#[test]
fn every_bundled_rule_has_cases_of_both_kinds() {
    let samples = Pack::ALL
        .into_iter()
        .flat_map(|pack| pack.samples().expect("the sample files are readable"));
    for (file, cases) in samples {
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
