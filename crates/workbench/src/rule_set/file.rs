//! What a rule set file holds, and the rules that follow from it.

use rule_convert::{
    ByHand, Conversion, Edit, Profile, convert, default_accepted, profile, profiles,
};
use rule_replay::rule_tests::{Revision, RuleTest};
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::protocol::Problem;

/// Major version that is read.
pub const VERSION_MAJOR: u32 = 1;
/// Minor version that is written.
pub const VERSION_MINOR: u32 = 0;

/// The version that is written.
pub fn version() -> String {
    format!("{VERSION_MAJOR}.{VERSION_MINOR}")
}

/// A rule set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleSet {
    /// Version of the format, `major.minor`.
    #[serde(rename = "rulesmithRuleSet")]
    pub version: String,
    /// Where the JSON Schema is; for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Name of the set.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Notes for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Where the set came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// Id of the conversion; without it the rules stand as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The rules.
    pub rules: Vec<SetRule>,
    /// Members of a later minor version, with the way to each.
    #[serde(skip)]
    pub(crate) later: Vec<(Vec<String>, Json)>,
}

/// Where something came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// A file, address or person.
    pub source: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A rule of a set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetRule {
    /// The rule as it was loaded.
    pub rule: RuleSource,
    /// Where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// Edits of the conversion with their state; an edit that is not here has its default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<EditState>,
    /// Changes of the original query by hand: `start` and `end` in bytes, `text`, `note`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hand_edits: Vec<Json>,
    /// Notes for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Its tests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<RuleTest>,
}

/// A rule as it was loaded: one of `bundled`, `text` and `model`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleSource {
    /// File name of a rule that comes with Rulesmith.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundled: Option<String>,
    /// Name of the file that `text` is the content of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Content of a file with one rule: YAML or an ARM template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The rule itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Box<Rule>>,
}

/// An edit of the conversion with its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditState {
    /// Name of the edit within the rule.
    pub id: String,
    /// Whether it is applied.
    pub accepted: bool,
    /// What it replaces; told apart from another edit of the same name when the rule has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A change by hand of the original query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HandEdit {
    /// First byte that it replaces.
    start: usize,
    /// One past the last.
    end: usize,
    /// What stands there afterwards.
    text: String,
    /// Why.
    #[serde(default)]
    note: String,
}

impl RuleSet {
    /// The profile of the set. Fails when there is none of its id.
    pub fn profile(&self) -> Result<Option<&'static Profile>, Problem> {
        let Some(id) = &self.profile else {
            return Ok(None);
        };
        let found = profile(id);
        found.map(Some).ok_or_else(|| {
            let names: Vec<&str> = profiles().iter().map(|one| one.id.as_str()).collect();
            of_member(
                "profile",
                format!("there is no profile `{id}`"),
                &format!("name one of {}", names.join(", ")),
            )
        })
    }
}

impl SetRule {
    /// The rule as it was loaded. `place` is the way to this rule in the file.
    pub fn original(&self, place: &str) -> Result<Rule, Problem> {
        let source = &self.rule;
        let place = format!("{place}.rule");
        match (&source.bundled, &source.text, &source.model) {
            (Some(name), None, None) => of_bundle(name, &place),
            (None, Some(text), None) => {
                of_text(source.file.as_deref().unwrap_or("rule.yaml"), text, &place)
            }
            (None, None, Some(model)) => Ok(model.as_ref().clone()),
            _ => Err(of_member(
                &place,
                "it is not clear what the rule is",
                "give one of `bundled`, `text` and `model`",
            )),
        }
    }

    /// The rule after its accepted edits.
    pub fn converted(
        &self,
        profile: Option<&'static Profile>,
        place: &str,
    ) -> Result<Rule, Problem> {
        let original = self.original(place)?;
        let Some(profile) = profile else {
            return Ok(original);
        };
        let mut conversion = convert(&original, profile);
        self.check_edits(&conversion, place)?;
        self.add_by_hand(&original, &mut conversion, place)?;
        Ok(conversion
            .apply(&original, &|edit| self.is_accepted(edit))
            .rule)
    }

