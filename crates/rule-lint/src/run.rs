//! Lints rules: all checks, in order, each finding once.

use std::collections::{BTreeMap, BTreeSet};

use sentinel_rules::rule::Rule;

use crate::checks;
use crate::environment::Environment;
use crate::finding::{Finding, Findings};
use crate::registry::DUPLICATE_ID;
use crate::subject::Subject;
use crate::suppress;

/// Most findings that are kept of one rule.
pub const MAX_FINDINGS: usize = 500;

/// The findings of one rule: those of its fields, then those of its query in order of place.
pub fn lint(rule: &Rule, environment: &Environment) -> Vec<Finding> {
    finish(rule, environment, Findings::default())
}

/// The findings of rules that are deployed together, one list for each.
pub fn lint_together(rules: &[&Rule], environment: &Environment) -> Vec<Vec<Finding>> {
    let mut first: BTreeMap<String, &Rule> = BTreeMap::new();
    let mut all = Vec::new();
    for rule in rules {
        let mut findings = Findings::default();
        let id = rule.id.to_lowercase();
        if let Some(other) = first.get(&id).filter(|_| !id.is_empty()) {
            let message = format!("`{}` in {} has the same id", other.name, other.origin.file);
            findings.field(&DUPLICATE_ID, "id", message);
        }
        first.entry(id).or_insert(rule);
        all.push(finish(rule, environment, findings));
    }
    all
}

fn finish(rule: &Rule, environment: &Environment, mut findings: Findings) -> Vec<Finding> {
    let subject = Subject::new(rule, environment);
    checks::all(&subject, &mut findings);
    suppress::apply(&subject, &mut findings);
    let mut seen = BTreeSet::new();
    let mut all = findings.0;
    // A function that is called twice is bound twice, but stands in one place.
    all.retain(|finding| {
        let place = finding.range.clone().map(|range| (range.start, range.end));
        seen.insert((finding.code, finding.field.clone(), place))
    });
    all.sort_by_key(|finding| {
        let start = finding.range.as_ref().map(|range| range.start);
        (start.is_some(), start, finding.code)
    });
    all.truncate(MAX_FINDINGS);
    all
}
