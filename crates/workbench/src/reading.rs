//! A file of the user while its chunks arrive.
//!
//! Rule files are small and are kept whole until they end; what is larger can only be a log and goes
//! straight into typed columns.

use std::collections::BTreeMap;

use audit_logs::{Loader, MAX_HELD_BYTES};

use crate::counted::grouped;
use crate::files::FileContent;
use crate::loaded_log::LoadedLog;
use crate::protocol::{InputFile, Problem, Progress};

/// Files up to this size are kept whole, in bytes; no rule file is larger.
const WHOLE_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of a log after which its rows tell how much memory the whole file will take.
const TELLING_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of a piece of what was kept whole and turned out to be a log. A browser begins with code that it compiled
/// in haste, and goes over to better code of a function when that is called again.
const WHOLE_PIECE_BYTES: usize = 256 * 1024;
/// Room for rows, in parts of those that are expected.
const ROOM: f64 = 1.02;
const MEBIBYTE: u64 = 1024 * 1024;

/// A file that is being read.
pub struct Reading {
    name: String,
    /// Bytes of the file.
    size: u64,
    /// Bytes that have arrived.
    read: u64,
    /// Bytes that the logs hold which are loaded already, by table.
    beside: BTreeMap<String, u64>,
    /// Whether there is room for all rows.
    has_room: bool,
    content: Content,
}

enum Content {
    Whole(Vec<u8>),
    Log(Box<Loader>),
    Refused(Problem),
}

impl Reading {
    /// Begins a file of this name and size in bytes.
    pub fn new(name: &str, size: u64) -> Self {
        let content = match size > WHOLE_BYTES as u64 {
            true => Content::Log(Box::new(Loader::new(name))),
            false => Content::Whole(Vec::new()),
        };
        Self {
            name: name.to_owned(),
            size,
            read: 0,
            beside: BTreeMap::new(),
            has_room: false,
            content,
        }
    }

    /// The same file, to be loaded beside logs that hold so many bytes, by table.
    pub fn beside(self, bytes: BTreeMap<String, u64>) -> Self {
        Self {
            beside: bytes,
            ..self
        }
    }

