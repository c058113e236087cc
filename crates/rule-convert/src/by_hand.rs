//! Changes that a user writes: they stand beside the edits that were found, and win over them.

use std::ops::Range;

use sentinel_rules::rule::Rule;

use crate::convert::Conversion;
use crate::edit::{Applicability, Certainty, Edit, Target};

/// A replacement of a part of the original query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// Range of the original query, in UTF-8 bytes; empty to insert.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
    /// Why; may be empty.
    pub note: String,
}

/// Why a change by hand is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The range is not one of the query.
    #[error("bytes {0} to {1} are no part of the query; select the text again")]
    NoPlace(usize, usize),
    /// An edit that is applied changes the same place.
    #[error(
        "the edit `{0}` ({1}) changes this place too; refuse it first, or change another place"
    )]
    Overlaps(String, String),
    /// The query would not parse.
    #[error("the converted query would not parse: {0}; mend the text")]
    DoesNotParse(String),
}

impl Conversion {
    /// Adds a change by hand, which is applied unless it is refused like any other edit. Gives its id.
    /// `accepted` says which edits are applied now.
    pub fn add_by_hand(
        &mut self,
        rule: &Rule,
        change: ByHand,
        accepted: &dyn Fn(&Edit) -> bool,
    ) -> Result<String, Refusal> {
        let range = change.range;
        let Some(before) = rule.query.get(range.clone()) else {
            return Err(Refusal::NoPlace(range.start, range.end));
        };
        let taken = self.edits.iter().find(|edit| {
            let same = |other: &Range<usize>| meets(other, &range);
            edit.applicability != Applicability::Manual
                && (accepted(edit) || edit.is_by_hand())
                && edit.target.range().is_some_and(same)
        });
        if let Some(edit) = taken {
            return Err(Refusal::Overlaps(edit.id.clone(), edit.title.clone()));
        }
        let id = format!("hand@{}", range.start);
        let edit = Edit {
            id: id.clone(),
            before: before.to_owned(),
            after: change.text,
            title: "By hand".to_owned(),
            reason: match change.note.trim() {
                "" => "Written by hand.".to_owned(),
                note => note.to_owned(),
            },
            applicability: Applicability::Safe,
            certainty: Certainty::Unknown,
            target: Target::Query {
                range: range.clone(),
            },
        };
        let place = self
            .edits
            .iter()
            .position(|other| {
                other
                    .target
                    .range()
                    .is_some_and(|other| other.start > range.start)
            })
            .unwrap_or(self.edits.len());
        self.edits.insert(place, edit);
        let converted = self.apply(rule, &|edit| edit.id == id || accepted(edit));
        if let Some(error) = converted.new_errors.first() {
            self.edits.remove(place);
            return Err(Refusal::DoesNotParse(error.message.clone()));
        }
        Ok(id)
    }

    /// Takes a change by hand out again; whether there was one.
    pub fn remove_by_hand(&mut self, id: &str) -> bool {
        let before = self.edits.len();
        self.edits
            .retain(|edit| !(edit.is_by_hand() && edit.id == id));
        self.edits.len() < before
    }
}

/// Whether two ranges of one text cannot be changed independently.
pub(crate) fn meets(one: &Range<usize>, other: &Range<usize>) -> bool {
    one == other || one.start < other.end && other.start < one.end
}
