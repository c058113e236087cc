//! What an alert leaves out, or does not say, because Sentinel would not: each in a sentence that names the
//! thing and the limit.

use serde::{Deserialize, Serialize};

/// The part of an alert that something is missing from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CutPart {
    /// Its entities.
    Entities,
    /// Its custom details.
    CustomDetails,
    /// What a rule puts in place of its own name, description, severity, tactics and properties.
    AlertDetails,
}

/// Something that an alert leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Where it is missing.
    pub part: CutPart,
    /// What is missing and why.
    pub sentence: String,
}

impl Cut {
    /// That something is missing from a part of an alert.
    pub(crate) fn of(part: CutPart, sentence: String) -> Self {
        Self { part, sentence }
    }
}
