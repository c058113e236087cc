//! Questions about whether a conversion means the same, and about the differences of two versions.

use rule_proof::diff::RuleDiff;
use serde::{Deserialize, Serialize};

use super::RuleVersion;

pub use rule_proof::diff::{FieldChange, IncidentLine, LogDiff, QueryChange, RunDiff};
pub use rule_proof::verdict::{
    CounterExample, ExampleOutcome, ExampleTable, Finding, Intended, NotExercised, NotToldApart,
    Proof, Verdict,
};

/// Which conversion is proved, and how much is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofQuestion {
    /// Key of the rule.
    pub rule: String,
    /// Seed of the sample and of the generated logs.
    pub seed: u64,
    /// Generated logs.
    pub cases: usize,
}

/// The outcome of a proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ProofView {
    /// Both rules were run.
    Proved(Box<Proof>),
    /// There is no original to run, or one of them cannot be run: why, in a sentence.
    CannotRun(String),
}

/// Two versions to compare.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiffQuestion {
    /// The old version.
    pub old: RuleVersion,
    /// The new version.
    pub new: RuleVersion,
    /// Seed of the samples and of the generated logs.
    pub seed: u64,
    /// Generated logs.
    pub cases: usize,
}

/// What differs between two versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiffView {
    /// Everything that was compared; `None` when one of the versions cannot be run.
    pub whole: Option<Box<RuleDiff>>,
    /// Fields that differ.
    pub fields: Vec<FieldChange>,
    /// Parts of the query that differ.
    pub query: Vec<QueryChange>,
    /// Why a version cannot be run; empty when both can.
    pub problem: String,
}
