//! What a lint is: its code, how bad its findings are, and the words that explain it.

use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing; may be as meant.
    Note,
    /// Likely not what is meant.
    Warning,
    /// Refused by the service, or never does what it is for.
    Error,
}

impl Level {
    /// The word for it, as SARIF has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Stable code, such as `RL0010`.
    pub code: &'static str,
    /// Stable name in kebab case.
    pub name: &'static str,
    /// How bad its findings are.
    pub level: Level,
    /// What it finds, in one line.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// Name of the documentation page that it rests on.
    pub page: &'static str,
}
