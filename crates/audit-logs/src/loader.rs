//! Loading a file as its chunks arrive: what it is, what it holds, what could not be read.
//!
//! No chunk is kept: rows go straight into typed columns. What is broken ends with a warning when rows
//! were read before it, and with an error when none were.

use crate::delimited::Delimited;
use crate::document::Document;
use crate::lines::Lines;
use crate::loaded::{LoadError, Loaded};
use crate::records::Records;
use crate::unpack::{Refusal, Unpacker};

/// Text at the beginning of a file that decides on its shape, in bytes.
const HEAD_BYTES: usize = 256 * 1024;
/// Most bytes that the rows of one file may hold: a browser tab ends at 4 GiB.
pub const MAX_HELD_BYTES: usize = 3 * 1024 * 1024 * 1024;

/// Reads one file into one table per kind of row.
pub struct Loader {
    /// A label; never used as a path.
    file: String,
    unpacker: Unpacker,
    reader: Reader,
    records: Records,
    /// What ended the reading early.
    broken: Option<Broken>,
}

enum Reader {
    Head(Vec<u8>),
    Lines(Lines),
    Document(Document),
    Delimited(Delimited),
}

struct Broken {
    line: Option<usize>,
    message: String,
    remedy: &'static str,
}

impl From<Refusal> for Broken {
    fn from((message, remedy): Refusal) -> Self {
        Self {
            line: None,
            message,
            remedy,
        }
    }
}

impl Loader {
    /// A loader for a file of this name.
    pub fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            unpacker: Unpacker::default(),
            reader: Reader::Head(Vec::new()),
            records: Records::default(),
            broken: None,
        }
    }

    /// Reads the next bytes of the file; false when no more are wanted.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        if self.broken.is_none() {
            let text = self.unpacker.push(bytes);
            let read = text
                .map_err(Broken::from)
                .and_then(|text| self.reader.push(&text, &mut self.records))
                .and_then(|()| self.fits());
            self.broken = read.err();
        }
        self.broken.is_none()
    }

    /// Rows so far.
    pub fn rows(&self) -> usize {
        self.records.rows()
    }

    /// Names of the tables that rows so far go to.
    pub fn tables(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.records.tables()
    }

    /// Bytes that the rows so far hold, estimated.
    pub fn held_bytes(&self) -> usize {
        self.records.held_bytes()
    }

    /// Makes room for the rows of the whole file, which is so many times as long as what was read.
    pub fn reserve(&mut self, times: f64) {
        self.records.reserve(times);
    }

    /// The tables of the file.
    pub fn finish(mut self) -> Result<Vec<Loaded>, LoadError> {
        if self.broken.is_none() {
            let text = self.unpacker.finish();
            let read = text
                .map_err(Broken::from)
                .and_then(|text| self.reader.push(&text, &mut self.records))
                .and_then(|()| self.reader.finish(&mut self.records));
            self.broken = read.err();
        }
        let packing = self.unpacker.packing.iter().copied();
        let format = packing.chain([self.reader.shape()]).collect::<Vec<_>>();
        let format = format.join(", ");
        self.outcome(&format)
    }

    fn fits(&self) -> Result<(), Broken> {
        match self.held_bytes() > MAX_HELD_BYTES {
            true => Err(Broken {
                line: None,
                message: format!(
                    "the rows take more than {} MiB, the most that is held",
                    MAX_HELD_BYTES / 1024 / 1024
                ),
                remedy: "load fewer days",
            }),
            false => Ok(()),
        }
    }

    fn outcome(mut self, format: &str) -> Result<Vec<Loaded>, LoadError> {
        let rows = self.records.rows();
        match self.broken {
            Some(broken) if rows == 0 => Err(LoadError {
                file: self.file,
                line: broken.line,
                message: broken.message,
                remedy: broken.remedy.to_owned(),
            }),
            None if rows == 0 => {
                let first = self.records.warnings.first();
                let why = first.map(|warning| format!(": {}", warning.message));
                Err(LoadError {
                    line: first.and_then(|warning| warning.line),
                    message: format!("recognised as {format}, but it holds no audit-log row and no indicator{}", why.unwrap_or_default()),
                    remedy: "load audit logs of Key Vault or Managed HSM, or threat-intelligence indicators".to_owned(),
                    file: self.file,
                })
            }
            broken => {
                if let Some(broken) = broken {
                    let message = format!(
                        "{}; what comes after is left out: {}",
                        broken.message, broken.remedy
                    );
                    self.records.warnings.add(broken.line, &message);
                }
                Ok(self.records.finish(format))
            }
        }
    }
}

