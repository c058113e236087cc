//! The Key Vault rules that come with Rulesmith, and the sample rows that say what each must find.
//!
//! The texts are the files under `rules/key-vault`, written for Rulesmith after the behaviour of
//! Microsoft's rules that each file names.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

macro_rules! rules {
    ($($name:literal),+ $(,)?) => {
        [$((
            concat!($name, ".yaml"),
            include_str!(concat!("../../../rules/key-vault/", $name, ".yaml")),
            include_str!(concat!("../../../rules/key-vault/", $name, ".samples.json")),
        )),+]
    };
}

/// File name, rule and samples.
const RULES: [(&str, &str, &str); 5] = rules![
    "sensitive-operations",
    "sensitive-operations-nrt",
    "mass-retrieval",
    "time-series-anomaly",
    "threat-intelligence-ip",
];

/// The bundled rules: file name and YAML, in the order in which they are shown.
pub fn bundled() -> Vec<(&'static str, &'static str)> {
    RULES.iter().map(|(file, rule, _)| (*file, *rule)).collect()
}

/// Sample cases of the bundled rules: file name of the rule, and its cases.
pub fn samples() -> Result<Vec<(&'static str, Vec<SampleCase>)>, serde_json::Error> {
    RULES
        .iter()
        .map(|(file, _, samples)| Ok((*file, read_samples(samples)?)))
        .collect()
}

#[derive(Deserialize)]
struct SampleFile {
    cases: Vec<SampleCase>,
}

/// Reads a file of sample cases, as it lies beside a rule.
pub fn read_samples(text: &str) -> Result<Vec<SampleCase>, serde_json::Error> {
    Ok(serde_json::from_str::<SampleFile>(text)?.cases)
}

/// Rows on which a rule must or must not find something.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct SampleCase {
    /// What the rows show.
    pub name: String,
    /// Whether the rule finds something.
    pub expect: Expectation,
    /// Moment of the run, ISO 8601 in UTC.
    pub now: String,
    /// Rows, in groups that differ in time only.
    pub rows: Vec<SampleRows>,
}

/// What a rule must do with the rows of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expectation {
    /// At least one result row.
    MustHit,
    /// No result row.
    MustNot,
}

/// The same row at several times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleRows {
    /// Table of Log Analytics.
    pub table: String,
    /// Values of `TimeGenerated`, ISO 8601 in UTC.
    pub at: Vec<String>,
    /// How many rows each time has.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub times: usize,
    /// The other columns.
    pub row: Map<String, Value>,
}

fn once() -> usize {
    1
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_once(times: &usize) -> bool {
    *times == once()
}

impl SampleRows {
    /// Every row of the group, `TimeGenerated` included.
    pub fn expand(&self) -> impl Iterator<Item = Map<String, Value>> + '_ {
        self.at.iter().flat_map(move |at| {
            let mut row = self.row.clone();
            row.insert("TimeGenerated".to_owned(), Value::from(at.as_str()));
            std::iter::repeat_n(row, self.times)
        })
    }
}
