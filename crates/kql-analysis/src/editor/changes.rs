//! Changes of the whole text: another name for a symbol, and the usual form.

use kql_syntax::format::{Refusal, format};

use super::rename::{Renamed, rename};
use super::{Answer, Asked, Edit, Edits};

impl Asked<'_> {
    pub(super) fn rename(&self, at: usize, name: &str) -> Answer {
        match rename(&self.parse(), self.text, self.byte(at), name, self.catalog) {
            Err(reason) => Answer::Refused { reason },
            Ok(renamed) => Answer::Edits(self.renaming(&renamed)),
        }
    }

    /// The new name at all places of a symbol.
    fn renaming(&self, renamed: &Renamed) -> Edits {
        let symbol = &renamed.symbol;
        let places = symbol.declarations.iter().chain(&symbol.uses);
        let mut edits: Vec<Edit> = places
            .map(|range| self.edit(range, &renamed.text))
            .collect();
        edits.sort_by_key(|edit| edit.start);
        let note = renamed.in_result.then(|| {
            format!(
                "`{}` is a column of the result: change entity mappings and custom details that name it, too.",
                symbol.name
            )
        });
        Edits { edits, note }
    }

    pub(super) fn format(&self) -> Answer {
        let formatted = match format(self.text) {
            Ok(formatted) => formatted,
            Err(refusal) => return self.left_alone(&refusal),
        };
        let edits = match formatted == self.text {
            true => Vec::new(),
            false => vec![self.edit(&(0..self.text.len()), &formatted)],
        };
        Answer::Edits(Edits { edits, note: None })
    }

    /// Says why a text was not formatted.
    fn left_alone(&self, refusal: &Refusal) -> Answer {
        let reason = match refusal {
            Refusal::Erroneous(first) => format!(
                "Line {} has a syntax error; correct it first: {}.",
                self.lines.line(first.range.start),
                first.message
            ),
            Refusal::Changed => {
                "The text was left as it is: formatted, it would read otherwise.".to_owned()
            }
        };
        Answer::Refused { reason }
    }
}
