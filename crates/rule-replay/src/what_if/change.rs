//! A rule with some of its controls set otherwise.

use std::fmt;

use kql_syntax::parse;
use sentinel_rules::rule::Rule;
use sentinel_rules::validate;
use serde::{Deserialize, Serialize};

use super::control::{Control, ControlKind, controls};
use super::{fields, literal, query};

/// A control and the value that it is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Name of the control.
    pub name: String,
    /// The value as text.
    pub value: String,
}

/// A changed rule.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The rule.
    pub rule: Rule,
    /// What Sentinel or its documentation would object to, and did not before.
    pub warnings: Vec<String>,
}

/// Why a setting cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub message: String,
    /// What can be done.
    pub remedy: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.remedy)
    }
}

/// The rule with these settings, all made at once; a control that is set twice has the last value. The
/// query parses as well as before, and every control reads as it was set.
pub fn change(rule: &Rule, settings: &[Setting]) -> Result<Changed, Refused> {
    let known = controls(rule);
    let mut changed = rule.clone();
    let mut edits = Vec::new();
    let slots = query::slots(&rule.query);
    for (index, setting) in settings.iter().enumerate() {
        let control = find(&known, &setting.name)?;
        if settings[index + 1..]
            .iter()
            .any(|later| later.name == setting.name)
        {
            continue;
        }
        let wrong = |wanted: String| Refused {
            message: format!("{}: `{}` cannot be its value", setting.name, setting.value),
            remedy: format!("give {wanted}"),
        };
        match &control.place {
            None => fields::set(&mut changed, &control.name, &setting.value).map_err(wrong)?,
            Some(place) => {
                let slot = slots.iter().find(|slot| slot.range == *place);
                let text = slot.map(|slot| slot.text(&setting.value));
                edits.push((
                    place.clone(),
                    text.transpose().map_err(wrong)?.unwrap_or_default(),
                ));
            }
        }
    }
    edits.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
    for (place, text) in edits {
        changed.query.replace_range(place, &text);
    }
    verify(rule, &changed, &known, settings)?;
    let warnings = new_findings(rule, &changed);
    Ok(Changed {
        rule: changed,
        warnings,
    })
}

fn find<'c>(known: &'c [Control], name: &str) -> Result<&'c Control, Refused> {
    let mut controls = known.iter();
    let found = controls.find(|control| control.name == name);
    found.ok_or_else(|| unknown(known, name))
}

/// What is said of a control that is not there.
pub(super) fn unknown(known: &[Control], name: &str) -> Refused {
    let names: Vec<&str> = known.iter().map(|control| control.name.as_str()).collect();
    Refused {
        message: format!("the rule has no control `{name}`"),
        remedy: format!("name one of {}", names.join(", ")),
    }
}

/// Holds that the changed query has no new errors, and that what was set is what it says.
fn verify(
    before: &Rule,
    after: &Rule,
    known: &[Control],
    settings: &[Setting],
) -> Result<(), Refused> {
    let errors = |query: &str| parse(query).diagnostics().len();
    if errors(&after.query) > errors(&before.query) {
        return Err(Refused {
            message: "the changed query could not be parsed".to_owned(),
            remedy: "change the query by hand".to_owned(),
        });
    }
    let now = query::slots(&after.query);
    let then: Vec<&Control> = known.iter().filter(|one| one.place.is_some()).collect();
    for (control, slot) in then.iter().zip(&now) {
        let set = settings
            .iter()
            .rev()
            .find(|setting| setting.name == control.name);
        let wanted = set.map_or(control.value.as_str(), |setting| setting.value.as_str());
        if !same(control.kind, wanted, &slot.value) {
            return Err(misread(control));
        }
    }
    Ok(())
}

fn same(kind: ControlKind, wanted: &str, found: &str) -> bool {
    let canonical = |text: &str| literal::canonical(kind, text);
    canonical(wanted).is_ok_and(|wanted| canonical(found).is_ok_and(|found| wanted == found))
}

fn misread(control: &Control) -> Refused {
    Refused {
        message: format!(
            "{}: the changed query would not say what was set",
            control.name
        ),
        remedy: "change the query by hand".to_owned(),
    }
}

fn new_findings(before: &Rule, after: &Rule) -> Vec<String> {
    let known = validate(before);
    let found = validate(after)
        .into_iter()
        .filter(|one| !known.contains(one));
    found
        .map(|one| format!("{}: {}; {}", one.field, one.message, one.remedy))
        .collect()
}
