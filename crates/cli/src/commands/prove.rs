//! `rulesmith prove`: look for a log on which a converted rule does something else than the original.

use std::process::ExitCode;

use audit_logs::generate::{SCENARIOS, scenario};
use clap::{Args, ValueEnum};
use rule_convert::{Applicability, Edit, default_accepted, profile, profiles};
use rule_proof::{Input, MAX_CASES, Settings, Side, Verdict, pair_up, prove, text};
use serde_json::json;

use crate::commands::replay::tables;
use crate::commands::rules::read_all;
use crate::files::{self, Failure};

/// Arguments of `prove`.
#[derive(Args)]
pub struct Arguments {
    /// Rule files: YAML, ARM templates, solutions, zip archives. Converted rules among them are paired with
    /// their originals; other rules are converted first
    #[arg(required = true)]
    rules: Vec<String>,
    /// Converted rules to prove, instead of converting the originals anew
    #[arg(long, value_name = "FILE", num_args = 1..)]
    converted: Vec<String>,
    /// Which conversion
    #[arg(long, default_value = "key-vault-to-managed-hsm")]
    profile: String,
    /// Apply a reviewable edit too when converting, by its id, or `all`; may be repeated
    #[arg(long, value_name = "EDIT")]
    accept: Vec<String>,
    /// Audit logs of either resource; may be repeated
    #[arg(long, value_name = "FILE", num_args = 1..)]
    logs: Vec<String>,
    /// Threat-intelligence indicators; may be repeated
    #[arg(long, value_name = "FILE", num_args = 1..)]
    indicators: Vec<String>,
    /// Sample that is tried besides the logs
    #[arg(long, value_name = "NAME", default_value = "vault-all")]
    scenario: String,
    /// Seed of the sample and of the generated logs; the same one gives the same logs
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Generated logs
    #[arg(long, default_value_t = 1000)]
    cases: usize,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How a proof is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Sentences
    Text,
    /// One JSON document
    Json,
}

/// Proves every conversion; the status is 1 unless all converted rules are shown to do the same.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let settings = settings(arguments)?;
    let Some(profile) = profile(&arguments.profile) else {
        let known: Vec<&str> = profiles()
            .iter()
            .map(|profile| profile.id.as_str())
            .collect();
        return Err(Failure::new(format!(
            "--profile: there is no `{}`; there is {}",
            arguments.profile,
            known.join(", ")
        )));
    };
    let (rules, given) = (read_all(&arguments.rules)?, read_all(&arguments.converted)?);
    let tables = tables(&arguments.logs, &arguments.indicators)?.0;
    let accepted = |edit: &Edit| {
        let named = arguments
            .accept
            .iter()
            .any(|name| name == "all" || *name == edit.id);
        default_accepted(edit) || (named && edit.applicability == Applicability::Review)
    };
    let pairing = pair_up(&rules.rules, &given.rules, profile, &accepted);
    pairing
        .problems
        .iter()
        .for_each(|problem| files::warn(problem));
    let mut sound = pairing.problems.is_empty()
        && !pairing.pairs.is_empty()
        && !rules.had_problems
        && !given.had_problems;
    let mut documents = Vec::new();
    for pair in &pairing.pairs {
        let input = Input {
            original: &pair.original,
            converted: &pair.converted,
            profile: Some(profile),
            tables: &tables,
        };
        match prove(input, &settings, &mut |_, _| true) {
            Ok(mut proof) => {
                proof.findings.extend(pair.left_aside.clone());
                sound &= proof.verdict == Verdict::Same;
                match arguments.format {
                    Format::Json => documents.push(json!(proof)),
                    Format::Text => text::lines(&proof)
                        .iter()
                        .try_for_each(|line| files::print_line(line))?,
                }
            }
            Err(error) => {
                sound = false;
                let (rule, word) = match error.side {
                    Side::Original => (&pair.original, "the original"),
                    Side::Converted => (&pair.converted, "the converted rule"),
                };
                files::warn(&crate::commands::rules::cannot_run(
                    rule,
                    word,
                    &error.failure,
                ));
            }
        }
    }
    if arguments.format == Format::Json {
        let text = serde_json::to_string_pretty(&json!({ "proofs": documents }));
        files::print_line(&text.map_err(|error| Failure::new(error.to_string()))?)?;
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

fn settings(arguments: &Arguments) -> Result<Settings, Failure> {
    let found = scenario(&arguments.scenario).ok_or_else(|| {
        let names: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
        Failure::new(format!(
            "--scenario: there is no `{}`; there is {}",
            arguments.scenario,
            names.join(", ")
        ))
    })?;
    if arguments.cases > MAX_CASES {
        return Err(Failure::new(format!("--cases: at most {MAX_CASES}")));
    }
    Ok(Settings {
        seed: arguments.seed,
        cases: arguments.cases,
        scenario: Some(found),
        end: workbench::SAMPLE_END,
    })
}