    /// Adds the changes by hand to the edits of the conversion.
    fn add_by_hand(
        &self,
        original: &Rule,
        conversion: &mut Conversion,
        place: &str,
    ) -> Result<(), Problem> {
        for (index, change) in self.hand_edits.iter().enumerate() {
            let place = format!("{place}.handEdits[{index}]");
            let hand: HandEdit = serde_json::from_value(change.clone()).map_err(|error| {
                of_member(&place, error.to_string(), "give start, end and text")
            })?;
            let change = ByHand {
                range: hand.start..hand.end,
                text: hand.text,
                note: hand.note,
            };
            let added = conversion.add_by_hand(original, change, &|edit| self.is_accepted(edit));
            added.map_err(|refusal| of_member(&place, refusal.to_string(), "correct it"))?;
        }
        Ok(())
    }

    /// A revision of the rule.
    pub fn revision(
        &self,
        revision: Revision,
        profile: Option<&'static Profile>,
        place: &str,
    ) -> Result<Rule, Problem> {
        match revision {
            Revision::Original => self.original(place),
            Revision::Converted => self.converted(profile, place),
        }
    }

    /// Whether an edit is applied: as the set says, or by default.
    pub fn is_accepted(&self, edit: &Edit) -> bool {
        let state = self.edits.iter().find(|state| state.id == edit.id);
        state.map_or_else(|| default_accepted(edit), |state| state.accepted)
    }

    /// Holds that every edit of the set is one of the conversion and still writes the same.
    pub(crate) fn check_edits(&self, conversion: &Conversion, place: &str) -> Result<(), Problem> {
        for (index, state) in self.edits.iter().enumerate() {
            let edit = conversion.edits.iter().find(|edit| edit.id == state.id);
            let differs = |edit: &Edit| {
                let other = |stated: &Option<String>, text: &String| {
                    stated.as_ref().is_some_and(|one| one != text)
                };
                other(&state.before, &edit.before) || other(&state.after, &edit.after)
            };
            if edit.is_none_or(differs) {
                return Err(of_member(
                    &format!("{place}.edits[{index}]"),
                    format!("the conversion has no such edit `{}` any more", state.id),
                    "take it out, and look at the conversion again",
                ));
            }
        }
        Ok(())
    }
}

fn of_bundle(name: &str, place: &str) -> Result<Rule, Problem> {
    let known = bundled();
    let Some((file, text)) = known.iter().find(|(file, _)| *file == name) else {
        let names: Vec<&str> = known.iter().map(|(file, _)| *file).collect();
        return Err(of_member(
            &format!("{place}.bundled"),
            format!("no rule `{name}` comes with the program"),
            &format!("name one of {}", names.join(", ")),
        ));
    };
    of_text(file, text, place)
}

fn of_text(file: &str, text: &str, place: &str) -> Result<Rule, Problem> {
    let mut outcome = read(file, text.as_bytes());
    if let Some(problem) = outcome.problems.into_iter().next() {
        let mut problem = Problem::from(problem);
        problem.field = Some(match problem.field {
            Some(field) => format!("{place}.text, {field}"),
            None => format!("{place}.text"),
        });
        return Err(problem);
    }
    match (outcome.rules.pop(), outcome.rules.len()) {
        (Some(rule), 0) => Ok(rule),
        (_, more) => Err(of_member(
            &format!("{place}.text"),
            format!("it holds {} rules", if more == 0 { 0 } else { more + 1 }),
            "give the text of a file with one rule",
        )),
    }
}

/// A problem of a member of the file.
pub(super) fn of_member(path: &str, message: impl Into<String>, remedy: &str) -> Problem {
    Problem {
        field: Some(path.to_owned()),
        ..Problem::about("Rule set", message, remedy)
    }
}
