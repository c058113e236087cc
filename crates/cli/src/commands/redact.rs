//! `rulesmith redact`: replace what names people, machines and tenants in a log.

use std::path::PathBuf;
use std::process::ExitCode;

use audit_logs::redact::{Options, redact};
use clap::Args;

use crate::files::{self, Failure};

/// Arguments of `redact`.
#[derive(Args)]
pub struct Arguments {
    /// Log file, or one with indicators; `-` is standard input
    file: String,
    /// Seed of the pseudonyms: the same one gives the same ones in every file. Keep it secret
    #[arg(long)]
    seed: u64,
    /// Word that stays as it is, such as an application id that a rule names; may be repeated
    #[arg(long, value_name = "WORD")]
    keep: Vec<String>,
    /// File to write; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

/// Writes the redacted file and tells how much was replaced.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let options = Options {
        seed: arguments.seed,
        keep: arguments.keep.clone(),
    };
    let bytes = files::read(&arguments.file)?;
    let redacted = redact(&arguments.file, &bytes, &options)
        .map_err(|error| Failure::new(format!("{error}; {}", error.remedy)))?;
    let counts = redacted.replaced.iter();
    let counts: Vec<String> = counts
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    let told = match counts.is_empty() {
        true => "nothing".to_owned(),
        false => counts.join(", "),
    };
    files::warn(&format!(
        "replaced {told}; names that stand only in free text are not recognised, so look before you share"
    ));
    files::write(&arguments.out, redacted.text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
