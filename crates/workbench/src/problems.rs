//! Problems of the crates below as the page shows them.

use audit_logs::{LoadError, Warning};

use crate::protocol::Problem;

impl Problem {
    /// A problem without a place.
    pub fn about(
        subject: impl Into<String>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            subject: subject.into(),
            line: None,
            field: None,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

impl From<sentinel_rules::Problem> for Problem {
    fn from(problem: sentinel_rules::Problem) -> Self {
        Self {
            subject: problem.file,
            line: problem.line,
            field: problem.field,
            message: problem.message,
            remedy: problem.remedy,
        }
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        Self {
            subject: error.file,
            line: error.line,
            field: None,
            message: error.message,
            remedy: error.remedy,
        }
    }
}

/// A warning in one line.
pub(crate) fn warning(warning: &Warning) -> String {
    match warning.line {
        Some(line) => format!("Line {line}: {}", warning.message),
        None => warning.message.clone(),
    }
}
