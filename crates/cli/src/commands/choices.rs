//! Arguments that several commands take, and what is said when one names nothing.

use std::path::Path;

use audit_logs::generate::{SCENARIOS, Scenario, scenario};
use clap::ValueEnum;
use kql_analysis::time::parse_datetime;
use rule_convert::{Applicability, Edit, Profile, default_accepted, profile, profiles};
use serde::Serialize;

use crate::files::{self, Failure};

/// How an outcome is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading
    Text,
    /// One JSON document
    Json,
}

/// Prints a JSON document.
pub fn print_json(document: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(document);
    files::print_line(&text.map_err(|error| Failure::new(error.to_string()))?)
}

/// A time in ticks; `name` is the argument's.
pub fn time(name: &str, text: &str) -> Result<i64, Failure> {
    parse_datetime(text).ok_or_else(|| {
        Failure::new(format!(
            "--{name}: `{text}` is not a time; write it like 2026-03-02T00:30:00Z"
        ))
    })
}

/// A generated sample by its name.
pub fn sample(name: &str) -> Result<&'static Scenario, Failure> {
    scenario(name).ok_or_else(|| {
        let names: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
        Failure::new(format!(
            "--scenario: there is no `{name}`; there is {}",
            names.join(", ")
        ))
    })
}

/// A profile that comes with the program.
pub fn bundled_profile(id: &str) -> Result<&'static Profile, Failure> {
    profile(id).ok_or_else(|| {
        let known: Vec<&str> = profiles().iter().map(|one| one.id.as_str()).collect();
        Failure::new(format!(
            "--profile: there is no `{id}`; there is {}",
            known.join(", ")
        ))
    })
}

/// Whether a profile is named by its file.
fn is_file(name: &str) -> bool {
    let path = Path::new(name);
    profile(name).is_none() && (path.extension().is_some() || path.is_file())
}

/// The text of a profile that does not come with the program.
pub fn own_profile_text(name: &str) -> Result<Option<String>, Failure> {
    match is_file(name) {
        true => files::read_text(name).map(Some),
        false => Ok(None),
    }
}

/// A profile that comes with the program, or one in a file.
pub fn profile_of(name: &str) -> Result<Profile, Failure> {
    if is_file(name) {
        let text = files::read_text(name)?;
        return Profile::read(&text).map_err(|error| Failure::new(format!("{name}: {error}")));
    }
    bundled_profile(name).cloned()
}

/// Fails when an edit that is to be accepted is none of these.
pub fn check_accepted<'e>(
    accept: &[String],
    edits: impl Iterator<Item = &'e str>,
) -> Result<(), Failure> {
    let edits: Vec<&str> = edits.collect();
    let unknown = |name: &&String| *name != "all" && !edits.contains(&name.as_str());
    match accept.iter().find(unknown) {
        None => Ok(()),
        Some(name) => Err(Failure::new(format!(
            "--accept: no rule has an edit `{name}`; `rulesmith convert … --report FILE` lists them"
        ))),
    }
}

/// Whether an edit is applied: a safe one, or a reviewable one named by its id or by `all`.
pub fn is_accepted(edit: &Edit, accept: &[String]) -> bool {
    let named = accept.iter().any(|name| name == "all" || *name == edit.id);
    default_accepted(edit) || (named && edit.applicability == Applicability::Review)
}
