//! What a rule set file holds.

use std::collections::BTreeMap;

use rule_convert::ByHand;
use rule_replay::rule_tests::RuleTest;
use sentinel_rules::rule::Rule;
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

/// A problem of a member of the file.
pub(super) fn of_member(path: &str, message: impl Into<String>, remedy: &str) -> Problem {
    Problem {
        field: Some(path.to_owned()),
        ..Problem::about("Rule set", message, remedy)
    }
}
