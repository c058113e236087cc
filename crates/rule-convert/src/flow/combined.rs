//! Conditions on the kind of resource and the operation at once, such as on a key made of both.

use std::ops::Range;

use kql_analysis::value::Value;

use super::evaluator::quoted;
use super::results::ANY_OPERATION;
use super::value::{
    AFTER, AFTER_ON_ORIGINAL, AFTER_ON_OTHER, BEFORE, BEFORE_ON_OTHER, BEFORE_ON_TARGET, Flow,
    Kinds,
};
use super::walker::Walker;
use crate::catalogue::Logged;

/// Operations of which such a condition is asked.
const MAX_ASKED: usize = 3;

impl Walker<'_> {
    /// Notes the texts of such a condition when it does with the changes for the target what it did for the
    /// original, whatever the operation, and holds for some operation that the target may log; notes its place
    /// when it does not.
    pub fn combined(&mut self, range: &Range<usize>, flow: &Flow) {
        let is_both = flow.kinds.has(Kinds::OPERATION) && flow.kinds.has(Kinds::RESOURCE);
        let is_asked = is_both && self.is_noted();
        let only_these = !flow.kinds.has(Kinds::RESULT) && flow.depends();
        if !is_asked || !only_these || !self.evaluator.has_room() {
            return;
        }
        let Some(worlds) = flow.worlds.clone() else {
            return;
        };
        let any = quoted(ANY_OPERATION);
        let mut truth = |world: usize, name: &str| {
            let condition = worlds[world].replace(&any, &quoted(name));
            self.evaluator.value(&condition) == Some(Value::Bool(true))
        };
        let all = self.profile.operations.operations();
        let logged = all.filter(|operation| operation.logged != Logged::Never);
        let names = logged.map(|operation| operation.name.as_str());
        let told: Vec<&str> = names
            .filter(|name| truth(BEFORE, name) && !truth(BEFORE_ON_TARGET, name))
            .take(MAX_ASKED)
            .collect();
        let pairs = [
            (BEFORE, AFTER),
            (BEFORE_ON_OTHER, AFTER_ON_ORIGINAL),
            (BEFORE_ON_OTHER, AFTER_ON_OTHER),
        ];
        let mut follows = |name: &str| {
            let mut pairs = pairs.iter();
            pairs.all(|(one, other)| truth(*one, name) == truth(*other, name))
        };
        if told.is_empty() {
            return;
        }
        if told.iter().all(|name| follows(name)) && follows(ANY_OPERATION) {
            self.found.combined.extend(&flow.sites);
        } else if !flow
            .sites
            .iter()
            .any(|site| self.changes.contains_key(site))
        {
            self.found.behind.insert(range.start, range.clone());
        }
    }
}
