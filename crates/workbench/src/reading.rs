//! A file of the user while its chunks arrive.
//!
//! Rule files are small and are kept whole until they end; what is larger can only be a log and goes
//! straight into typed columns.

use audit_logs::{Loader, MAX_HELD_BYTES};

use crate::files::FileContent;
use crate::loaded_log::LoadedLog;
use crate::protocol::{InputFile, Problem, Progress};

/// Files up to this size are kept whole, in bytes; no rule file is larger.
const WHOLE_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of a log after which its rows tell how much memory the whole file will take.
const TELLING_BYTES: u64 = 64 * 1024 * 1024;
const MEBIBYTE: u64 = 1024 * 1024;

/// A file that is being read.
pub struct Reading {
    name: String,
    /// Bytes of the file.
    size: u64,
    /// Bytes that have arrived.
    read: u64,
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
        Self {
            name: name.to_owned(),
            size,
            read: 0,
            content: Content::Whole(Vec::new()),
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
                let wanted = loader.push(whole) && loader.push(bytes);
                self.content = Content::Log(Box::new(loader));
                wanted
            }
            Content::Log(loader) => loader.push(bytes),
            Content::Refused(_) => false,
        };
        wanted && self.fits()
    }

    /// Refuses a log as soon as its first part tells that the whole will not fit.
    fn fits(&mut self) -> bool {
        let expected = self.expected_bytes().filter(|_| self.read >= TELLING_BYTES);
        let Some(expected) = expected.filter(|expected| *expected > MAX_HELD_BYTES as u64) else {
            return true;
        };
        let mebibytes = |bytes: u64| bytes / MEBIBYTE;
        self.content = Content::Refused(Problem::about(
            &self.name,
            format!(
                "the file would take about {} MiB of memory; a browser tab holds {} MiB",
                mebibytes(expected),
                mebibytes(MAX_HELD_BYTES as u64)
            ),
            "export fewer days, or fewer columns",
        ));
        false
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
                loader.rows(),
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
