//! `rulesmith ruleset`: make a rule set of rules, with the cases beside them as tests.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use rule_convert::{Edit, default_profile};
use rule_replay::rule_tests::Revision;
use rule_replay::words::counted;
use workbench::rule_set::{Wanted, of_rules};

use crate::commands::choices::{check_accepted, is_accepted, own_profile_text, profile_of};
use crate::commands::rules::{read_all, samples_beside};
use crate::files::{self, Failure};

/// Arguments of `ruleset`.
#[derive(Args)]
pub struct Arguments {
    /// Rule files: YAML, ARM templates, solutions, zip archives
    #[arg(required = true)]
    rules: Vec<String>,
    /// File to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Name of the set
    #[arg(long, default_value = "")]
    name: String,
    /// Which conversion the rules go through: a name, or a profile file of your own, which goes into the
    /// set; without it they stand as they are
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// Make rules about both kinds of resource instead of the target alone
    #[arg(long, requires = "profile")]
    widen: bool,
    /// Accept a reviewable edit too, by its id, or `all`; may be repeated
    #[arg(long, value_name = "EDIT", requires = "profile")]
    accept: Vec<String>,
}

/// Writes the set; the status is 1 when a rule file had a problem.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let wanted = arguments.profile.as_deref();
    let wanted = wanted.map(|name| wanted_way(name, arguments.widen));
    let wanted = wanted.transpose()?;
    // Cases say of a converted rule what the default profile makes of it.
    let is_default = |wanted: &Wanted| wanted.profile.id == default_profile().id;
    let converts = wanted.as_ref().is_some_and(is_default);
    let mut had_problems = false;
    let mut rules = Vec::new();
    for file in &arguments.rules {
        let read = read_all(std::slice::from_ref(file))?;
        had_problems |= read.had_problems;
        let mut tests = match read.rules.len() {
            1 => samples_beside(file)?.unwrap_or_default(),
            _ => Vec::new(),
        };
        tests.retain(|test| converts || test.revision == Revision::Original);
        rules.extend(
            read.rules
                .into_iter()
                .map(|rule| (rule, std::mem::take(&mut tests))),
        );
    }
    let accepted = |edit: &Edit| is_accepted(edit, &arguments.accept);
    let set = of_rules(&arguments.name, rules, wanted, &accepted);
    let edits = set.rules.iter().flat_map(|rule| &rule.edits);
    check_accepted(&arguments.accept, edits.map(|edit| edit.id.as_str()))?;
    let text = set
        .write()
        .map_err(|problem| Failure::new(problem.message))?;
    files::write(&arguments.out, text.as_bytes())?;
    let tests: usize = set.rules.iter().map(|rule| rule.tests.len()).sum();
    files::warn(&format!(
        "{} with {} written to {}",
        counted(set.rules.len() as u64, "rule"),
        counted(tests as u64, "test"),
        arguments.out.display()
    ));
    Ok(ExitCode::from(u8::from(
        had_problems || set.rules.is_empty(),
    )))
}

fn wanted_way(name: &str, widen: bool) -> Result<Wanted, Failure> {
    Ok(Wanted {
        profile: profile_of(name)?,
        text: own_profile_text(name)?,
        widen,
    })
}
