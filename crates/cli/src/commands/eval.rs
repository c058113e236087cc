//! `rulesmith eval`: evaluate cases with inline tables.

use std::process::ExitCode;

use clap::Args;
use kql_engine::case::evaluate_case_with;

use crate::files::{self, Failure};

/// Arguments of `eval`.
#[derive(Args)]
pub struct Arguments {
    /// Read one JSON object a line: `id`, `query`, and optionally `tables`, `functions` and `now`
    #[arg(long, required = true)]
    jsonl: bool,
    /// File of `let` statements with functions that the queries may call, as a workspace stores them
    #[arg(long, value_name = "FILE")]
    functions: Option<String>,
    /// Files to read; standard input when none is given
    files: Vec<String>,
}

/// Prints one answer per case; a case that cannot be evaluated is an answer too.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    debug_assert!(arguments.jsonl);
    let names = match arguments.files.as_slice() {
        [] => vec!["-".to_owned()],
        files => files.to_vec(),
    };
    let functions = files::functions(arguments.functions.as_deref())?;
    for name in &names {
        let text = files::read_text(name)?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            files::print_line(&evaluate_case_with(line, &functions))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
