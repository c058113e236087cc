//! What the answers hold. Offsets are UTF-16 code units; ranges are a start and the offset behind the end.

use serde::{Deserialize, Serialize};

/// A change of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Offset of the first code unit that is replaced.
    pub start: usize,
    /// Offset behind the last one.
    pub end: usize,
    /// What stands there instead.
    pub text: String,
}

/// Colours, errors and foldable parts of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// Three numbers for each token: start, end, and index into [`CLASSES`].
    pub tokens: Vec<u32>,
    /// Errors and warnings in order of place.
    pub problems: Vec<Problem>,
    /// Start and end of each foldable part.
    pub folds: Vec<(usize, usize)>,
}

/// Names of the classes of tokens, for a style sheet.
pub const CLASSES: [&str; 9] = [
    "keyword",
    "operator",
    "function",
    "string",
    "number",
    "comment",
    "name",
    "punctuation",
    "error",
];

/// What is wrong at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Offset of its first code unit.
    pub start: usize,
    /// Offset behind its last one; the start for a place between two characters.
    pub end: usize,
    /// Stable code.
    pub code: String,
    /// `error`, `warning`, or `info` for what Rulesmith does not run.
    pub severity: String,
    /// What is wrong, with what to do about it.
    pub message: String,
    /// Changes that are likely to repair it.
    pub fixes: Vec<Fix>,
}

/// A change that repairs a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What it does, in words.
    pub title: String,
    /// The change.
    pub edit: Edit,
}

/// What may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completions {
    /// Offset of the first code unit that a completion replaces.
    pub start: usize,
    /// Offset behind the last one.
    pub end: usize,
    /// The completions in order.
    pub items: Vec<Completion>,
}

/// A completion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// What is shown and inserted.
    pub text: String,
    /// `column`, `variable`, `table`, `operator`, `aggregate`, `function`, `plugin` or `keyword`.
    pub kind: String,
    /// A column's type, or what a function does.
    pub detail: String,
}

/// What a word means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hover {
    /// Offset of its first code unit.
    pub start: usize,
    /// Offset behind its last one.
    pub end: usize,
    /// Signatures of a function, or a column with its type; a line each.
    pub title: String,
    /// What it does.
    pub text: String,
    /// Its page in Microsoft's documentation.
    pub link: Option<String>,
}

/// The function around a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Its signatures as they are written.
    pub labels: Vec<String>,
    /// The one that fits the number of arguments.
    pub active: usize,
    /// Start and end of the parameter at hand in that signature.
    pub parameter: Option<(usize, usize)>,
    /// What the function does.
    pub text: String,
    /// Its page in Microsoft's documentation.
    pub link: Option<String>,
}

/// All places of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// The name without brackets.
    pub name: String,
    /// What it stands for, such as `let` or `column`.
    pub role: String,
    /// Start and end of the places that introduce it; empty for what comes from outside of the query.
    pub declarations: Vec<(usize, usize)>,
    /// Start and end of each use.
    pub uses: Vec<(usize, usize)>,
}

/// Changes that belong together, in order of place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edits {
    /// The changes.
    pub edits: Vec<Edit>,
    /// What else has to be changed by hand.
    pub note: Option<String>,
}