impl Reader {
    fn push(&mut self, text: &[u8], records: &mut Records) -> Result<(), Broken> {
        match self {
            Self::Head(head) => {
                head.extend_from_slice(text);
                match head.len() >= HEAD_BYTES {
                    true => self.decide(records),
                    false => Ok(()),
                }
            }
            Self::Lines(lines) => {
                lines.push(text, records);
                Ok(())
            }
            Self::Document(document) => document.push(text, records).map_err(no_json),
            Self::Delimited(rows) => rows.push(text, records).map_err(no_table),
        }
    }

    /// Turns the head into the reader for its shape.
    fn decide(&mut self, records: &mut Records) -> Result<(), Broken> {
        if let Self::Head(head) = self {
            let head = std::mem::take(head);
            *self = Self::of(&head);
            return self.push(&head, records);
        }
        Ok(())
    }

    fn of(head: &[u8]) -> Self {
        match head.trim_ascii_start().first() {
            Some(b'{' | b'[') if is_lines(head) => Self::Lines(Lines::default()),
            Some(b'{' | b'[') => Self::Document(Document::default()),
            _ => Self::Delimited(Delimited::default()),
        }
    }

    fn finish(&mut self, records: &mut Records) -> Result<(), Broken> {
        if let Self::Head(head) = self {
            if head.trim_ascii().is_empty() {
                return Err(Broken {
                    line: None,
                    message: "the file is empty".to_owned(),
                    remedy: "export the log again",
                });
            }
            self.decide(records)?;
        }
        match self {
            Self::Lines(lines) => lines.finish(records),
            Self::Document(document) => document.finish(records).map_err(no_json)?,
            Self::Delimited(rows) => rows.finish(records).map_err(no_table)?,
            Self::Head(_) => {}
        }
        Ok(())
    }

    /// Words for what the file is.
    fn shape(&self) -> &'static str {
        match self {
            Self::Lines(_) => "JSON Lines",
            Self::Document(document) => document.shape(),
            Self::Delimited(rows) => rows.shape(),
            Self::Head(_) => "unknown",
        }
    }
}

/// Whether a text that begins like JSON has a value on every line: the first line is one and more
/// follows, or two lines look like records, since a broken first line does not make the others useless.
fn is_lines(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.next().unwrap_or_default();
    let follows = lines.any(|line| !line.is_empty());
    if follows && serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok() {
        return true;
    }
    head.split(|byte| *byte == b'\n')
        .filter(|line| line.starts_with(b"{") && line.trim_ascii_end().ends_with(b"}"))
        .take(2)
        .count()
        == 2
}

fn no_json((line, message): (usize, String)) -> Broken {
    Broken {
        line: Some(line),
        message: format!("this is not JSON: {message}"),
        remedy: "check this line, or export the log again",
    }
}

fn no_table(message: String) -> Broken {
    Broken {
        line: Some(1),
        message,
        remedy: "load audit logs as JSON or CSV, or a rule as YAML or JSON",
    }
}

/// Reads a whole file at once.
pub fn load(file: &str, bytes: &[u8]) -> Result<Vec<Loaded>, LoadError> {
    let mut loader = Loader::new(file);
    loader.push(bytes);
    loader.finish()
}
