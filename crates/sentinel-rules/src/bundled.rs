//! The rules that come with Rulesmith, and the sample rows that say what each must find.
//!
//! `rules/key-vault` holds rules to convert, written for Rulesmith after the behaviour of Microsoft's
//! rules that each file names. `rules/managed-hsm` holds rules about Managed HSMs from the start.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The rules of a folder. Texts are looked up by functions, so that the page can leave to a later download
/// what its first use does not read.
macro_rules! pack {
    ($module:ident, $folder:literal: $($name:literal),+ $(,)?) => {
        mod $module {
            /// File names of the rules, in the order in which they are shown.
            pub(super) const FILES: &[&str] = &[$(concat!($name, ".yaml")),+];

            /// The YAML of a rule.
            #[inline(never)]
            pub(super) fn rule(file: &str) -> &'static str {
                $(if file == concat!($name, ".yaml") {
                    return include_str!(concat!("../../../rules/", $folder, "/", $name, ".yaml"));
                })+
                ""
            }

            /// The sample cases of a rule, as JSON.
            #[inline(never)]
            pub(super) fn samples(file: &str) -> &'static str {
                $(if file == concat!($name, ".yaml") {
                    return include_str!(concat!("../../../rules/", $folder, "/", $name, ".samples.json"));
                })+
                ""
            }
        }
    };
}

pack![
    key_vault,
    "key-vault":
    "sensitive-operations",
    "sensitive-operations-nrt",
    "mass-retrieval",
    "time-series-anomaly",
    "threat-intelligence-ip",
];

pack![
    managed_hsm,
    "managed-hsm":
    "security-domain",
    "full-backup-restore",
    "local-role-assignment",
    "key-release",
    "key-purge",
    "firewall-change",
    "diagnostic-setting-change",
    "hsm-deletion",
];

/// A set of bundled rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pack {
    /// Rules for Key Vault, to be converted.
    KeyVault,
    /// Rules for Managed HSM, which are used as they are.
    ManagedHsm,
}

impl Pack {
    /// Every pack, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::KeyVault, Self::ManagedHsm];

    /// Name of the pack for the command line, and of its folder under `rules`.
    pub fn id(self) -> &'static str {
        match self {
            Self::KeyVault => "key-vault",
            Self::ManagedHsm => "managed-hsm",
        }
    }

    /// Name of the pack for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::KeyVault => "Key Vault rules",
            Self::ManagedHsm => "Managed HSM rules",
        }
    }

    /// Whether the rules are to be converted before they are used.
    pub fn is_to_convert(self) -> bool {
        self == Self::KeyVault
    }

    /// File names of its rules, in the order in which they are shown.
    pub fn files(self) -> &'static [&'static str] {
        match self {
            Self::KeyVault => key_vault::FILES,
            Self::ManagedHsm => managed_hsm::FILES,
        }
    }

    /// Its rules: file name and YAML, in the order in which they are shown.
    pub fn rules(self) -> Vec<(&'static str, &'static str)> {
        let rule = |file| match self {
            Self::KeyVault => key_vault::rule(file),
            Self::ManagedHsm => managed_hsm::rule(file),
        };
        self.files()
            .iter()
            .map(|file| (*file, rule(file)))
            .collect()
    }

    /// Sample cases of its rules: file name of the rule, and its cases.
    pub fn samples(self) -> Result<Vec<(&'static str, Vec<SampleCase>)>, serde_json::Error> {
        let samples = |file| match self {
            Self::KeyVault => key_vault::samples(file),
            Self::ManagedHsm => managed_hsm::samples(file),
        };
        let files = self.files().iter();
        files
            .map(|file| Ok((*file, read_samples(samples(file))?)))
            .collect()
    }
}

/// The bundled rules to convert: file name and YAML, in the order in which they are shown.
pub fn bundled() -> Vec<(&'static str, &'static str)> {
    Pack::KeyVault.rules()
}

/// Sample cases of the bundled rules to convert: file name of the rule, and its cases.
pub fn samples() -> Result<Vec<(&'static str, Vec<SampleCase>)>, serde_json::Error> {
    Pack::KeyVault.samples()
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
    /// Whether the rule that it is converted to by default finds something; absent where that is not the point.
    pub converted: Option<Expectation>,
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
