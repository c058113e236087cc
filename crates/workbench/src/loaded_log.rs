//! A log, an indicator file or a part of a sample in the session.

use audit_logs::{LoadError, Loaded};

use crate::protocol::Problem;

/// Rows that were read from one file for one table.
#[derive(Debug)]
pub(crate) struct LoadedLog {
    /// Name in this session.
    pub key: String,
    /// File or sample name.
    pub name: String,
    /// Scenario that generated it; `None` for the user's own files.
    pub sample: Option<String>,
    /// The rows and what was recognised.
    pub loaded: Loaded,
}

impl LoadedLog {
    /// Takes over what was read from a file.
    pub fn new(name: &str, sample: Option<&str>, loaded: Loaded) -> Self {
        Self {
            key: format!("{name}#{}", loaded.table_name),
            name: name.to_owned(),
            sample: sample.map(str::to_owned),
            loaded,
        }
    }

    /// The logs of a file of the user.
    pub fn of_file(name: &str, read: Result<Vec<Loaded>, LoadError>) -> Result<Vec<Self>, Problem> {
        let logs = read?.into_iter();
        Ok(logs.map(|one| Self::new(name, None, one)).collect())
    }

    /// Whether the rows are events, as opposed to indicators.
    pub fn is_audit_log(&self) -> bool {
        !self.loaded.table_name.starts_with("ThreatIntel")
    }
}
