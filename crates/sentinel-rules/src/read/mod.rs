//! From files to rules. What a file is, is decided by its content.

mod archive;
mod bicep;
mod code;
mod expression;
mod expression_syntax;
mod fields;
mod header;
mod reader;
mod template;
mod terraform;
mod yaml;

pub use archive::{MAX_ARCHIVE_ENTRIES, MAX_EXPANDED_BYTES};
pub use expression::{MAX_CALLS, MAX_TEXT_BYTES};
pub use expression_syntax::MAX_EXPRESSION_DEPTH;

use crate::problem::{Problem, Skipped};
use crate::rule::Rule;

/// Largest file that is read as a rule, in bytes; the packages of all of Microsoft's solutions are smaller.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;

/// What was found in a file.
#[derive(Clone, Debug, Default)]
pub struct ReadOutcome {
    /// Rules in order.
    pub rules: Vec<Rule>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// What is no analytics rule.
    pub skipped: Vec<Skipped>,
}

impl ReadOutcome {
    fn problem(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
            ..Self::default()
        }
    }

    fn extend(&mut self, other: Self) {
        self.rules.extend(other.rules);
        self.problems.extend(other.problems);
        self.skipped.extend(other.skipped);
    }
}

/// Whether a file looks like rules and not like a log: an archive, a template, Bicep, Terraform, or
/// YAML with a query.
pub fn recognises(bytes: &[u8]) -> bool {
    if archive::recognises(bytes) {
        return true;
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(64 * 1024)]);
    let start = start.trim_start_matches('\u{feff}').trim_start();
    match start.chars().next() {
        Some('{') => template::recognises(start),
        Some('[') | None => false,
        _ => {
            yaml::recognises(start)
                || header::recognises(start)
                || bicep::recognises(start)
                || terraform::recognises(start)
        }
    }
}

/// Reads all rules of a file. The name is a label for messages and is never used as a path.
pub fn read(file: &str, bytes: &[u8]) -> ReadOutcome {
    if bytes.len() > MAX_FILE_BYTES {
        return ReadOutcome::problem(whole_file(
            file,
            format!("the file is larger than {MAX_FILE_BYTES} bytes"),
            "split it",
        ));
    }
    if archive::recognises(bytes) {
        return archive::read(file, bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => read_text(file, text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let line = bytes[..error.valid_up_to()]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
                + 1;
            let problem = whole_file(
                file,
                "the file is not UTF-8 text".to_owned(),
                "save it as UTF-8",
            );
            ReadOutcome::problem(Problem {
                line: Some(line),
                ..problem
            })
        }
    }
}

fn read_text(file: &str, text: &str) -> ReadOutcome {
    let start = text.trim_start();
    if start.is_empty() {
        return ReadOutcome::problem(whole_file(
            file,
            "the file is empty".to_owned(),
            "give a file with a rule: YAML, a template or a zip of them",
        ));
    }
    if start.starts_with(['{', '[']) {
        template::read(file, text)
    } else if header::recognises(start) {
        header::read(file, text)
    } else if bicep::recognises(start) {
        bicep::read(file, text)
    } else if terraform::recognises(start) {
        terraform::read(file, text)
    } else {
        yaml::read(file, text)
    }
}

/// A problem of a file as a whole.
fn whole_file(file: &str, message: String, remedy: &str) -> Problem {
    Problem {
        file: file.to_owned(),
        line: None,
        field: None,
        message,
        remedy: remedy.to_owned(),
    }
}
