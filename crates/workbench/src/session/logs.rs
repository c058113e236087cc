//! The logs of a session: added, removed, and put together by table.

use std::collections::BTreeMap;

use kql_analysis::value::TICKS_PER_SECOND;

use super::{OnProgress, Session};
use crate::loaded_log::LoadedLog;
use crate::protocol::{Problem, Progress};
use crate::{files, run, samples};

impl Session {
    /// Adds logs; one with the key of a loaded log takes its place. The time becomes the end of the user's
    /// logs, unless all were loaded before.
    pub(super) fn add_logs(&mut self, logs: Vec<LoadedLog>) {
        if logs.is_empty() {
            return;
        }
        if logs.iter().any(LoadedLog::is_audit_log) {
            // The user's own log takes the sample's place: mixed, neither would mean anything.
            self.logs.retain(|log| log.sample.is_none());
            self.journal.sample = None;
        }
        self.joined.take();
        let mut new = false;
        for log in logs {
            if !self.journal.logs.contains(&log.name) {
                self.journal.logs.push(log.name.clone());
                new = true;
            }
            match self.logs.iter_mut().find(|loaded| loaded.key == log.key) {
                Some(loaded) => *loaded = log,
                None => self.logs.push(log),
            }
        }
        // Logs that come back after a reload leave the time that was chosen for them.
        if new && let Some(end) = self.end_of_user_logs() {
            self.change_now(end);
        }
        self.forget_runs();
    }

    /// The first full minute past the last row of the user's own logs, when a run reads them all; in ticks.
    fn end_of_user_logs(&self) -> Option<i64> {
        let logs = self.logs.iter();
        let own = logs.filter(|log| log.sample.is_none() && log.is_audit_log());
        let ends = own.filter_map(|log| log.loaded.span).map(|(_, last)| last);
        ends.max().map(next_minute)
    }

    /// Takes a log away; of the sample logs, all of them.
    pub(super) fn remove_log(&mut self, key: &str) -> Result<(), Problem> {
        let Some(log) = self.logs.iter().find(|log| log.key == key) else {
            let message = "this log is not loaded";
            return Err(Problem::about(key, message, "reload the page"));
        };
        if log.sample.is_some() {
            self.logs.retain(|log| log.sample.is_none());
            self.journal.sample = None;
        } else {
            let name = log.name.clone();
            self.logs.retain(|log| log.key != key);
            let loaded = self.logs.iter().any(|log| log.name == name);
            self.journal.logs.retain(|known| loaded || *known != name);
        }
        self.forget_runs();
        Ok(())
    }

    /// Generates sample logs in place of those before, and sets their end as the time.
    pub(super) fn load_sample(
        &mut self,
        name: &str,
        progress: OnProgress<'_>,
    ) -> Result<(), Problem> {
        progress(Progress {
            what: "Generating the sample logs".to_owned(),
            done: None,
            detail: String::new(),
            bytes: None,
        });
        let logs = samples::load_sample(name)?;
        self.joined.take();
        self.logs.retain(|log| log.sample.is_none());
        self.logs.extend(logs);
        self.journal.sample = Some(name.to_owned());
        self.change_now(samples::END);
        self.forget_runs();
        Ok(())
    }

    /// All loaded rows by table; known tables without rows are there with their columns.
    /// Logs of one table are put together once, and again when the logs are others.
    pub(crate) fn tables(&self) -> Result<rule_replay::Tables, Problem> {
        let of: Vec<(String, usize)> = self.logs.iter().map(identity).collect();
        let mut joined = self.joined.borrow_mut();
        match &*joined {
            Some((known, tables)) if *known == of => Ok(tables.clone()),
            _ => {
                // What is out of date goes first: both may not fit.
                *joined = None;
                let tables = self.join()?;
                *joined = Some((of, tables.clone()));
                Ok(tables)
            }
        }
    }

    /// Bytes that the user's logs hold, by the table that takes their rows.
    pub fn log_bytes(&self) -> BTreeMap<String, u64> {
        let mut bytes = BTreeMap::new();
        for log in self.logs.iter().filter(|log| log.sample.is_none()) {
            let held = log.loaded.table.held_bytes() as u64;
            *bytes.entry(log.loaded.table_name.clone()).or_default() += held;
        }
        bytes
    }

    /// Puts the logs of each table together.
    fn join(&self) -> Result<rule_replay::Tables, Problem> {
        let mut parts: BTreeMap<String, Vec<kql_engine::Table>> = BTreeMap::new();
        for log in &self.logs {
            parts
                .entry(log.loaded.table_name.clone())
                .or_default()
                .push(log.loaded.table.clone());
        }
        files::tables_in_run(parts).map_err(|_| run::cancelled())
    }
}

/// What tells a log from others; one that is read again under its name makes the session forget itself.
fn identity(log: &LoadedLog) -> (String, usize) {
    (log.key.clone(), log.loaded.table.rows())
}

/// The first full minute after a time, both in ticks.
fn next_minute(ticks: i64) -> i64 {
    const MINUTE: i64 = 60 * TICKS_PER_SECOND;
    (ticks.div_euclid(MINUTE) + 1) * MINUTE
}
