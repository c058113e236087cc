//! Durations of a rule, in the notations of YAML (`1d`, `5m`, `1.00:00:00`) and ISO 8601 (`PT5M`).

use serde::{Deserialize, Serialize};

/// A duration in whole seconds. Two notations of the same length are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duration {
    /// Length in seconds.
    pub seconds: u64,
}
