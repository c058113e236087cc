//! What is exported, what comes before and after, and what is shared.

pub use sentinel_rules::{Automation, Owner};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::handover::{Fields, Shell, Step};
use crate::links::Link;

/// Asks for converted rules as a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ExportAsk {
    /// Keys of the rules; all when empty.
    pub rules: Vec<String>,
    /// Name of a format of [`crate::export::FORMATS`].
    pub format: String,
    /// What the automation rule does, in that format.
    pub automation: Automation,
}

/// A file, with what was found when it was read back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportView {
    /// Suggested name.
    pub name: String,
    /// MIME type.
    pub mime: String,
    /// Content.
    pub bytes: ByteBuf,
    /// What is to be known about each rule.
    pub checks: Vec<CheckView>,
}

/// What is to be known about an exported rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckView {
    /// Name of the rule.
    pub rule: String,
    /// What Azure would refuse, or do otherwise than meant, one sentence each.
    pub findings: Vec<String>,
    /// Fields that the format has no place for.
    pub left_out: Vec<String>,
    /// What the file says otherwise than the rule that was loaded, as lines that begin with `@` for a
    /// field, `-` and `+` for what changed, and a blank for what did not.
    pub lines: Vec<String>,
}

/// Asks for the steps before and after an export.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct HandoverAsk {
    /// What the user filled in.
    pub fields: Fields,
    /// Shell of the commands.
    pub shell: Shell,
}

/// Asks for the back-test of a converted rule as one query.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BacktestAsk {
    /// Key of the rule.
    pub rule: String,
    /// Time of the first run; the first that reads the log when empty.
    pub from: String,
    /// Latest time of a run; that of the last that reads the log when empty.
    pub to: String,
    /// What the user filled in; the workspace is that of the link.
    pub fields: Fields,
    /// Cluster and database of Azure Data Explorer, with a slash between; no link when empty.
    pub cluster: String,
}

/// The back-test of a rule as one query.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BacktestView {
    /// The query.
    pub query: String,
    /// What to know about it, one sentence each.
    pub notes: Vec<String>,
    /// Opens it in Log Analytics; otherwise why there is no link.
    pub log_analytics: Result<Link, String>,
    /// Opens it in Azure Data Explorer; otherwise why there is no link.
    pub data_explorer: Result<Link, String>,
}

/// Asks for a log without what names somebody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RedactAsk {
    /// Name of the file.
    pub name: String,
    /// Its content.
    pub bytes: ByteBuf,
    /// Seed of the pseudonyms, as the user wrote it.
    pub seed: String,
    /// Words that stay.
    pub keep: Vec<String>,
}

/// A redacted log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RedactView {
    /// Suggested name.
    pub name: String,
    /// Content.
    pub text: String,
    /// What was replaced, in a sentence.
    pub told: String,
}

/// The steps before and after an export.
pub type Steps = Vec<Step>;
