//! Making a rule set of rules.

use rule_convert::{Applicability, Edit, Profile, convert};
use rule_replay::rule_tests::RuleTest;
use sentinel_rules::bundled::read_samples;
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read};

use super::file::{EditState, RuleSet, RuleSource, SetRule, version};

/// A set of rules with the edits of a profile, as `accepted` decides them. A rule that comes with the
/// program is named; any other is kept whole.
pub fn of_rules(
    name: &str,
    rules: Vec<(Rule, Vec<RuleTest>)>,
    profile: Option<&'static Profile>,
    accepted: &dyn Fn(&Edit) -> bool,
) -> RuleSet {
    let rules = rules.into_iter().map(|(rule, tests)| SetRule {
        edits: profile.map_or_else(Vec::new, |profile| {
            states(&convert(&rule, profile).edits, accepted)
        }),
        rule: source(rule),
        tests,
        ..SetRule::default()
    });
    RuleSet {
        version: version(),
        name: name.to_owned(),
        profile: profile.map(|profile| profile.id.clone()),
        rules: rules.collect(),
        ..RuleSet::default()
    }
}

/// The state of edits. Hints have none: there is nothing to apply.
pub(crate) fn states(edits: &[Edit], accepted: &dyn Fn(&Edit) -> bool) -> Vec<EditState> {
    let edits = edits
        .iter()
        .filter(|edit| edit.applicability != Applicability::Manual);
    let state = |edit: &Edit| EditState {
        id: edit.id.clone(),
        accepted: accepted(edit),
        before: Some(edit.before.clone()),
        after: Some(edit.after.clone()),
    };
    edits.map(state).collect()
}

/// How a rule is kept: by name when it is a bundled one and as it was, whole otherwise.
pub(crate) fn source(rule: Rule) -> RuleSource {
    let mut files = bundled().into_iter();
    let same = files.find(|(file, text)| {
        let as_bundled = |known: &Rule| {
            Rule {
                origin: rule.origin.clone(),
                ..known.clone()
            } == rule
        };
        read(file, text.as_bytes())
            .rules
            .first()
            .is_some_and(as_bundled)
    });
    match same {
        Some((file, _)) => RuleSource {
            bundled: Some(file.to_owned()),
            ..RuleSource::default()
        },
        None => RuleSource {
            model: Some(Box::new(rule)),
            ..RuleSource::default()
        },
    }
}

/// The cases of a samples file, as it lies beside a rule, as tests of the rule as it was loaded.
pub fn samples_as_tests(text: &str) -> Result<Vec<RuleTest>, String> {
    let cases = read_samples(text).map_err(|error| format!("line {}: {error}", error.line()))?;
    Ok(cases.into_iter().map(RuleTest::from).collect())
}
