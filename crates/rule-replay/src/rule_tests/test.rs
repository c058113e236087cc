//! What a test says.

use std::collections::BTreeMap;

use sentinel_rules::bundled::{Expectation, SampleCase, SampleRows};
use sentinel_rules::rule::Severity;
use serde::{Deserialize, Serialize};

/// A test of one rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleTest {
    /// What it shows.
    pub name: String,
    /// Notes for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Which revision of the rule is tested.
    #[serde(default, skip_serializing_if = "Revision::is_default")]
    pub revision: Revision,
    /// The log.
    pub input: Input,
    /// A single run, at this time (ISO 8601, UTC); for an NRT rule the minutes of the day before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// When the rule is enabled, which is its first run; without it and without `at`, the first row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last time at which a run may be due; without it, late enough for the last row to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Time between an event and its ingestion, such as `3m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ingestion_delay: Option<String>,
    /// What is taken for granted otherwise than by default, where Microsoft documents nothing: name and value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assume: BTreeMap<String, String>,
    /// What must come of it.
    pub expect: Expected,
}

/// Which revision of a rule a test is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Revision {
    /// The rule after its accepted edits.
    #[default]
    Converted,
    /// The rule as it was loaded.
    Original,
}

impl Revision {
    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for a reference"
    )]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The log of a test: rows, a generated log, or both.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    /// A log of the seeded generator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate: Option<Generated>,
    /// Rows, in groups that differ in time only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<SampleRows>,
}

/// What the generator is asked for; the same answers give the same log everywhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Generated {
    /// Name of the scenario.
    pub scenario: String,
    /// Seed.
    #[serde(default = "one")]
    pub seed: u64,
    /// At least this many records.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows: usize,
    /// End of the log (ISO 8601, UTC).
    pub end: String,
    /// Managed HSM records in the shape that Microsoft's page prints.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub documented_shape: bool,
}

fn one() -> u64 {
    1
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What must come of a test; what is not stated is not compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expected {
    /// Whether any run raises an alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hit: Option<bool>,
    /// All alerts, oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts: Option<Vec<ExpectedAlert>>,
    /// All incidents, oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incidents: Option<Vec<ExpectedIncident>>,
}

/// An alert; members that are not stated are not compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpectedAlert {
    /// When it is made (ISO 8601, UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Result rows that it stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<usize>,
    /// Its entities, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entities: Option<Vec<ExpectedEntity>>,
}

/// An incident; members that are not stated are not compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpectedIncident {
    /// When it is made (ISO 8601, UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Number of its alerts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts: Option<usize>,
    /// Its entities, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entities: Option<Vec<ExpectedEntity>>,
}

/// An entity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpectedEntity {
    /// Its type, such as `Account`.
    pub entity_type: String,
    /// Its identifiers by name.
    pub identifiers: BTreeMap<String, String>,
}

impl RuleTest {
    /// The tests of a sample case, each a single run with a hit or a miss: one of the rule as it is, and one
    /// of the converted rule where the case says what that finds.
    pub fn of_case(case: SampleCase) -> Vec<Self> {
        let test = |name: String, revision: Revision, expect: Expectation| Self {
            name,
            revision,
            input: Input {
                rows: case.rows.clone(),
                ..Input::default()
            },
            at: Some(case.now.clone()),
            expect: Expected {
                hit: Some(expect == Expectation::MustHit),
                ..Expected::default()
            },
            ..Self::default()
        };
        let original = test(case.name.clone(), Revision::Original, case.expect);
        let converted = case.converted.map(|expect| {
            let name = format!("{}, after the conversion", case.name);
            test(name, Revision::Converted, expect)
        });
        std::iter::once(original).chain(converted).collect()
    }
}
