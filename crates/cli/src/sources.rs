//! Tables from files, for the commands that read logs: which rows there are, and which file each row
//! came from.

use std::collections::BTreeMap;

use audit_logs::{Loaded, Loader};
use kql_engine::Table;
use rule_replay::Tables;
use workbench::Origins;

use crate::files::{self, Failure};

/// The rows of files, by table.
#[derive(Default)]
pub struct Sources {
    parts: BTreeMap<String, Vec<Table>>,
    origins: Origins,
    /// First and last time of the audit logs.
    span: Option<(i64, i64)>,
}

impl Sources {
    /// Loads `NAME=FILE` pairs.
    pub fn of_tables(pairs: &[String]) -> Result<Self, Failure> {
        let mut sources = Self::default();
        for pair in pairs {
            sources.add_table(pair)?;
        }
        Ok(sources)
    }

    /// Adds a `NAME=FILE` pair.
    pub fn add_table(&mut self, pair: &str) -> Result<(), Failure> {
        let (name, file) = pair
            .split_once('=')
            .ok_or_else(|| Failure::new(format!("--table: write NAME=FILE instead of `{pair}`")))?;
        let known = audit_logs::schema::schema(name).is_some();
        let mut found = finished(file)?;
        // A file of indicators fills two tables; the name says which one is meant.
        found.retain(|one| !known || one.table_name == name);
        if found.is_empty() {
            return Err(Failure::new(format!("{file} holds no rows of {name}")));
        }
        for one in found {
            self.add(name, file, one);
        }
        Ok(())
    }

    /// Adds a log, which says itself which table it fills.
    pub fn add_log(&mut self, file: &str) -> Result<(), Failure> {
        for one in finished(file)? {
            let name = one.table_name.clone();
            self.add(&name, file, one);
        }
        Ok(())
    }

    fn add(&mut self, name: &str, file: &str, loaded: Loaded) {
        for warning in &loaded.warnings {
            let line = warning
                .line
                .map(|line| format!(", line {line}"))
                .unwrap_or_default();
            files::warn(&format!("{file}{line}: {}", warning.message));
        }
        if let (false, Some((first, last))) = (name.starts_with("ThreatIntel"), loaded.span) {
            let known = self.span.unwrap_or((first, last));
            self.span = Some((known.0.min(first), known.1.max(last)));
        }
        self.origins.add(name, file, loaded.table.rows());
        let parts = self.parts.entry(name.to_owned()).or_default();
        parts.push(loaded.table);
    }

    /// First and last time of the audit logs, in ticks.
    pub fn span(&self) -> Option<(i64, i64)> {
        self.span
    }

    /// The tables; those that Rulesmith knows are there with their columns in any case.
    pub fn finish(self) -> (Tables, Origins) {
        (workbench::tables(self.parts), self.origins)
    }
}

fn finished(file: &str) -> Result<Vec<Loaded>, Failure> {
    let loaded = load(file)?.finish();
    loaded.map_err(|error| Failure::new(format!("{error}; {}", error.remedy)))
}

/// Reads a file into typed columns, piece by piece.
pub fn load(file: &str) -> Result<Loader, Failure> {
    let mut loader = Loader::new(file);
    files::read_pieces(file, |piece| loader.push(piece))?;
    Ok(loader)
}
