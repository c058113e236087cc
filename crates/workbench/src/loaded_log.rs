//! A log, an indicator file or a part of a sample in the session.

use audit_logs::{Loaded, Warning};
use kql_engine::Table;

/// Rows that were read from one file for one table.
#[derive(Debug)]
pub(crate) struct LoadedLog {
    /// Name in this session.
    pub key: String,
    /// File or sample name.
    pub name: String,
    /// Scenario that generated it; `None` for the user's own files.
    pub sample: Option<String>,
    pub table_name: String,
    pub table: Table,
    pub format: String,
    /// First and last `TimeGenerated`, in ticks.
    pub span: Option<(i64, i64)>,
    pub warnings: Vec<Warning>,
    pub resource_types: Vec<(String, usize)>,
    pub filled_columns: Vec<String>,
}

impl LoadedLog {
    /// Takes over what was read from a file.
    pub fn new(name: &str, sample: Option<&str>, loaded: Loaded) -> Self {
        Self {
            key: format!("{name}#{}", loaded.table_name),
            name: name.to_owned(),
            sample: sample.map(str::to_owned),
            table_name: loaded.table_name,
            table: loaded.table,
            format: loaded.format,
            span: loaded.span,
            warnings: loaded.warnings,
            resource_types: loaded.resource_types,
            filled_columns: loaded.filled_columns,
        }
    }

    /// Whether the rows are events, as opposed to indicators.
    pub fn is_audit_log(&self) -> bool {
        !self.table_name.starts_with("ThreatIntel")
    }
}
