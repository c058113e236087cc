//! A rule in the session: the original, its conversion, the user's decisions, the last outcomes.

use std::collections::BTreeMap;

use kql_syntax::text::LineIndex;
use rule_convert::{
    Applicability, ByHand, Conversion, Converted, Edit, Mode, Profile, Refusal, default_accepted,
};
use rule_replay::{Failure, LastBound, Outcome};
use sentinel_rules::rule::Rule;

use crate::protocol::Problem;
use crate::replay::Replayed;
use crate::rule_set::HandEdit;
use crate::view::painted::Painted;

/// A rule with its conversion.
#[derive(Debug)]
pub(crate) struct LoadedRule {
    /// Name in this session; the same file gives the same key.
    pub key: String,
    /// Whether it came with the page.
    pub bundled: bool,
    pub rule: Rule,
    pub conversion: Conversion,
    /// The rule after the accepted edits.
    pub converted: Converted,
    /// Outcome of the original, once run.
    pub run: Option<Result<Outcome, Failure>>,
    /// Outcome of the converted rule, once run.
    pub converted_run: Option<Result<Outcome, Failure>>,
    /// The converted rule on its schedule, once replayed.
    pub timeline: Option<Replayed>,
    /// The queries of the original and of the converted rule as they were bound last.
    pub bound: [LastBound; 2],
    /// The same queries as they were shown last.
    pub painted: [Painted; 2],
    decisions: BTreeMap<String, bool>,
}

impl LoadedRule {
    /// Converts a rule with the default decisions.
    pub fn new(key: String, bundled: bool, rule: Rule) -> Self {
        let conversion = rule_convert::convert(&rule, rule_convert::default_profile());
        let converted = conversion.apply(&rule, &default_accepted);
        Self {
            key,
            bundled,
            rule,
            conversion,
            converted,
            run: None,
            converted_run: None,
            timeline: None,
            bound: Default::default(),
            painted: Default::default(),
            decisions: BTreeMap::new(),
        }
    }

    /// Converts the rule another way. Decisions on edits that are there both ways stay, and so do changes by
    /// hand.
    pub fn convert(&mut self, profile: &Profile, mode: Mode) {
        let by_hand = self.conversion.by_hand();
        self.conversion = rule_convert::convert_as(&self.rule, profile, mode);
        for change in by_hand {
            // The query is the same, so the place is still there.
            let _ = self.conversion.put_by_hand(&self.rule, change);
        }
        self.apply();
    }

    /// Whether an edit is applied now.
    pub fn is_accepted(&self, edit: &Edit) -> bool {
        self.decisions
            .get(&edit.id)
            .copied()
            .unwrap_or_else(|| default_accepted(edit))
    }

    /// Whether the conversion has an edit.
    pub fn has_edit(&self, id: &str) -> bool {
        self.conversion.edits.iter().any(|edit| edit.id == id)
    }

    /// Whether the decision on an edit is not the default one.
    pub fn differs_from_default(&self, id: &str) -> bool {
        let edit = self.conversion.edits.iter().find(|edit| edit.id == id);
        edit.is_some_and(|edit| self.is_accepted(edit) != default_accepted(edit))
    }

    /// Accepts or refuses an edit and applies the conversion again.
    pub fn decide(&mut self, id: &str, accepted: bool) {
        self.decisions.insert(id.to_owned(), accepted);
        self.apply();
    }

    /// Accepts or refuses edits that are decided on together, and gives their ids.
    pub fn decide_many(&mut self, which: Applicability, accepted: bool) -> Vec<String> {
        let edits = self.conversion.edits.iter();
        let edits = edits.filter(|edit| edit.applicability == which && !edit.is_by_hand());
        let ids: Vec<String> = edits.map(|edit| edit.id.clone()).collect();
        let decided = ids.iter().map(|id| (id.clone(), accepted));
        self.decisions.extend(decided);
        self.apply();
        ids
    }

    /// Adds a change by hand, applied as it was decided. It takes the place of edits that were found there.
    pub fn put_by_hand(&mut self, change: ByHand) -> Result<String, Problem> {
        let id = self
            .conversion
            .put_by_hand(&self.rule, change)
            .map_err(|refusal| self.refusal(&refusal))?;
        self.apply();
        Ok(id)
    }

