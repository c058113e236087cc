//! Loading one file: what it is, what it holds, what could not be read.

use kql_engine::Table;

use crate::open::open;
use crate::records::Records;
use crate::{delimited, json};

/// Most warnings that are kept for one file; the last one then says how many more there were.
pub const MAX_WARNINGS: usize = 20;

/// Choices of loading. There is none yet: detection needs none.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoadOptions {}

/// Rows of a file for one table.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Table that takes the rows.
    pub table_name: String,
    /// The rows, with all columns that the table is known to have.
    pub table: Table,
    /// What the file was recognised as, in words.
    pub format: String,
    /// First and last `TimeGenerated`, in ticks; absent without times.
    pub span: Option<(i64, i64)>,
    /// What was left out.
    pub warnings: Vec<Warning>,
    /// Rows by resource type, in order of name.
    pub resource_types: Vec<(String, usize)>,
    /// Columns that hold a value, in order of the table.
    pub filled_columns: Vec<String>,
}

/// A line or record that was left out, wholly or in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Line, from 1, when it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

/// Why a whole file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {message}")]
pub struct LoadError {
    /// Name of the file.
    pub file: String,
    /// Line, from 1, when it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What can be done.
    pub remedy: String,
}

/// Warnings of one file, capped.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    kept: Vec<Warning>,
    more: usize,
}

impl Warnings {
    pub fn add(&mut self, line: Option<usize>, message: &str) {
        if self.kept.len() < MAX_WARNINGS {
            self.kept.push(Warning {
                line,
                message: message.to_owned(),
            });
        } else {
            self.more += 1;
        }
    }

    pub fn finish(mut self) -> Vec<Warning> {
        if self.more > 0 {
            self.kept.push(Warning {
                line: None,
                message: format!("and {} more", self.more),
            });
        }
        self.kept
    }
}

/// Reads a file into one table per kind of row. The name is a label and never used as a path.
pub fn load(file: &str, bytes: &[u8], _options: &LoadOptions) -> Result<Vec<Loaded>, LoadError> {
    let fail = |line: Option<usize>, message: String, remedy: &str| LoadError {
        file: file.to_owned(),
        line,
        message,
        remedy: remedy.to_owned(),
    };
    let opened = open(bytes).map_err(|(message, remedy)| fail(None, message, remedy))?;
    let text = opened.text.trim();
    if text.is_empty() {
        return Err(fail(
            None,
            "the file is empty".to_owned(),
            "export the log again",
        ));
    }
    let mut records = Records::new();
    let shape = match text.starts_with(['{', '[']) {
        true => json::read(text, &mut records).map_err(|(line, message)| {
            fail(
                Some(line),
                format!("this is not JSON: {message}"),
                "check this line, or export the log again",
            )
        })?,
        false => delimited::read(text, &mut records).map_err(|message| {
            fail(
                Some(1),
                message,
                "load audit logs as JSON or CSV, or a rule as YAML or JSON",
            )
        })?,
    };
    let format = opened
        .packing
        .iter()
        .copied()
        .chain([shape])
        .collect::<Vec<_>>()
        .join(", ");
    let first_warning = records.warnings.kept.first().cloned();
    let loaded = records.finish(&format);
    if loaded.is_empty() {
        let (line, why) = first_warning.map_or((None, String::new()), |warning| {
            (warning.line, format!(": {}", warning.message))
        });
        return Err(fail(
            line,
            format!("recognised as {format}, but it holds no audit-log row and no indicator{why}"),
            "load audit logs of Key Vault or Managed HSM, or threat-intelligence indicators",
        ));
    }
    Ok(loaded)
}
