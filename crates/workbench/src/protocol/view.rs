//! Everything that the page shows, and what goes wrong.

use serde::{Deserialize, Serialize};

use rule_convert::Summary;

use super::{AssumptionView, LogView, RuleView, Way};

/// Everything the page shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct View {
    /// Rules in order of loading; bundled ones first.
    pub rules: Vec<RuleView>,
    /// Loaded log files, indicators and samples.
    pub logs: Vec<LogView>,
    /// Files or parts of files that could not be read.
    pub problems: Vec<Problem>,
    /// Sample sets that can be loaded.
    pub samples: Vec<SampleView>,
    /// Time at which rules run, ISO 8601 UTC.
    pub now: String,
    /// How rules are converted.
    pub way: Way,
    /// What is taken for granted where Microsoft documents nothing.
    pub assumptions: Vec<AssumptionView>,
    /// The profiles to choose from: id and title, the first one first.
    pub profiles: Vec<(String, String)>,
    /// Ids of those that are the user's own.
    pub own_profiles: Vec<String>,
    /// What the conversion of all rules comes to.
    pub summary: Summary,
    /// Whether all rules about Managed HSMs that come with the program are loaded.
    pub has_pack: bool,
}

/// How far a long request has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done, such as `Reading signins.json`.
    pub what: String,
    /// Part that is done, 0 to 1; absent when not known.
    pub done: Option<f64>,
    /// Figures that change all the time, such as rows read; empty when there are none. Not announced.
    pub detail: String,
    /// Bytes of the file that were read so far, while a file is read.
    pub bytes: Option<u64>,
}

/// Something that could not be read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// File, or what else it is about.
    pub subject: String,
    /// Line from 1, when known.
    pub line: Option<usize>,
    /// Field or column, when known.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What can be done; may be empty.
    pub remedy: String,
}

/// A sample set that can be loaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SampleView {
    /// Name for [`Request::LoadSample`].
    pub name: String,
    /// Title for a button.
    pub title: String,
    /// What it holds and what should fire.
    pub description: String,
}
