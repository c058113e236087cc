//! The error of an evaluation: what is wrong, where, and what to do about it.

use std::ops::Range;

/// Why a query could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EvalError {
    /// What is wrong, naming the function or operator.
    pub message: String,
    /// What the reader can do about it.
    pub hint: Option<String>,
    /// Place in the query text, in UTF-8 bytes, where it is known.
    pub range: Option<Range<usize>>,
}

impl EvalError {
    /// An error with its message only.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            range: None,
        }
    }

    /// The same error with a remedy.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error with a place, unless it already has one.
    pub fn at(mut self, range: Range<usize>) -> Self {
        self.range.get_or_insert(range);
        self
    }
}
