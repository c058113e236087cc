//! Changes that a user writes: they stand beside the edits that were found, and win over them.

use std::ops::Range;

use sentinel_rules::rule::Rule;

use crate::convert::Conversion;
use crate::edit::{Applicability, Certainty, Edit, Target};

/// What is said of a change without a note.
const WITHOUT_NOTE: &str = "Written by hand.";

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
    /// An edit that is applied changes a part of the same place, or another change by hand does.
    #[error(
        "the edit `{0}` ({1}) changes this place too; refuse it first, or change the whole of its place"
    )]
    Overlaps(String, String),
    /// The query would not parse.
    #[error("the converted query would not parse: {0}; mend the text")]
    DoesNotParse(String),
}

impl ByHand {
    /// Id of the edit that a change at a place becomes.
    pub fn id(range: &Range<usize>) -> String {
        match range.is_empty() {
            true => format!("hand@{}", range.start),
            false => format!("hand@{}-{}", range.start, range.end),
        }
    }
}

impl Edit {
    /// The note of a change by hand; empty for other edits.
    pub fn note(&self) -> &str {
        match self.is_by_hand() && self.reason != WITHOUT_NOTE {
            true => &self.reason,
            false => "",
        }
    }

    /// The change by hand that this edit is.
    pub fn as_by_hand(&self) -> Option<ByHand> {
        let range = self.target.range().filter(|_| self.is_by_hand())?;
        Some(ByHand {
            range: range.clone(),
            text: self.after.clone(),
            note: self.note().to_owned(),
        })
    }
}

impl Conversion {
    /// Adds a change by hand, which is applied unless it is refused like any other edit. Gives its id. An
    /// edit that is found for a part of the place gives way as long as the change is applied. `accepted` says
    /// which edits are applied now.
    pub fn add_by_hand(
        &mut self,
        rule: &Rule,
        change: ByHand,
        accepted: &dyn Fn(&Edit) -> bool,
    ) -> Result<String, Refusal> {
        if let Some(edit) = self.in_the_way(&change.range, accepted) {
            return Err(Refusal::Overlaps(edit.id.clone(), edit.title.clone()));
        }
        let id = self.put_by_hand(rule, change)?;
        let converted = self.apply(rule, &|edit| edit.id == id || accepted(edit));
        if let Some(error) = converted.new_errors.first() {
            self.remove_by_hand(&id);
            return Err(Refusal::DoesNotParse(error.message.clone()));
        }
        Ok(id)
    }

    fn in_the_way(&self, range: &Range<usize>, accepted: &dyn Fn(&Edit) -> bool) -> Option<&Edit> {
        let is_inside = |other: &Range<usize>| range.start <= other.start && other.end <= range.end;
        self.edits.iter().find(|edit| {
            edit.applicability != Applicability::Manual
                && edit.target.range().is_some_and(|other| {
                    meets(other, range)
                        && (edit.is_by_hand() || accepted(edit) && !is_inside(other))
                })
        })
    }

    /// Adds a change by hand whatever was found for its place. One by hand at the same place is replaced.
    pub fn put_by_hand(&mut self, rule: &Rule, change: ByHand) -> Result<String, Refusal> {
        let range = change.range;
        let Some(before) = rule.query.get(range.clone()) else {
            return Err(Refusal::NoPlace(range.start, range.end));
        };
        let id = ByHand::id(&range);
        let other = self.edits.iter().find(|edit| {
            let place = edit.target.range();
            edit.is_by_hand() && edit.id != id && place.is_some_and(|place| meets(place, &range))
        });
        if let Some(edit) = other {
            return Err(Refusal::Overlaps(edit.id.clone(), edit.title.clone()));
        }
        self.remove_by_hand(&id);
        let edit = Edit {
            id: id.clone(),
            before: before.to_owned(),
            after: change.text,
            title: "By hand".to_owned(),
            reason: match change.note.trim() {
                "" => WITHOUT_NOTE.to_owned(),
                note => note.to_owned(),
            },
            applicability: Applicability::Safe,
            certainty: Certainty::Unknown,
            target: Target::Query {
                range: range.clone(),
            },
        };
        // What inserts comes before what replaces the same place.
        let is_behind = |other: &Edit| {
            let other = other.target.range();
            other.is_some_and(|other| (other.start, other.end) > (range.start, range.end))
        };
        let place = self.edits.iter().position(is_behind);
        self.edits.insert(place.unwrap_or(self.edits.len()), edit);
        Ok(id)
    }

    /// Takes a change by hand out again; whether there was one.
    pub fn remove_by_hand(&mut self, id: &str) -> bool {
        let before = self.edits.len();
        self.edits
            .retain(|edit| !(edit.is_by_hand() && edit.id == id));
        self.edits.len() < before
    }

    /// The changes by hand, in order of place.
    pub fn by_hand(&self) -> Vec<ByHand> {
        self.edits.iter().filter_map(Edit::as_by_hand).collect()
    }
}

/// Whether two ranges of one text cannot be changed independently.
pub(crate) fn meets(one: &Range<usize>, other: &Range<usize>) -> bool {
    one == other || one.start < other.end && other.start < one.end
}
