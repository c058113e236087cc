//! `rulesmith export`: write deployable files.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use sentinel_rules::validate;

use crate::commands::rules::read_all;
use crate::files::{self, Failure};

/// Arguments of `export`.
#[derive(Args)]
pub struct Arguments {
    /// Rule files: YAML, ARM templates, solutions, zip archives
    #[arg(required = true)]
    rules: Vec<String>,
    /// Shape of the file
    #[arg(long, value_enum)]
    format: Format,
    /// File to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Shape of an exported file.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// An ARM template with the workspace's name as parameter
    Arm,
    /// The same, for the portal's import
    Portal,
    /// Azure-Sentinel's YAML
    Yaml,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Arm => "arm",
            Self::Portal => "portal",
            Self::Yaml => "yaml",
        }
    }
}

/// Writes all rules to one file; findings of validation are warnings.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let read = read_all(&arguments.rules)?;
    for rule in &read.rules {
        for finding in validate(rule) {
            files::warn(&format!(
                "{}: {}: {}; {}",
                rule.name, finding.field, finding.message, finding.remedy
            ));
        }
    }
    let file =
        workbench::export::write(&read.rules, arguments.format.name()).map_err(|problem| {
            Failure::new(format!(
                "{}: {}; {}",
                problem.subject, problem.message, problem.remedy
            ))
        })?;
    files::write(&arguments.out, file.text.as_bytes())?;
    Ok(ExitCode::from(u8::from(read.had_problems)))
}
