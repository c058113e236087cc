//! `rulesmith script`: loaded tables as a script for Azure Data Explorer or its emulator.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use workbench::kusto_script::kusto_script;

use crate::commands::explain::sources;
use crate::files::{self, Failure};

/// Arguments of `script`.
#[derive(Args)]
pub struct Arguments {
    /// Audit logs and indicators; may be repeated
    #[arg(long, value_name = "FILE", num_args = 1..)]
    logs: Vec<String>,
    /// Rows of a table, as NAME=FILE; may be repeated
    #[arg(long = "table", value_name = "NAME=FILE")]
    tables: Vec<String>,
    /// File to write; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

/// Writes one script for all tables that have rows.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (tables, _) = sources(&arguments.logs, &arguments.tables)?.finish();
    let mut scripts = Vec::new();
    for (name, table) in tables.iter().filter(|(_, table)| table.rows() > 0) {
        let script = kusto_script(name, table);
        scripts.push(script.map_err(|problem| {
            Failure::new(format!(
                "{}: {}; {}",
                problem.subject, problem.message, problem.remedy
            ))
        })?);
    }
    if scripts.is_empty() {
        return Err(Failure::new("no row was loaded; give --logs or --table"));
    }
    files::write(&arguments.out, scripts.join("\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
