//! `rulesmith generate`: write sample logs.

use std::path::PathBuf;
use std::process::ExitCode;

use audit_logs::generate::{Options, generate};
use audit_logs::write::{Format, SHAPES, write};
use clap::Args;

use crate::commands::choices::{sample, time};
use crate::files::{self, Failure};

/// Arguments of `generate`.
#[derive(Args)]
pub struct Arguments {
    /// What happens in the log, such as `hsm-all`
    #[arg(long)]
    scenario: String,
    /// Seed; the same one gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// At least this many records
    #[arg(long, default_value_t = 0)]
    rows: usize,
    /// End of the log
    #[arg(long, value_name = "TIME", default_value = "2026-03-02T00:30:00Z")]
    end: String,
    /// Format, such as `jsonl`, `raw`, `csv`, `api`, `az` or `stix`; with `.gz` compressed
    #[arg(long)]
    format: String,
    /// Managed HSM records in the shape that Microsoft's page prints, which has no id
    #[arg(long)]
    documented_shape: bool,
    /// File to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Writes the sample.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let found = sample(&arguments.scenario)?;
    let format = Format::from_name(&arguments.format).ok_or_else(|| {
        let names: Vec<&str> = SHAPES.iter().map(|(name, _)| *name).collect();
        Failure::new(format!(
            "--format: there is no `{}`; there is {}, each also with .gz",
            arguments.format,
            names.join(", ")
        ))
    })?;
    let end = time("end", &arguments.end)?;
    let options = Options {
        seed: arguments.seed,
        rows: arguments.rows,
        end,
        documented_shape: arguments.documented_shape,
    };
    files::write(&arguments.out, &write(&generate(found, &options), format))?;
    Ok(ExitCode::SUCCESS)
}
