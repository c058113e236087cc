//! A rule in the session: the original, its conversion, the user's decisions, the last outcomes.

use std::collections::BTreeMap;

use kql_syntax::text::LineIndex;
use rule_convert::{Conversion, Converted, Edit, Mode, Profile, default_accepted};
use rule_replay::{Failure, Outcome};
use sentinel_rules::rule::Rule;

use crate::protocol::Problem;
use crate::replay::Replayed;
use crate::way;

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
    decisions: BTreeMap<String, bool>,
    /// The converted query as the user wrote it, in place of what the edits give.
    pub own_query: Option<String>,
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
            decisions: BTreeMap::new(),
            own_query: None,
        }
    }

    /// Converts the rule another way. Decisions on edits that are there both ways stay, and so does a query of
    /// the user's own.
    pub fn convert(&mut self, profile: &Profile, mode: Mode) {
        self.conversion = rule_convert::convert_as(&self.rule, profile, mode);
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
    pub fn decide(&mut self, id: &str, accepted: bool) -> Result<(), Problem> {
        if !self.has_edit(id) && !way::has_edit(&self.rule, id) {
            return Err(Problem::about(
                &self.rule.name,
                format!("the conversion has no edit `{id}`"),
                "look at the list of edits again; the rule may have changed",
            ));
        }
        self.decisions.insert(id.to_owned(), accepted);
        self.apply();
        Ok(())
    }

    /// Takes a converted query that the user wrote; `None` goes back to what the edits give.
    pub fn write(&mut self, query: Option<String>) -> Result<(), Problem> {
        if let Some(query) = &query
            && let Some(error) = kql_syntax::parse(query).diagnostics().first()
        {
            return Err(Problem {
                subject: self.rule.name.clone(),
                line: Some(LineIndex::new(query).line(error.range.start)),
                field: None,
                message: error.message.clone(),
                remedy: "correct the query; the rule is as it was".to_owned(),
            });
        }
        self.own_query = query;
        self.apply();
        Ok(())
    }

    /// Applies the conversion again. A query of the user's own has no places of edits.
    fn apply(&mut self) {
        self.converted = self
            .conversion
            .apply(&self.rule, &|edit| self.is_accepted(edit));
        if self.own_query.as_ref() == Some(&self.converted.rule.query) {
            self.own_query = None;
        }
        if let Some(query) = &self.own_query {
            self.converted.rule.query.clone_from(query);
            self.converted.placements.clear();
        }
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
