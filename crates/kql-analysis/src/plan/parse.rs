//! The parts of `parse`, `parse-where` and `parse-kv`.

use super::{Expr, Plan};
use crate::types::ScalarType;

/// A column that takes a piece of a text.
#[derive(Clone, Debug)]
pub struct CaptureColumn {
    /// Index of the result column.
    pub target: usize,
    /// Type that the piece is converted to.
    pub ty: ScalarType,
}

/// `parse` and `parse-where`.
#[derive(Clone, Debug)]
pub struct Parse {
    /// Rows read.
    pub input: Plan,
    /// The text, as a string.
    pub source: Expr,
    /// How the pattern is matched.
    pub kind: ParseKind,
    /// The pattern.
    pub parts: Vec<ParsePart>,
    /// `parse-where`: rows that do not match are left out.
    pub only_matches: bool,
}

/// How the pattern of a `parse` is matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseKind {
    /// Texts are themselves; one value that does not fit its type spoils the row.
    Simple,
    /// Texts are themselves; a value that does not fit its type is null.
    Relaxed,
    /// Texts are regular expressions, with these flags.
    Regex(String),
}

/// A piece of the pattern of a `parse`.
#[derive(Clone, Debug)]
pub enum ParsePart {
    /// Text or regular expression that must be there.
    Text(String),
    /// Any text.
    Star,
    /// A piece that fills a column.
    Column(CaptureColumn),
}

/// `parse-kv`.
#[derive(Clone, Debug)]
pub struct ParseKv {
    /// Rows read.
    pub input: Plan,
    /// The text, as a string.
    pub source: Expr,
    /// Keys with the columns that take their values.
    pub keys: Vec<(String, CaptureColumn)>,
    /// How keys and values stand in the text.
    pub format: KvFormat,
}

/// How keys and values stand in a text.
#[derive(Clone, Debug)]
pub enum KvFormat {
    /// Between delimiters.
    Delimited {
        /// Between two pairs.
        pair: String,
        /// Between a key and its value.
        key_value: String,
        /// Wrappings of keys and values.
        quotes: Vec<Quote>,
        /// Characters that take the next one of a quoted text as it is.
        escapes: Vec<char>,
        /// A value reaches to the next key, over delimiters of pairs.
        greedy: bool,
    },
    /// Between any characters that are neither letters nor digits.
    Words {
        /// Wrappings of keys and values.
        quotes: Vec<Quote>,
        /// Characters that take the next one of a quoted text as it is.
        escapes: Vec<char>,
    },
    /// Where a regular expression finds them, the key in its first group and the value in its second.
    Regex(String),
}

/// The characters around a quoted key or value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Before it.
    pub open: char,
    /// Behind it.
    pub close: char,
}
