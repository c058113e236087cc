//! `rulesmith check`: parse and bind queries, and report errors and result columns.

use std::process::ExitCode;
use std::sync::LazyLock;

use clap::Args;
use indexmap::IndexMap;
use kql_analysis::check::{CheckReport, check_linked, diagnose};
use kql_analysis::stored::StoredFunctions;
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::{Catalog, Diagnostic};
use kql_syntax::text::LineIndex;
use serde::{Deserialize, Serialize};

use crate::files::{self, Failure};

/// Arguments of `check`.
#[derive(Args)]
pub struct Arguments {
    /// Read one JSON object a line: `id`, `query` and optionally `tables` (name → column → type) and
    /// `functions` (name → text)
    #[arg(long)]
    jsonl: bool,
    /// File of `let` statements with functions that the queries may call, as a workspace stores them
    #[arg(long, value_name = "FILE")]
    functions: Option<String>,
    /// Files to check; standard input when none is given
    files: Vec<String>,
}

/// A line of input with `--jsonl`.
#[derive(Deserialize)]
struct Case {
    id: serde_json::Value,
    query: String,
    tables: Option<IndexMap<String, IndexMap<String, String>>>,
    #[serde(default)]
    functions: IndexMap<String, String>,
}

/// A line of output with `--jsonl`.
#[derive(Serialize)]
struct Answer {
    id: serde_json::Value,
    #[serde(flatten)]
    report: CheckReport,
}

/// Checks files; the status is 1 when one of them has an error.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let names = match arguments.files.as_slice() {
        [] => vec!["-".to_owned()],
        files => files.to_vec(),
    };
    let functions = files::functions(arguments.functions.as_deref())?;
    let mut sound = true;
    for name in &names {
        let text = files::read_text(name)?;
        match arguments.jsonl {
            true => check_lines(name, &text, &functions)?,
            false => sound &= check_file(name, &text, &functions)?,
        }
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

fn check_lines(name: &str, text: &str, stored: &StoredFunctions) -> Result<(), Failure> {
    for (index, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let case: Case = serde_json::from_str(line)
            .map_err(|error| Failure::new(format!("{name}, line {}: {error}", index + 1)))?;
        let given = case.tables.map(catalog).transpose()?;
        let mut functions = stored.clone();
        for (function, text) in &case.functions {
            functions.add(function, text).map_err(Failure::new)?;
        }
        let linked = functions.link(&case.query).map_err(Failure::new)?;
        let tables = given.as_ref().unwrap_or_else(|| known_tables());
        let report = check_linked(&case.query, &linked, tables);
        let answer = Answer {
            id: case.id,
            report,
        };
        let json =
            serde_json::to_string(&answer).map_err(|error| Failure::new(error.to_string()))?;
        files::print_line(&json)?;
    }
    Ok(())
}

/// The tables of a case.
fn catalog(tables: IndexMap<String, IndexMap<String, String>>) -> Result<Catalog, Failure> {
    let mut catalog = Catalog::default();
    for (name, columns) in tables {
        let mut schema = Vec::new();
        for (column, written) in columns {
            let ty = ScalarType::from_name(&written).ok_or_else(|| {
                Failure::new(format!(
                    "table {name}, column {column}: `{written}` is not a type"
                ))
            })?;
            schema.push((column, ty));
        }
        catalog.tables.insert(name, Schema::new(schema));
    }
    Ok(catalog)
}

/// The tables that Rulesmith knows.
fn known_tables() -> &'static Catalog {
    static KNOWN: LazyLock<Catalog> = LazyLock::new(kql_analysis::tables::catalog);
    &KNOWN
}

/// Prints the findings of one query as `file:line:column: message`; false when there is one.
fn check_file(name: &str, text: &str, functions: &StoredFunctions) -> Result<bool, Failure> {
    let linked = functions.link(text).map_err(Failure::new)?;
    let found = linked.diagnostics(diagnose(&linked.text, known_tables()));
    let lines = LineIndex::new(text);
    for one in &found {
        files::print_line(&describe(name, one, &lines))?;
    }
    Ok(!found.iter().any(|one| one.is_syntax() || one.is_semantic()))
}

/// One finding as `file:line:column: code message`.
pub(crate) fn describe(name: &str, found: &Diagnostic, lines: &LineIndex) -> String {
    let (line, column) = (
        lines.line(found.range.start),
        lines.column(found.range.start),
    );
    let hint = found
        .hint
        .as_ref()
        .map(|hint| format!("; {hint}"))
        .unwrap_or_default();
    format!(
        "{name}:{line}:{column}: {} {}{hint}",
        found.code, found.message
    )
}
