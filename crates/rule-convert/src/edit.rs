//! What a conversion consists of: edits with a place, a reason and an applicability.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// One change that a conversion proposes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// Stable name within the rule, such as `resource-type@142`; the same input gives the same name.
    pub id: String,
    /// What is changed.
    pub target: Target,
    /// Text or value before.
    pub before: String,
    /// Text or value after.
    pub after: String,
    /// Short title for a list, such as `Resource type`.
    pub title: String,
    /// Why, in a sentence for an analyst.
    pub reason: String,
    /// How much judgement it needs.
    pub applicability: Applicability,
    /// How sure the facts behind it are.
    pub certainty: Certainty,
}

/// The part of a rule that an edit changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Target {
    /// A range of the original query, in UTF-8 bytes. Ranges of one conversion do not overlap.
    Query {
        /// The range.
        range: Range<usize>,
    },
    /// A field of the rule, by its YAML name.
    Field {
        /// The name.
        name: String,
    },
}

/// Kinds of edit that change on purpose what a rule finds, beyond carrying it over: a filter that the
/// original lacks, and what makes up for gaps in the target's rows.
const BEYOND: [&str; 4] = ["filter", "claim", "success", "unattested"];

/// Kinds of edit of a query that are about the kind of resource, or a user's own.
const OF_THE_KIND: [&str; 5] = ["resource-type", "segment", "condition", "widen", "hand"];

/// Kinds of edit that change lists of operations and conditions alone, and leave tables and columns as they
/// are.
const OF_VALUES: [&str; 3] = ["operations", "success", "unattested"];

impl Edit {
    /// What kind of edit it is, as its id begins.
    fn kind(&self) -> &str {
        self.id.split(['@', ':']).next().unwrap_or_default()
    }

    /// Whether only texts and conditions change, so that the tables and columns of the query stay.
    pub(crate) fn changes_values(&self) -> bool {
        OF_VALUES.contains(&self.kind())
    }

    /// Whether the edit changes on purpose what the rule finds, so that the converted rule is not expected to
    /// do what the original does.
    pub fn changes_meaning(&self) -> bool {
        BEYOND.contains(&self.kind())
    }

    /// Whether it is about a gap between the logs of both kinds, and not about the kind of resource itself.
    pub fn is_gap(&self) -> bool {
        self.target.range().is_some() && !OF_THE_KIND.contains(&self.kind())
    }

    /// Whether a user wrote it.
    pub fn is_by_hand(&self) -> bool {
        self.id.starts_with("hand@")
    }
}

impl Target {
    /// The range, for a part of the query.
    pub fn range(&self) -> Option<&Range<usize>> {
        match self {
            Self::Query { range } => Some(range),
            Self::Field { .. } => None,
        }
    }
}

/// How much judgement an edit needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Keeps the meaning on the other resource type; applied unless refused.
    Safe,
    /// Likely right; applied only when accepted.
    Review,
    /// A hint; there is nothing to apply by machine.
    Manual,
}

/// How sure a domain fact is, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Microsoft's documentation says it.
    Documented,
    /// Seen in a real sample, export or screenshot.
    Seen,
    /// Follows from the two above.
    Inferred,
    /// Nobody says; a guess.
    Unknown,
}

/// A place that looks as if it had to change and was left alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Range of the original query, in UTF-8 bytes.
    pub range: Range<usize>,
    /// Its text.
    pub text: String,
    /// Why it stays.
    pub reason: String,
}
