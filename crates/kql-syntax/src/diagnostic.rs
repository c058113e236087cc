//! What is wrong with a query text, and where.

use std::ops::Range;

/// A syntax error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, such as `RS1001`.
    pub code: &'static str,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What to do about it, when that is known.
    pub hint: Option<String>,
    /// Place in the text, in UTF-8 bytes.
    pub range: Range<usize>,
}
