//! What a rule set file holds, and the rules that follow from it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rule_convert::{
    ByHand, Conversion, Edit, Mode, Profile, convert_as, default_accepted, profile, profiles,
};
use rule_replay::rule_tests::{Revision, RuleTest};
use rule_replay::timeline::Assumptions;
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::protocol::Problem;

/// Major version that is read.
pub const VERSION_MAJOR: u32 = 1;
/// Minor version that is written.
pub const VERSION_MINOR: u32 = 1;

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
    /// Text of the profile's file, when it does not come with the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_text: Option<String>,
    /// Whether the converted rules watch both kinds of resource.
    #[serde(default, skip_serializing_if = "is_false")]
    pub widen: bool,
    /// What its replays and tests take for granted otherwise than by default, where Microsoft documents
    /// nothing: name and value. A test may say otherwise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assume: BTreeMap<String, String>,
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
    /// Changes of the original query by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hand_edits: Vec<HandEdit>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandEdit {
    /// First byte that it replaces.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Whether it is applied.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub accepted: bool,
}

impl HandEdit {
    /// A change as it is kept.
    pub fn new(change: ByHand, accepted: bool) -> Self {
        Self {
            start: change.range.start,
            end: change.range.end,
            text: change.text,
            note: change.note,
            accepted,
        }
    }

    /// The change.
    pub fn change(&self) -> ByHand {
        ByHand {
            range: self.start..self.end.max(self.start),
            text: self.text.clone(),
            note: self.note.clone(),
        }
    }
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

fn is_false(value: &bool) -> bool {
    !value
}

/// How the rules of a set are converted.
#[derive(Clone, Debug)]
pub struct SetWay {
    /// The profile.
    pub profile: Cow<'static, Profile>,
    /// What the converted rules are about.
    pub mode: Mode,
}

impl RuleSet {
    /// What the set takes for granted. Fails when there is no such option, or no such value of it.
    pub fn assumptions(&self) -> Result<Assumptions, Problem> {
        Assumptions::of(&self.assume).map_err(|wrong| {
            of_member(
                "assume",
                wrong,
                "`rulesmith replay --assumptions` lists the options",
            )
        })
    }

    /// How the rules of the set are converted; `None` when they stand as they are. Fails when the profile is
    /// neither one of the program nor in the file.
    pub fn way(&self) -> Result<Option<SetWay>, Problem> {
        let profile = match (&self.profile, &self.profile_text) {
            (Some(id), Some(text)) => Cow::Owned(own_profile(id, text)?),
            (Some(id), None) => Cow::Borrowed(known_profile(id)?),
            (None, Some(_)) => {
                return Err(of_member(
                    "profileText",
                    "the set does not say by which profile its rules are converted",
                    "write the profile's id in `profile`, or take the text out",
                ));
            }
            (None, None) if self.widen => {
                return Err(of_member(
                    "widen",
                    "the set does not say by which profile its rules are converted",
                    "write its id in `profile`, or take `widen` out",
                ));
            }
            (None, None) => return Ok(None),
        };
        let mode = match self.widen {
            true => Mode::Widen,
            false => Mode::Replace,
        };
        Ok(Some(SetWay { profile, mode }))
    }
}

fn own_profile(id: &str, text: &str) -> Result<Profile, Problem> {
    let read = Profile::read(text).map_err(|error| {
        let line = error.line.map(|line| format!(", line {line}"));
        let field = error.field.map(|field| format!(", {field}"));
        of_member(
            &format!(
                "profileText{}{}",
                line.unwrap_or_default(),
                field.unwrap_or_default()
            ),
            error.message,
            &error.remedy,
        )
    })?;
    match read.id == id {
        true => Ok(read),
        false => Err(of_member(
            "profile",
            format!(
                "it names `{id}`, and the profile in the file is `{}`",
                read.id
            ),
            "write the same id in both places",
        )),
    }
}

fn known_profile(id: &str) -> Result<&'static Profile, Problem> {
    profile(id).ok_or_else(|| {
        let names: Vec<&str> = profiles().iter().map(|one| one.id.as_str()).collect();
        of_member(
            "profile",
            format!("there is no profile `{id}`"),
            &format!(
                "name one of {}, or put the text of your profile file into `profileText`",
                names.join(", ")
            ),
        )
    })
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
    pub fn converted(&self, way: Option<&SetWay>, place: &str) -> Result<Rule, Problem> {
        let original = self.original(place)?;
        let Some(way) = way else {
            return Ok(original);
        };
        let conversion = self.conversion(&original, way, place)?;
        let converted = conversion.apply(&original, &|edit| self.is_accepted(edit));
        Ok(converted.rule)
    }

    /// The conversion of the rule, with the changes by hand. Fails when the set names edits that it does not
    /// have, or changes that it cannot take.
    pub fn conversion(
        &self,
        original: &Rule,
        way: &SetWay,
        place: &str,
    ) -> Result<Conversion, Problem> {
        let mut conversion = convert_as(original, &way.profile, way.mode);
        self.check_edits(&conversion, place)?;
        for (index, change) in self.hand_edits.iter().enumerate() {
            let place = format!("{place}.handEdits[{index}]");
            let added = conversion.put_by_hand(original, change.change());
            added.map_err(|refusal| of_member(&place, refusal.to_string(), "correct it"))?;
        }
        let converted = conversion.apply(original, &|edit| self.is_accepted(edit));
        match converted.new_errors.first() {
            Some(error) if !self.hand_edits.is_empty() => Err(of_member(
                &format!("{place}.handEdits"),
                format!("the converted query would not parse: {}", error.message),
                "mend the texts",
            )),
            _ => Ok(conversion),
        }
    }

    /// A revision of the rule.
    pub fn revision(
        &self,
        revision: Revision,
        way: Option<&SetWay>,
        place: &str,
    ) -> Result<Rule, Problem> {
        match revision {
            Revision::Original => self.original(place),
            Revision::Converted => self.converted(way, place),
        }
    }

    /// Whether an edit is applied: as the set says, or by default.
    pub fn is_accepted(&self, edit: &Edit) -> bool {
        if let Some(change) = edit.as_by_hand() {
            let mut known = self.hand_edits.iter();
            return known.any(|one| one.accepted && one.change().range == change.range);
        }
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
