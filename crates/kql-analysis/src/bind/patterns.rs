//! Patterns: tables that `declare pattern` gives by texts, put in the place of each use.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Pattern, PatternCase, PatternUse};

use super::Binder;
use super::literals::constant;
use super::scope::{Binding, Row, Scope};
use crate::plan::Plan;
use crate::types::ScalarType;
use crate::value::Value;

impl Binder<'_> {
    /// A `declare pattern`. The bodies are checked here, whether or not they are used.
    pub(super) fn declare_pattern(&mut self, pattern: Pattern) {
        let Some(name) = pattern.name() else {
            return;
        };
        self.check_new(&name);
        for case in pattern.cases() {
            self.check_body(&case.body, |_| values_of(&pattern, &case));
        }
        let depth = self.scopes.len();
        self.define(name.text(), Binding::Pattern { pattern, depth });
    }

    /// Whether an expression is the use of a pattern.
    pub(super) fn is_pattern(&self, expression: &Syntax) -> bool {
        self.pattern_use(expression).is_some()
    }

    /// The table of the use of a pattern; `None`, and nothing is reported, when it is the use of none.
    pub(super) fn of_pattern(&mut self, expression: &Syntax) -> Option<Option<Plan>> {
        let used = self.pattern_use(expression)?;
        let Some(Binding::Pattern { pattern, depth }) = self.lookup(&used.name).cloned() else {
            return None;
        };
        let Some(case) = pattern.case(&used) else {
            (self.lost, self.lost_rows) = (true, true);
            self.no_case(&pattern, &used, expression.range());
            return Some(None);
        };
        let scope = values_of(&pattern, &case);
        let outcome = self.check_depth(expression.range()).and_then(|()| {
            self.in_scope(scope, depth, |binder| {
                binder.body(&case.body, &Row::none(), |binder, last| {
                    binder.tabular(last)
                })
            })
        });
        Some(outcome)
    }

    fn pattern_use(&self, expression: &Syntax) -> Option<PatternUse> {
        let used = PatternUse::of(expression)?;
        let is_pattern = matches!(self.lookup(&used.name), Some(Binding::Pattern { .. }));
        is_pattern.then_some(used)
    }

    /// Reports that no line of a pattern is for a use of it.
    fn no_case(&mut self, pattern: &Pattern, used: &PatternUse, range: Range<usize>) {
        if let Some(value) = used.values().iter().find(|value| value.string().is_none()) {
            let message = "a pattern is used with texts, written as they are";
            return self.error("RS2028", message, None, value.range());
        }
        let known = pattern.cases();
        let known: Vec<String> = known.iter().map(|case| written(&used.name, case)).collect();
        let name = &used.name;
        let (message, hint) = match known.is_empty() {
            true => (
                format!("the pattern `{name}` has no lines"),
                format!(
                    "declare them: `declare pattern {name} = (key: string) {{ (\"text\") = {{ … }}; }}`"
                ),
            ),
            false => (
                format!("no line of the pattern `{name}` has these texts"),
                format!("there is {}", known.join(", ")),
            ),
        };
        self.error("RS2028", &message, Some(hint), range);
    }
}

/// A line as it is used.
fn written(name: &str, case: &PatternCase) -> String {
    let texts = case
        .values
        .iter()
        .map(|value| value.syntax().text().to_string());
    let texts: Vec<String> = texts.collect();
    let path = case
        .path
        .as_ref()
        .map(|path| format!(".[{}]", path.syntax().text()));
    format!("`{name}({}){}`", texts.join(", "), path.unwrap_or_default())
}

/// The names that the body of a line knows: the texts before it.
fn values_of(pattern: &Pattern, case: &PatternCase) -> Scope {
    let mut scope = Scope::default();
    let values = pattern.parameters().into_iter().zip(case.values.iter());
    let path = pattern.path().into_iter().zip(case.path.iter());
    for (parameter, value) in values.chain(path) {
        let text = value
            .string()
            .map_or(Value::Null, |text| Value::String(text.as_str().into()));
        let text = constant(text, ScalarType::String, value.range());
        if let Some(name) = parameter.name() {
            scope.names.insert(name.text(), text.into());
        }
    }
    scope
}
