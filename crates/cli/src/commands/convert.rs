//! `rulesmith convert`: convert rules and report every edit.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use rule_convert::{Edit, Mode, Report, convert_all};
use sentinel_rules::write_yaml;

use crate::commands::choices::{check_accepted, is_accepted, profile_of};
use crate::commands::rules::read_all;
use crate::files::{self, Failure};

/// Arguments of `convert`.
#[derive(Args)]
pub struct Arguments {
    /// Rule files: YAML, ARM templates, solutions, zip archives
    #[arg(required = true)]
    rules: Vec<String>,
    /// Which conversion: a name, or a profile file of your own
    #[arg(
        long,
        default_value = "key-vault-to-managed-hsm",
        value_name = "NAME|FILE"
    )]
    profile: String,
    /// Make rules about both kinds of resource instead of the target alone
    #[arg(long)]
    widen: bool,
    /// Folder for the converted rules, one YAML file each
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// File for a JSON report of every edit
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Apply a reviewable edit too, by its id from the report, or `all`; may be repeated
    #[arg(long, value_name = "EDIT")]
    accept: Vec<String>,
}

/// Converts every rule; the status is 1 when a file could not be read or nothing was converted.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let profile = profile_of(&arguments.profile)?;
    let mode = match arguments.widen {
        true => Mode::Widen,
        false => Mode::Replace,
    };
    let read = read_all(&arguments.rules)?;
    let accepted = |edit: &Edit| is_accepted(edit, &arguments.accept);
    let (all, summary) = convert_all(&read.rules, &profile, mode, &accepted);
    let edits = all.iter().flat_map(|one| &one.conversion.edits);
    check_accepted(&arguments.accept, edits.map(|edit| edit.id.as_str()))?;
    let mut reports = Vec::new();
    let mut names = BTreeSet::new();
    for (rule, one) in read.rules.iter().zip(&all) {
        let path = arguments
            .out
            .join(file_name(&rule.name, &rule.origin.file, &mut names));
        files::write(&path, write_yaml(&one.converted.rule).as_bytes())?;
        let edits = &one.conversion.edits;
        let applied = edits.iter().filter(|edit| accepted(edit)).count();
        let open = edits.len() - applied;
        files::print_line(&format!(
            "{}: {applied} edits applied, {open} left for review -> {}",
            rule.name,
            path.display()
        ))?;
        reports.push(Report::new(
            rule,
            &one.conversion,
            &one.converted,
            &accepted,
        ));
    }
    files::print_line(&summary.to_text())?;
    if let Some(path) = &arguments.report {
        let json = serde_json::to_string_pretty(&reports)
            .map_err(|error| Failure::new(error.to_string()))?;
        files::write(path, (json + "\n").as_bytes())?;
    }
    Ok(ExitCode::from(u8::from(
        read.had_problems || read.rules.is_empty(),
    )))
}

/// A file name made of the original file's stem and letters of the rule's name, so that content never
/// becomes a path; a number tells equal names apart.
fn file_name(rule: &str, origin: &str, taken: &mut BTreeSet<String>) -> String {
    let stem = Path::new(origin)
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let plain = |text: &str| -> String {
        let words: Vec<&str> = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        words.join("-").to_lowercase().chars().take(80).collect()
    };
    let base = match (plain(rule), plain(&stem)) {
        (rule, stem) if rule.is_empty() => stem,
        (rule, stem) if stem.is_empty() => rule,
        (rule, stem) => format!("{rule}-{stem}"),
    };
    let mut name = format!("{base}.yaml");
    let mut number = 1;
    while !taken.insert(name.clone()) {
        number += 1;
        name = format!("{base}-{number}.yaml");
    }
    name
}
