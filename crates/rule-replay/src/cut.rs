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
    /// That something is missing from the entities.
    pub(crate) fn of_entities(sentence: String) -> Self {
        Self {
            part: CutPart::Entities,
            sentence,
        }
    }

    /// That something is missing from the custom details.
    pub(crate) fn of_custom_details(sentence: String) -> Self {
        Self {
            part: CutPart::CustomDetails,
            sentence,
        }
    }

    /// That an alert says what the rule itself says in place of what its rows would have.
    pub(crate) fn of_alert_details(sentence: String) -> Self {
        Self {
            part: CutPart::AlertDetails,
            sentence,
        }
    }
}
