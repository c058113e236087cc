//! Making a rule set of rules.

use std::borrow::Cow;

use rule_convert::{Applicability, Edit, Profile, convert_as};
use rule_replay::rule_tests::RuleTest;
use sentinel_rules::bundled::read_samples;
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read};

use super::file::{EditState, RuleSet, RuleSource, SetRule, version};
use super::way::SetWay;
use rule_convert::Mode;

/// How the rules of a set are to be converted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The profile.
    pub profile: Profile,
    /// Text of its file, when it does not come with the program.
    pub text: Option<String>,
    /// Whether the converted rules watch both kinds of resource.
    pub widen: bool,
}

/// A set of rules with the edits of a profile, as `accepted` decides them. A rule that comes with the
/// program is named; any other is kept whole.
pub fn of_rules(
    name: &str,
    rules: Vec<(Rule, Vec<RuleTest>)>,
    wanted: Option<Wanted>,
    accepted: &dyn Fn(&Edit) -> bool,
) -> RuleSet {
    let way = wanted.as_ref().map(|wanted| SetWay {
        profile: Cow::Owned(wanted.profile.clone()),
        mode: match wanted.widen {
            true => Mode::Widen,
            false => Mode::Replace,
        },
    });
    let rules = rules.into_iter().map(|(rule, tests)| SetRule {
        edits: way.as_ref().map_or_else(Vec::new, |way| {
            states(&convert_as(&rule, &way.profile, way.mode).edits, accepted)
        }),
        rule: source(rule),
        tests,
        ..SetRule::default()
    });
    RuleSet {
        version: version(),
        name: name.to_owned(),
        rules: rules.collect(),
        profile: wanted.as_ref().map(|wanted| wanted.profile.id.clone()),
        widen: wanted.as_ref().is_some_and(|wanted| wanted.widen),
        profile_text: wanted.and_then(|wanted| wanted.text),
        ..RuleSet::default()
    }
}

/// The state of edits that were found. Hints have none: there is nothing to apply.
pub(crate) fn states(edits: &[Edit], accepted: &dyn Fn(&Edit) -> bool) -> Vec<EditState> {
    let edits = edits
        .iter()
        .filter(|edit| edit.applicability != Applicability::Manual && !edit.is_by_hand());
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

/// The cases of a samples file, as it lies beside a rule, as tests of the rule as it was loaded and, where a
/// case says so, of the converted one.
pub fn samples_as_tests(text: &str) -> Result<Vec<RuleTest>, String> {
    let cases = read_samples(text).map_err(|error| format!("line {}: {error}", error.line()))?;
    Ok(cases.into_iter().flat_map(RuleTest::of_case).collect())
}
