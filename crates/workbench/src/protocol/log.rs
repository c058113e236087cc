//! A loaded log.

use serde::{Deserialize, Serialize};

/// What was recognised in a log file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogView {
    /// Key in this session.
    pub key: String,
    /// File or sample name.
    pub name: String,
    /// Format in words, such as `gzip, JSON Lines of raw resource logs (Managed HSM)`.
    pub format: String,
    /// Table that took the rows.
    pub table: String,
    /// Number of rows.
    pub rows: usize,
    /// Columns that hold a value.
    pub columns: Vec<LogColumn>,
    /// First and last `TimeGenerated`, ISO 8601; absent without rows.
    pub span: Option<(String, String)>,
    /// Rows by resource type, such as `MANAGEDHSMS` 120.
    pub resource_types: Vec<(String, usize)>,
    /// Lines that were left out, with their number and the reason; capped, the last says how many more.
    pub warnings: Vec<String>,
}

/// A column of a loaded log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogColumn {
    /// Its name.
    pub name: String,
    /// Its name as a query writes it.
    pub written: String,
    /// Its type, such as `string`.
    pub ty: String,
}
