//! Sharing rules in an address or a file, and the whole work as one file.

use serde::{Deserialize, Serialize};

use super::{ExportFile, Journal, PreviewView, TextFile};

/// Asks for rules to share.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShareAsk {
    /// Keys of the rules; all when empty.
    pub rules: Vec<String>,
    /// Whether tests that hold rows of the user's logs go along, with pseudonyms.
    pub rows: bool,
    /// Seed of the pseudonyms, as the user wrote it.
    pub seed: String,
    /// Words that stay as they are.
    pub keep: Vec<String>,
}

/// Rules to share, with what is inside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShareView {
    /// The rule set.
    pub file: ExportFile,
    /// What is inside, a sentence each.
    pub contents: Vec<String>,
    /// Names in the rows and what stands for each, the first ones; all of them when rows go along.
    pub replaced: Vec<(String, String)>,
    /// The rule set as a part of an address; otherwise why a file is needed.
    pub address: Result<String, String>,
}

/// What an address holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnpackedView {
    /// The rule set, to be opened if the user wants it.
    pub text: String,
    /// What opening it would change.
    pub preview: PreviewView,
}

/// The whole work as a file holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EverythingView {
    /// Rules, decisions, queries, tests, names of logs.
    pub journal: Journal,
    /// Log files that are inside.
    pub logs: Vec<TextFile>,
    /// What is inside, a sentence each.
    pub contents: Vec<String>,
}
