//! The rules of a set: as they were loaded, and after the edits that the set accepts.

use rule_convert::{Conversion, Edit, convert_as, default_accepted};
use rule_replay::rule_tests::Revision;
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read};

use super::file::{EditState, SetRule, of_member};
use super::way::SetWay;
use crate::protocol::Problem;

impl SetRule {
    /// The rule as it was loaded. `place` is the way to this rule in the file.
    pub fn original(&self, place: &str) -> Result<Rule, Problem> {
        let source = &self.rule;
        let place = format!("{place}.rule");
        match (&source.bundled, &source.text, &source.model) {
            (Some(name), None, None) => of_bundle(name, &place),
            (None, Some(text), None) => {
                of_text(source.file.as_deref().unwrap_or("rule.yaml"), text, &place)
            }
            (None, None, Some(model)) => Ok(model.as_ref().clone()),
            _ => Err(of_member(
                &place,
                "it is not clear what the rule is",
                "give one of `bundled`, `text` and `model`",
            )),
        }
    }

    /// The rule after its accepted edits.
    pub fn converted(&self, way: Option<&SetWay>, place: &str) -> Result<Rule, Problem> {
        let original = self.original(place)?;
        let Some(way) = way else {
            return Ok(original);
        };
        let conversion = self.conversion(&original, way, place)?;
        let converted = conversion.apply(&original, &|edit| self.is_accepted(edit));
        Ok(converted.rule)
    }

    /// The conversion of the rule, with the changes by hand. Fails when the set names edits that it does not
    /// have, or changes that it cannot take.
    pub fn conversion(
        &self,
        original: &Rule,
        way: &SetWay,
        place: &str,
    ) -> Result<Conversion, Problem> {
        let mut conversion = convert_as(original, &way.profile, way.mode);
        self.check_edits(&conversion, place)?;
        for (index, change) in self.hand_edits.iter().enumerate() {
            let place = format!("{place}.handEdits[{index}]");
            let added = conversion.put_by_hand(original, change.change());
            added.map_err(|refusal| of_member(&place, refusal.to_string(), "correct it"))?;
        }
        let converted = conversion.apply(original, &|edit| self.is_accepted(edit));
        match converted.new_errors.first() {
            Some(error) if !self.hand_edits.is_empty() => Err(of_member(
                &format!("{place}.handEdits"),
                format!("the converted query would not parse: {}", error.message),
                "mend the texts",
            )),
            _ => Ok(conversion),
        }
    }

    /// A revision of the rule.
    pub fn revision(
        &self,
        revision: Revision,
        way: Option<&SetWay>,
        place: &str,
    ) -> Result<Rule, Problem> {
        match revision {
            Revision::Original => self.original(place),
            Revision::Converted => self.converted(way, place),
        }
    }

    /// Whether an edit is applied: as the set says, or by default.
    pub fn is_accepted(&self, edit: &Edit) -> bool {
        if let Some(change) = edit.as_by_hand() {
            let mut known = self.hand_edits.iter();
            return known.any(|one| one.accepted && one.change().range == change.range);
        }
        let state = self.edits.iter().find(|state| state.id == edit.id);
        state.map_or_else(|| default_accepted(edit), |state| state.accepted)
    }

    /// Holds that every edit of the set is one of the conversion and still writes the same.
    pub(crate) fn check_edits(&self, conversion: &Conversion, place: &str) -> Result<(), Problem> {
        for (index, state) in self.edits.iter().enumerate() {
            let edit = conversion.edits.iter().find(|edit| edit.id == state.id);
            if edit.is_none_or(|edit| differs(state, edit)) {
                return Err(of_member(
                    &format!("{place}.edits[{index}]"),
                    format!("the conversion has no such edit `{}` any more", state.id),
                    "take it out, and look at the conversion again",
                ));
            }
        }
        Ok(())
    }
}

/// Whether an edit replaces or writes something else than is stated.
fn differs(state: &EditState, edit: &Edit) -> bool {
    let other =
        |stated: &Option<String>, text: &String| stated.as_ref().is_some_and(|one| one != text);
    other(&state.before, &edit.before) || other(&state.after, &edit.after)
}

/// A rule that comes with the program, by the name of its file.
fn of_bundle(name: &str, place: &str) -> Result<Rule, Problem> {
    let known = bundled();
    let Some((file, text)) = known.iter().find(|(file, _)| *file == name) else {
        let names: Vec<&str> = known.iter().map(|(file, _)| *file).collect();
        return Err(of_member(
            &format!("{place}.bundled"),
            format!("no rule `{name}` comes with the program"),
            &format!("name one of {}", names.join(", ")),
        ));
    };
    of_text(file, text, place)
}

/// The one rule of a file.
fn of_text(file: &str, text: &str, place: &str) -> Result<Rule, Problem> {
    let mut outcome = read(file, text.as_bytes());
    if let Some(problem) = outcome.problems.into_iter().next() {
        let mut problem = Problem::from(problem);
        problem.field = Some(match problem.field {
            Some(field) => format!("{place}.text, {field}"),
            None => format!("{place}.text"),
        });
        return Err(problem);
    }
    match (outcome.rules.pop(), outcome.rules.len()) {
        (Some(rule), 0) => Ok(rule),
        (_, more) => Err(of_member(
            &format!("{place}.text"),
            format!("it holds {} rules", if more == 0 { 0 } else { more + 1 }),
            "give the text of a file with one rule",
        )),
    }
}
