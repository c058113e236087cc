//! What loading a file gives: tables with a description, warnings, errors.

use std::collections::BTreeMap;

use kql_analysis::value::Value;
use kql_engine::{Column, Table};

use crate::schema::AZURE_DIAGNOSTICS;

/// Most warnings that are kept for one file; the last one then says how many more there were.
pub const MAX_WARNINGS: usize = 20;

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

    pub fn first(&self) -> Option<&Warning> {
        self.kept.first()
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

/// A table with its description. `format` says the shape and the kind of records.
pub(crate) fn describe(name: &str, table: Table, format: String, warnings: Vec<Warning>) -> Loaded {
    let resource_types = match name {
        AZURE_DIAGNOSTICS => resource_types(&table),
        _ => Vec::new(),
    };
    Loaded {
        table_name: name.to_owned(),
        format: format!("{format}{}", resources(&resource_types)),
        span: span(&table),
        filled_columns: filled(&table),
        resource_types,
        warnings,
        table,
    }
}

/// Rows by resource type; rows without one are not counted.
fn resource_types(table: &Table) -> Vec<(String, usize)> {
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    let column = table.column_named("ResourceType");
    match column.and_then(Column::texts) {
        Some((codes, texts)) => {
            let mut counts = vec![0_usize; texts.len()];
            codes.for_each(|code| {
                if let Some(count) = counts.get_mut(code as usize) {
                    *count += 1;
                }
            });
            for (text, count) in texts.iter().zip(counts) {
                *rows.entry(text.to_string()).or_default() += count;
            }
        }
        None => return Vec::new(),
    }
    rows.retain(|name, _| !name.is_empty());
    rows.into_iter().collect()
}

fn resources(types: &[(String, usize)]) -> String {
    let names: Vec<&str> = types
        .iter()
        .map(|(name, _)| match name.as_str() {
            "VAULTS" => "Key Vault",
            "MANAGEDHSMS" => "Managed HSM",
            other => other,
        })
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", names.join(", "))
    }
}

/// First and last time of the rows.
fn span(table: &Table) -> Option<(i64, i64)> {
    let times = table.column_named("TimeGenerated")?.ticks()?;
    let first = times.iter().min()?;
    Some((*first, *times.iter().max()?))
}

/// Columns that hold a value in some row.
fn filled(table: &Table) -> Vec<String> {
    let columns = table.schema().columns.iter().zip(table.columns());
    columns
        .filter(|(_, column)| has_value(column))
        .map(|(schema, _)| schema.name.clone())
        .collect()
}

fn has_value(column: &Column) -> bool {
    let is_value = |value: Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        _ => true,
    };
    match column.as_constant() {
        Some(value) => is_value(value.clone()),
        None => column.iter().any(is_value),
    }
}
