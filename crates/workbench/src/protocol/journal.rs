//! What the page keeps, and the files it hands over.

use serde::{Deserialize, Serialize};

pub use crate::rule_set::HandEdit;

/// Name and content of an uploaded file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InputFile {
    /// Name, shown as text only and never used as a path.
    pub name: String,
    /// Content.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// What the page keeps to rebuild a session after a reload or a crash of the worker.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Journal {
    /// Rule files that were added, in order.
    pub rule_files: Vec<TextFile>,
    /// Keys of rules that were removed.
    pub removed_rules: Vec<String>,
    /// Decisions that differ from the default, by rule key and edit id.
    pub decisions: Vec<(String, String, bool)>,
    /// Sample set that was loaded.
    pub sample: Option<String>,
    /// Names of the user's own log files. Their rows are not kept; after a reload the page asks for them.
    pub logs: Vec<String>,
    /// Time at which rules run.
    pub now: Option<String>,
    /// Changes by hand, by rule key; whether they are applied is a decision.
    pub hand_edits: Vec<(String, HandEdit)>,
    /// Profile files of the user's own: name and text.
    pub profiles: Vec<(String, String)>,
    /// Converted queries that the user wrote, by rule key. Read only: they become changes by hand.
    pub own_queries: Vec<(String, String)>,
    /// Queries that were run on the logs, the last one first.
    pub hunts: Vec<String>,
    /// Tests of rules that differ from those that come with the rule: key of the rule, tests as JSON.
    pub tests: Vec<(String, String)>,
    /// How rules are converted.
    pub way: Way,
    /// What is taken for granted otherwise than by default where Microsoft documents nothing: name, value.
    pub assumptions: Vec<(String, String)>,
}

/// How rules are converted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Way {
    /// Id of the profile; empty for the first one, Key Vault to Managed HSM.
    pub profile: String,
    /// Whether converted rules watch both kinds of resource, instead of the target alone.
    pub widen: bool,
}

/// A rule file as it was loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextFile {
    /// Name.
    pub name: String,
    /// Content in base64, so that archives survive too.
    pub base64: String,
}
