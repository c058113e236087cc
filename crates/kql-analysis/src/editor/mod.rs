//! The language service of an editor: one question about a text, one answer, as plain data.
//!
//! Offsets are UTF-16 code units, as editors count. No text and no offset makes a question fail; an offset
//! beyond the end is the end.

mod analysis;
mod answers;
mod at_offset;
mod changes;
mod rename;
mod signature;
mod symbols;

use std::ops::Range;

use kql_syntax::text::LineIndex;
use kql_syntax::{Parse, parse};
use serde::{Deserialize, Serialize};

pub use answers::{
    Analysis, CLASSES, Completion, Completions, Edit, Edits, Fix, Hover, Places, Problem, Signature,
};
pub use rename::MAX_NAME;
pub use symbols::SymbolKind;

use crate::catalog::Catalog;

/// What an editor asks about a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// Colours, errors and foldable parts: asked at every change.
    Analyse,
    /// What may stand at an offset.
    Complete {
        /// The offset.
        at: usize,
    },
    /// What the word at an offset means.
    Hover {
        /// The offset.
        at: usize,
    },
    /// The parameters of the call around an offset.
    Signature {
        /// The offset.
        at: usize,
    },
    /// All places of the name at an offset.
    Places {
        /// The offset.
        at: usize,
    },
    /// The changes that give the name at an offset another one.
    Rename {
        /// The offset.
        at: usize,
        /// The new name.
        name: String,
    },
    /// The text in its usual form.
    Format,
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Question::Analyse`].
    Analysis(Analysis),
    /// To [`Question::Complete`].
    Completions(Completions),
    /// To [`Question::Hover`].
    Hover(Hover),
    /// To [`Question::Signature`].
    Signature(Signature),
    /// To [`Question::Places`].
    Places(Places),
    /// To [`Question::Rename`] and [`Question::Format`]: changes that belong together.
    Edits(Edits),
    /// Nothing is known at the offset.
    Nothing,
    /// What was asked for cannot be done.
    Refused {
        /// Why, and what to do, in sentences.
        reason: String,
    },
}

/// Answers a question about a query text over tables.
pub fn ask(text: &str, question: &Question, catalog: &Catalog) -> Answer {
    let lines = LineIndex::new(text);
    let asked = Asked {
        text,
        lines,
        catalog,
    };
    match question {
        Question::Analyse => Answer::Analysis(asked.analysis()),
        Question::Complete { at } => Answer::Completions(asked.completions(*at)),
        Question::Hover { at } => asked.hover(*at).map_or(Answer::Nothing, Answer::Hover),
        Question::Signature { at } => asked
            .signature(*at)
            .map_or(Answer::Nothing, Answer::Signature),
        Question::Places { at } => asked.places(*at).map_or(Answer::Nothing, Answer::Places),
        Question::Rename { at, name } => asked.rename(*at, name),
        Question::Format => asked.format(),
    }
}

/// A text with its places.
struct Asked<'a> {
    text: &'a str,
    lines: LineIndex,
    catalog: &'a Catalog,
}

impl Asked<'_> {
    fn parse(&self) -> Parse {
        parse(self.text)
    }

    /// Offset in bytes of an offset in UTF-16 code units.
    fn byte(&self, at: usize) -> usize {
        self.lines.byte(self.text, at)
    }

    /// Start and end of a range of bytes, in UTF-16 code units.
    fn place(&self, bytes: &Range<usize>) -> (usize, usize) {
        let range = self.lines.utf16_range(bytes);
        (range.start, range.end)
    }

    fn edit(&self, bytes: &Range<usize>, text: &str) -> Edit {
        let (start, end) = self.place(bytes);
        Edit {
            start,
            end,
            text: text.to_owned(),
        }
    }
}
