//! What is wrong with a file or a rule, where, and what can be done.

/// Something in a file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Name of the file; inside an archive `archive.zip/inner.yaml`.
    pub file: String,
    /// Line, from 1, when it is known.
    pub line: Option<usize>,
    /// Field, by its name in the file, when it is known.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What can be done; may be empty.
    pub remedy: String,
}

/// Something in a file that is no analytics rule and was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// What it is, such as a file name.
    pub what: String,
    /// Why it was left out.
    pub reason: String,
}

/// A rule of Sentinel or of its documentation that a rule breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Field, by its name in ARM.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What can be done.
    pub remedy: String,
}
