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
    /// A change of the text that is likely to be what was meant.
    pub repair: Option<Repair>,
}

/// A change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What is replaced, in UTF-8 bytes; empty for an insertion.
    pub range: Range<usize>,
    /// What stands there instead.
    pub text: String,
}
