//! Applying accepted edits.

use std::cell::LazyCell;
use std::ops::Range;

use kql_syntax::parse;
use sentinel_rules::rule::Rule;

use crate::by_hand::meets;
use crate::convert::Conversion;
use crate::edit::{Applicability, Edit, Target};
use crate::metadata;

/// A rule after the accepted edits.
#[derive(Clone, Debug)]
pub struct Converted {
    /// The rule.
    pub rule: Rule,
    /// Where the accepted edits of the query ended up, in order of place.
    pub placements: Vec<Placement>,
    /// Syntax errors that the original did not have; always empty unless an edit is wrong.
    pub new_errors: Vec<kql_syntax::Diagnostic>,
}

/// The place of an applied edit in the converted query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Name of the edit.
    pub edit: String,
    /// Its place, in UTF-8 bytes.
    pub range: Range<usize>,
}

/// The decision unless the user decides: only safe edits are applied.
pub fn default_accepted(edit: &Edit) -> bool {
    edit.applicability == Applicability::Safe
}

impl Conversion {
    /// The rule after the edits that `accepted` says. Edits that nothing can be applied for never are.
    pub fn apply(&self, rule: &Rule, accepted: &dyn Fn(&Edit) -> bool) -> Converted {
        let mut converted = rule.clone();
        let mut query = String::with_capacity(rule.query.len());
        let mut placements = Vec::new();
        let mut copied = 0;
        let applied = |edit: &&Edit| edit.applicability != Applicability::Manual && accepted(edit);
        // What a user wrote wins over what was found for the same place.
        let by_hand: Vec<&Range<usize>> = self
            .edits
            .iter()
            .filter(|edit| edit.is_by_hand() && applied(edit))
            .filter_map(|edit| edit.target.range())
            .collect();
        let gives_way = |edit: &Edit| {
            let range = edit.target.range();
            !edit.is_by_hand()
                && range.is_some_and(|range| by_hand.iter().any(|one| meets(one, range)))
        };
        for edit in self
            .edits
            .iter()
            .filter(applied)
            .filter(|edit| !gives_way(edit))
        {
            match &edit.target {
                Target::Field { name } => {
                    metadata::apply(&mut converted, name, &edit.after, &self.profile)
                }
                Target::Query { range } => {
                    // Ranges lie in the query and do not overlap; one that does is left out.
                    let Some(between) = rule.query.get(copied..range.start) else {
                        continue;
                    };
                    query.push_str(between);
                    let start = query.len();
                    query.push_str(&edit.after);
                    placements.push(Placement {
                        edit: edit.id.clone(),
                        range: start..query.len(),
                    });
                    copied = range.end;
                }
            }
        }
        query.push_str(rule.query.get(copied..).unwrap_or_default());
        let new_errors = new_errors(&rule.query, &query);
        converted.query = query;
        Converted {
            rule: converted,
            placements,
            new_errors,
        }
    }
}

fn new_errors(before: &str, after: &str) -> Vec<kql_syntax::Diagnostic> {
    let known = LazyCell::new(|| parse(before));
    let is_known = |found: &kql_syntax::Diagnostic| {
        let mut known = known.diagnostics().iter();
        known.any(|known| known.message == found.message)
    };
    let mut errors = parse(after).diagnostics().to_vec();
    errors.retain(|found| !is_known(found));
    errors
}
