//! Running the tests of a set, and filling in what came of them.

use std::collections::BTreeSet;

use rule_replay::rule_tests::{TestOutcome, TestResult, run};

use super::file::{RuleSet, of_member};
use crate::protocol::Problem;

/// Runs every test of a set, rule by rule. Fails when a rule of the set cannot be read or converted.
/// `progress` hears how many tests are done, of how many.
pub fn run_tests(
    set: &RuleSet,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<TestResult>, Problem> {
    let way = set.way()?;
    let assumed = set.assumptions()?;
    let total = set.rules.iter().map(|rule| rule.tests.len()).sum();
    let mut results = Vec::with_capacity(total);
    for (index, rule) in set.rules.iter().enumerate() {
        let place = format!("rules[{index}]");
        // Edits that the conversion no longer has are told, also where every test is of the original.
        if let (Some(way), false) = (&way, rule.edits.is_empty()) {
            rule.converted(Some(way), &place)?;
        }
        for test in &rule.tests {
            progress(results.len(), total);
            let revision = rule.revision(test.revision, way.as_ref(), &place)?;
            results.push(run(&revision, test, assumed));
        }
    }
    Ok(results)
}

/// Tests with the name of another test of the same rule: a report cannot tell the two apart.
pub fn repeated_names(set: &RuleSet) -> Vec<Problem> {
    let mut found = Vec::new();
    for (index, rule) in set.rules.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for (number, test) in rule.tests.iter().enumerate() {
            if !seen.insert(&test.name) {
                found.push(of_member(
                    &format!("rules[{index}].tests[{number}].name"),
                    format!("another test of the rule has the name `{}` too", test.name),
                    "give each test of a rule a name of its own",
                ));
            }
        }
    }
    found
}

/// Fills what came of the tests into what they expect: what a test states is brought up to date, and a
/// test that states nothing states everything. Gives how many tests changed. Results are those of
/// [`run_tests`] on the same set.
pub fn update(set: &mut RuleSet, results: &[TestResult]) -> usize {
    let tests = set.rules.iter_mut().flat_map(|rule| &mut rule.tests);
    let mut changed = 0;
    for (test, result) in tests.zip(results) {
        let (Some(actual), false) = (&result.actual, result.outcome == TestOutcome::Passed) else {
            continue;
        };
        let expect = &mut test.expect;
        let nothing = expect.hit.is_none() && expect.alerts.is_none() && expect.incidents.is_none();
        if nothing {
            *expect = actual.clone();
        } else {
            expect.hit = expect.hit.and(actual.hit);
            if expect.alerts.is_some() {
                expect.alerts.clone_from(&actual.alerts);
            }
            if expect.incidents.is_some() {
                expect.incidents.clone_from(&actual.incidents);
            }
        }
        changed += 1;
    }
    changed
}