    /// Writes another text at the place of an edit; a change by hand is changed on. Nothing is changed when
    /// the query would not parse.
    pub fn write_at(&mut self, edit: &str, text: String, note: String) -> Result<(), Problem> {
        let known = self.conversion.edits.iter().find(|one| one.id == edit);
        let Some(range) = known.and_then(|edit| edit.target.range().cloned()) else {
            return Err(self.no_edit(edit));
        };
        let mut conversion = self.conversion.clone();
        let id = conversion
            .put_by_hand(&self.rule, ByHand { range, text, note })
            .map_err(|refusal| self.refusal(&refusal))?;
        let accepted = |edit: &Edit| edit.id == id || self.is_accepted(edit);
        let converted = conversion.apply(&self.rule, &accepted);
        if let Some(error) = converted.new_errors.first() {
            return Err(self.broken(&converted.rule.query, error));
        }
        self.conversion = conversion;
        self.decisions.remove(&id);
        self.apply();
        Ok(())
    }

    fn refusal(&self, refusal: &Refusal) -> Problem {
        Problem::about(
            &self.rule.name,
            refusal.to_string(),
            "the rule is as it was",
        )
    }

    /// Takes a change by hand out.
    pub fn remove_by_hand(&mut self, id: &str) -> Result<(), Problem> {
        if !self.conversion.remove_by_hand(id) {
            return Err(self.no_edit(id));
        }
        self.decisions.remove(id);
        self.apply();
        Ok(())
    }

    /// Takes every change by hand out.
    pub fn forget_by_hand(&mut self) {
        for change in self.conversion.by_hand() {
            let id = ByHand::id(&change.range);
            self.conversion.remove_by_hand(&id);
            self.decisions.remove(&id);
        }
        self.apply();
    }

    /// Takes a converted query that the user wrote: what differs becomes changes by hand, and edits that the
    /// user took back are refused. Gives the ids of those.
    pub fn write(&mut self, query: &str) -> Result<Vec<String>, Problem> {
        if let Some(error) = kql_syntax::parse(query).diagnostics().first() {
            return Err(self.broken(query, error));
        }
        let rewrite = self.conversion.rewrite(&self.rule, &self.converted, query);
        for id in &rewrite.replaced {
            self.conversion.remove_by_hand(id);
            self.decisions.remove(id);
        }
        for id in &rewrite.refused {
            self.decisions.insert(id.clone(), false);
        }
        for change in rewrite.changes {
            // Places come from the query itself.
            let _ = self.conversion.put_by_hand(&self.rule, change);
        }
        self.apply();
        Ok(rewrite.refused)
    }

    fn broken(&self, query: &str, error: &kql_syntax::Diagnostic) -> Problem {
        Problem {
            subject: self.rule.name.clone(),
            line: Some(LineIndex::new(query).line(error.range.start)),
            field: None,
            message: error.message.clone(),
            remedy: "correct the query; the rule is as it was".to_owned(),
        }
    }

    /// What is said of an edit that the conversion does not have.
    pub fn no_edit(&self, id: &str) -> Problem {
        Problem::about(
            &self.rule.name,
            format!("the conversion has no edit `{id}`"),
            "look at the list of edits again; the rule may have changed",
        )
    }

    /// The changes by hand as they are kept.
    pub fn hand_edits(&self) -> Vec<HandEdit> {
        let edits = self.conversion.edits.iter();
        edits
            .filter_map(|edit| Some(HandEdit::new(edit.as_by_hand()?, self.is_accepted(edit))))
            .collect()
    }

    /// Applies the conversion again.
    fn apply(&mut self) {
        self.converted = self
            .conversion
            .apply(&self.rule, &|edit| self.is_accepted(edit));
        self.converted_run = None;
        self.timeline = None;
    }

    /// Drops outcomes that no longer belong to the loaded logs.
    pub fn forget_runs(&mut self) {
        self.run = None;
        self.converted_run = None;
        self.timeline = None;
    }
}