    /// Takes the next bytes; false when no more are wanted.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        self.read += bytes.len() as u64;
        let wanted = match &mut self.content {
            Content::Whole(whole) if whole.len() + bytes.len() <= WHOLE_BYTES => {
                whole.extend_from_slice(bytes);
                true
            }
            Content::Whole(whole) => {
                let mut loader = Loader::new(&self.name);
                let wanted = in_pieces(&mut loader, whole) && in_pieces(&mut loader, bytes);
                self.content = Content::Log(Box::new(loader));
                wanted
            }
            Content::Log(loader) => loader.push(bytes),
            Content::Refused(_) => false,
        };
        let wanted = wanted && self.fits();
        self.make_room();
        wanted
    }

    /// Makes room for all rows once, when the first part tells how many there will be.
    fn make_room(&mut self) {
        if let Content::Log(loader) = &mut self.content
            && !self.has_room
            && self.read >= TELLING_BYTES
        {
            self.has_room = true;
            loader.reserve(ROOM * self.size as f64 / self.read as f64);
        }
    }

    /// Refuses a log as soon as its first part tells that the whole will not fit.
    fn fits(&mut self) -> bool {
        let expected = self.expected_bytes().filter(|_| self.read >= TELLING_BYTES);
        let Some(problem) = expected.and_then(|expected| self.excess(expected)) else {
            return true;
        };
        self.content = Content::Refused(problem);
        false
    }

    /// What is wrong with a file whose rows hold so many bytes; `None` when they fit.
    fn excess(&self, expected: u64) -> Option<Problem> {
        let mebibytes = |bytes: u64| bytes / MEBIBYTE;
        let most = MAX_HELD_BYTES as u64;
        let loaded: u64 = self.beside.values().sum();
        // Rules run on the rows of all files of a table in one, which is a copy of them.
        let joined = match self.joined_bytes() {
            0 => 0,
            others => others + expected,
        };
        if loaded + expected + joined <= most {
            return None;
        }
        let (message, remedy) = match loaded {
            0 => (
                format!(
                    "the file would take about {} MiB of memory; a browser tab holds {} MiB",
                    mebibytes(expected),
                    mebibytes(most)
                ),
                "export fewer days, or fewer columns",
            ),
            loaded => (
                format!(
                    "the file would take about {} MiB of memory, the loaded logs take {} MiB, and their rows in one table {} MiB; a browser tab holds {} MiB",
                    mebibytes(expected),
                    mebibytes(loaded),
                    mebibytes(joined),
                    mebibytes(most)
                ),
                "remove a log first, or export fewer days or columns",
            ),
        };
        Some(Problem::about(&self.name, message, remedy))
    }

    /// Bytes of the loaded logs whose rows go to a table of this file.
    fn joined_bytes(&self) -> u64 {
        let Content::Log(loader) = &self.content else {
            return 0;
        };
        let loaded = |table| self.beside.get(table).copied().unwrap_or_default();
        loader.tables().map(loaded).sum()
    }

    /// Bytes that the rows of the whole file will hold, once its beginning tells.
    fn expected_bytes(&self) -> Option<u64> {
        match &self.content {
            Content::Log(loader) if self.read > 0 => {
                let share = self.size as f64 / self.read as f64;
                Some((loader.held_bytes() as f64 * share) as u64)
            }
            _ => None,
        }
    }

    /// How far the file has come.
    pub fn progress(&self) -> Progress {
        let mebibytes = |bytes: u64| bytes.div_ceil(MEBIBYTE);
        let mut detail = String::new();
        if let (Content::Log(loader), Some(expected)) = (&self.content, self.expected_bytes()) {
            detail = format!(
                "{} of {} MiB, {} rows, about {} MiB of memory in the end",
                mebibytes(self.read),
                mebibytes(self.size),
                grouped(loader.rows()),
                mebibytes(expected)
            );
        }
        Progress {
            what: format!("Reading {}", self.name),
            detail,
            done: (self.size > 0).then(|| self.read as f64 / self.size as f64),
            bytes: Some(self.read),
        }
    }

    /// What the file holds, and the file itself when it may be a rule file.
    pub(crate) fn finish(self) -> (FileContent, Option<InputFile>) {
        match self.content {
            Content::Whole(bytes) => {
                let file = InputFile {
                    name: self.name,
                    bytes,
                };
                (crate::files::read_file(&file), Some(file))
            }
            Content::Refused(problem) => (FileContent::of_logs(Err(problem)), None),
            Content::Log(loader) => {
                let logs = LoadedLog::of_file(&self.name, loader.finish());
                (FileContent::of_logs(logs), None)
            }
        }
    }
}

/// Reads bytes piece by piece; false when no more are wanted.
fn in_pieces(loader: &mut Loader, bytes: &[u8]) -> bool {
    bytes
        .chunks(WHOLE_PIECE_BYTES)
        .all(|piece| loader.push(piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIBIBYTE: u64 = 1024 * MEBIBYTE;

    /// What is said of audit logs beside others of a table that hold so many bytes.
    fn refused(table: &str, loaded: u64, expected: u64) -> Option<String> {
        let mut loader = Loader::new("log.csv");
        loader.push(b"TimeGenerated,OperationName\n2026-03-02T00:00:00Z,KeyGet\n");
        loader.push(&[b'\n'; 1 << 19]);
        let mut reading = Reading::new("log.csv", 1);
        reading.content = Content::Log(Box::new(loader));
        let reading = reading.beside(BTreeMap::from([(table.to_owned(), loaded)]));
        Some(reading.excess(expected)?.message)
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_is_loaded() {
        let diagnostics = "AzureDiagnostics";
        assert_eq!(refused(diagnostics, 0, 3 * GIBIBYTE), None);
        assert_eq!(refused(diagnostics, GIBIBYTE / 2, GIBIBYTE), None);
        let message = refused(diagnostics, 0, 4 * GIBIBYTE).unwrap_or_default();
        assert!(message.contains("about 4096 MiB"), "{message}");
        let message = refused(diagnostics, GIBIBYTE, GIBIBYTE).unwrap_or_default();
        assert!(
            message.contains("loaded logs take 1024 MiB, and their rows in one table 2048"),
            "{message}"
        );
    }

    #[test]
    fn rows_of_another_table_are_not_joined() {
        let indicators = "ThreatIntelIndicators";
        assert_eq!(refused(indicators, GIBIBYTE, 2 * GIBIBYTE), None);
        assert!(refused(indicators, 2 * GIBIBYTE, 2 * GIBIBYTE).is_some());
    }
}
