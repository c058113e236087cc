//! `rulesmith prove`: look for a log on which a converted rule does something else than the original.

use std::process::ExitCode;

use clap::Args;
use rule_convert::{Edit, Mode};
use rule_proof::{MAX_CASES, Settings, Side, Verdict, pair_up, text};
use serde_json::json;

use crate::commands::choices::{Format, is_accepted, print_json, profile_of, sample};
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
    /// Which conversion: a name, or a profile file of your own
    #[arg(
        long,
        default_value = "key-vault-to-managed-hsm",
        value_name = "NAME|FILE"
    )]
    profile: String,
    /// The converted rules are about both kinds of resource: proved against the original on its logs, and
    /// against the plain conversion on logs of the target
    #[arg(long)]
    widen: bool,
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

/// Proves every conversion; the status is 1 unless all converted rules are shown to do the same.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let settings = settings(arguments)?;
    let profile = profile_of(&arguments.profile)?;
    let (rules, given) = (read_all(&arguments.rules)?, read_all(&arguments.converted)?);
    let tables = tables(&arguments.logs, &arguments.indicators)?.0;
    let mode = match arguments.widen {
        true => Mode::Widen,
        false => Mode::Replace,
    };
    let accepted = |edit: &Edit| is_accepted(edit, &arguments.accept);
    let pairing = pair_up(&rules.rules, &given.rules, (&profile, mode), &accepted);
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
        match pair.prove(&profile, &tables, &settings, &mut |_, _| true) {
            Ok(proof) => {
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
        print_json(&json!({ "proofs": documents }))?;
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

fn settings(arguments: &Arguments) -> Result<Settings, Failure> {
    if arguments.cases > MAX_CASES {
        return Err(Failure::new(format!("--cases: at most {MAX_CASES}")));
    }
    Ok(Settings {
        seed: arguments.seed,
        cases: arguments.cases,
        scenario: Some(sample(&arguments.scenario)?),
        end: workbench::SAMPLE_END,
    })
}
