//! `rulesmith query`: run one query on files.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use kql_analysis::{Catalog, bind};
use kql_engine::limits::Limits;
use kql_engine::{RunOptions, Table, format, run as run_plan};
use kql_syntax::text::LineIndex;

use crate::commands::check::describe;
use crate::commands::choices::time;
use crate::files::{self, Failure};
use crate::sources::Sources;

/// Arguments of `query`.
#[derive(Args)]
pub struct Arguments {
    /// File with the query
    query: String,
    /// Rows of a table, as NAME=FILE; may be repeated, several files of one table add up
    #[arg(long = "table", value_name = "NAME=FILE")]
    tables: Vec<String>,
    /// File of `let` statements with functions that the query may call, as a workspace stores them
    #[arg(long, value_name = "FILE")]
    functions: Option<String>,
    /// The time that `now()` gives, such as 2026-03-02T00:30:00Z
    #[arg(long, value_name = "TIME")]
    now: String,
    /// MiB that the tables which the query makes may take; 1024 unless told
    #[arg(long, value_name = "MIB")]
    memory: Option<usize>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How a result is printed.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// An array of objects
    Json,
    /// Comma-separated values, safe to open in a spreadsheet
    Csv,
}

/// Runs the query and prints the table of each tabular statement.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let now = time("now", &arguments.now)?;
    let text = files::read_text(&arguments.query)?;
    let (tables, _) = Sources::of_tables(&arguments.tables)?.finish();
    let mut catalog = Catalog::default();
    catalog.tables.extend(
        tables
            .iter()
            .map(|(name, table)| (name.clone(), table.schema().clone())),
    );
    let functions = files::functions(arguments.functions.as_deref())?;
    let linked = functions.link(&text).map_err(Failure::new)?;
    let bound = bind(&linked.text, &catalog);
    let lines = LineIndex::new(&text);
    let Some(query) = bound.query else {
        let found: Vec<String> = linked
            .diagnostics(bound.diagnostics)
            .iter()
            .map(|found| describe(&arguments.query, found, &lines))
            .collect();
        return Err(Failure::new(found.join("\n")));
    };
    let mut limits = Limits::default();
    if let Some(memory) = arguments.memory {
        limits.run_bytes = memory.saturating_mul(1 << 20);
    }
    let options = RunOptions {
        now,
        limits,
        ..RunOptions::default()
    };
    let result = run_plan(&query, &tables, &options).map_err(|error| {
        let line = error
            .range
            .as_ref()
            .map(|range| format!(", line {}", lines.line(linked.place(range).0.start)))
            .unwrap_or_default();
        let hint = error
            .hint
            .as_ref()
            .map(|hint| format!("; {hint}"))
            .unwrap_or_default();
        Failure::new(format!(
            "{}{line}: {}{hint}",
            arguments.query, error.message
        ))
    })?;
    for table in &result.tables {
        files::print_line(print(table, arguments.format).trim_end_matches('\n'))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(table: &Table, style: Format) -> String {
    match style {
        Format::Table => format::plain(table),
        Format::Json => format::json(table),
        Format::Csv => format::csv(table),
    }
}
