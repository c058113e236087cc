//! The steps before and after an export, as commands that are filled in from the user's fields: connect
//! the HSM, see that rows arrive, deploy, try the rules, remove everything again.
//!
//! Commands are text; nothing here runs one. Each step names the page that documents it.

mod fields;
mod quote;
mod steps;

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

pub use fields::Fields;
pub use quote::Shell;

/// A step with its commands or queries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Stage: connect, verify, deploy, test or remove.
    pub stage: String,
    /// What is done.
    pub title: String,
    /// What to know about it.
    pub about: String,
    /// Whether the lines are commands of a shell; else they are one KQL query.
    pub is_command: bool,
    /// The lines.
    pub lines: Vec<String>,
    /// Page that documents it.
    pub page: String,
}

/// The steps for a workspace, an HSM and files of these rules; fails with every field that is no name.
pub fn steps(
    fields: &Fields,
    shell: Shell,
    rules: &[sentinel_rules::rule::Rule],
) -> Result<Vec<Step>, Vec<Problem>> {
    let fields = fields.checked()?;
    Ok(steps::all(&fields, shell, rules))
}
