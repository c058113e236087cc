//! The cells of rows as places in the text of a file, before anything is made of them.

use std::borrow::Cow;

use kql_analysis::text::number_of_digits;

use crate::cell::Cell;

/// A cell: where it stands and what stands there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Raw {
    at: u32,
    length: u32,
    form: Form,
}

/// What stands at the place of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// No value.
    #[default]
    Null,
    /// The text itself.
    Text,
    /// A text in which a quote is written twice.
    Doubled,
    /// A JSON value, found to be one.
    Json,
}

impl Raw {
    /// A cell at a place in bytes; `None` in a text that is longer than 4 GiB.
    pub fn new(at: usize, length: usize, form: Form) -> Option<Self> {
        Some(Self {
            at: u32::try_from(at).ok()?,
            length: u32::try_from(length).ok()?,
            form,
        })
    }

    /// Whether there is no value.
    pub fn is_null(self) -> bool {
        self.form == Form::Null
    }

    /// Whether the cell is the text itself.
    pub fn is_text(self) -> bool {
        self.form == Form::Text
    }

    /// The place of its first byte.
    pub fn start(self) -> usize {
        self.at as usize
    }

    /// The text of a cell that needs no decoding; without a value it is empty.
    pub fn text(self, text: &str) -> Option<&str> {
        match self.form {
            Form::Null => Some(""),
            Form::Text => Some(self.part(text)),
            Form::Doubled | Form::Json => None,
        }
    }

    /// The number of a cell that is a few digits and nothing else.
    pub fn digits(self, text: &str) -> Option<i64> {
        let is_written = matches!(self.form, Form::Text | Form::Json);
        number_of_digits(self.part(text).as_bytes()).filter(|_| is_written)
    }

    /// The cell in its text.
    pub fn cell(self, text: &str) -> Cell<'_> {
        match self.form {
            Form::Null => Cell::Null,
            Form::Text => Cell::Text(Cow::Borrowed(self.part(text))),
            Form::Doubled => Cell::Text(Cow::Owned(self.part(text).replace("\"\"", "\""))),
            Form::Json => Cell::of_json(self.part(text)).unwrap_or(Cell::Null),
        }
    }

    fn part(self, text: &str) -> &str {
        let at = self.at as usize;
        text.get(at..at + self.length as usize).unwrap_or_default()
    }
}
