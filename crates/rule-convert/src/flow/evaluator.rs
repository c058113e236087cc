//! The value of an expression in which everything is a constant, by the engine.

use std::collections::BTreeMap;

use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use kql_engine::{RunOptions, run};

/// Longest expression that is evaluated, in bytes.
pub(crate) const MAX_EXPRESSION: usize = 8192;
/// Most expressions that are evaluated for one rule.
const MAX_EVALUATIONS: usize = 4000;

/// Evaluates expressions and keeps their values.
#[derive(Default)]
pub(crate) struct Evaluator {
    values: BTreeMap<String, Option<Value>>,
}

impl Evaluator {
    /// The value of an expression; `None` when it cannot be told.
    pub fn value(&mut self, expression: &str) -> Option<Value> {
        if let Some(known) = self.values.get(expression) {
            return known.clone();
        }
        if expression.len() > MAX_EXPRESSION || self.values.len() >= MAX_EVALUATIONS {
            return None;
        }
        let value = first_cell(&format!("print value = {expression}"));
        self.values.insert(expression.to_owned(), value.clone());
        value
    }

    /// The value of an expression, when it is text.
    pub fn text(&mut self, expression: &str) -> Option<String> {
        match self.value(expression)? {
            Value::String(text) => Some(text.to_string()),
            _ => None,
        }
    }
}

/// The first cell of a query without tables; `None` when it does not run.
pub(crate) fn first_cell(query: &str) -> Option<Value> {
    let bound = bind(query, &Catalog::default());
    let result = run(&bound.query?, &BTreeMap::new(), &RunOptions::default()).ok()?;
    let table = result.tables.into_iter().next_back()?;
    (table.rows() > 0).then(|| table.value(0, 0))
}

/// A text as a KQL literal in double quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut literal = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => literal.extend(['\\', letter]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}

/// A value as a KQL literal; `None` for a type that needs none here.
pub(crate) fn literal_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(quoted(text)),
        Value::Long(number) => Some(number.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}
