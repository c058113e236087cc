//! `rulesmith diff`: what differs between two versions of a rule.

use std::process::ExitCode;

use clap::Args;
use rule_proof::diff::{RuleDiff, diff, lines, said};
use rule_proof::{MAX_CASES, Settings, Side};
use sentinel_rules::rule::Rule;

use crate::commands::choices::{Format, print_json, sample};
use crate::commands::replay::tables;
use crate::commands::rules::{cannot_run, read_all};
use crate::files::{self, Failure};

/// Arguments of `diff`.
#[derive(Args)]
pub struct Arguments {
    /// File with the old version
    old: String,
    /// File with the new version
    new: String,
    /// Name of the rule to compare, when the files hold several
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// Audit logs on which results and incidents are compared; may be repeated
    #[arg(long, value_name = "FILE", num_args = 1..)]
    logs: Vec<String>,
    /// Threat-intelligence indicators; may be repeated
    #[arg(long, value_name = "FILE", num_args = 1..)]
    indicators: Vec<String>,
    /// Sample to look for differences on, besides the logs
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// Seed of the samples and of the generated logs
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Generated logs on which a difference is looked for
    #[arg(long, default_value_t = 300)]
    cases: usize,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Compares the versions; the status is 0 whether they differ or not. Of versions that cannot be run, what they
/// say is compared, and the status is 1.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (old, new) = (
        one_rule(&arguments.old, arguments)?,
        one_rule(&arguments.new, arguments)?,
    );
    let tables = tables(&arguments.logs, &arguments.indicators)?.0;
    let settings = settings(arguments)?;
    let found = diff(&old, &new, &tables, &settings, &mut |_, _| true);
    let error = match found {
        Ok(found) => {
            print(&found, arguments.format)?;
            return Ok(ExitCode::SUCCESS);
        }
        Err(error) => error,
    };
    let (rule, role) = match error.side {
        Side::Original => (&old, "the old version"),
        Side::Converted => (&new, "the new version"),
    };
    // What they say can be told all the same.
    let why = cannot_run(rule, role, &error.failure);
    print(&said(&old, &new, &why), arguments.format)?;
    Err(Failure::new(why))
}

fn print(found: &RuleDiff, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => print_json(found),
        Format::Text => lines(found)
            .iter()
            .try_for_each(|line| files::print_line(line)),
    }
}

fn settings(arguments: &Arguments) -> Result<Settings, Failure> {
    let named = arguments.scenario.as_deref().map(sample);
    if arguments.cases > MAX_CASES {
        return Err(Failure::new(format!("--cases: at most {MAX_CASES}")));
    }
    Ok(Settings {
        seed: arguments.seed,
        cases: arguments.cases,
        scenario: named.transpose()?,
        end: workbench::SAMPLE_END,
    })
}

/// The only rule of a file, or the one of the name asked for.
fn one_rule(file: &str, arguments: &Arguments) -> Result<Rule, Failure> {
    let mut rules = read_all(&[file.to_owned()])?.rules;
    let names: Vec<String> = rules.iter().map(|rule| rule.name.clone()).collect();
    if let Some(name) = &arguments.rule {
        rules.retain(|rule| rule.name == *name);
    }
    match (rules.pop(), rules.is_empty()) {
        (Some(rule), true) => Ok(rule),
        (None, _) => Err(Failure::new(match (&arguments.rule, names.is_empty()) {
            (Some(name), false) => format!(
                "{file} holds no rule `{name}`; with --rule say one of: {}",
                names.join(", ")
            ),
            _ => format!("{file} holds no rule that can be read"),
        })),
        (Some(_), false) => Err(Failure::new(format!(
            "{file} holds {} rules; say which one with --rule: {}",
            names.len(),
            names.join(", ")
        ))),
    }
}
