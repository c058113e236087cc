//! The value of an expression in which everything is a constant, by the engine.

use std::collections::BTreeMap;

use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use kql_engine::limits::Limits;
use kql_engine::{RunOptions, Table, run};

/// Longest expression that is evaluated, in bytes.
pub(crate) const MAX_EXPRESSION: usize = 8192;
/// Most expressions that are evaluated for one rule.
const MAX_EVALUATIONS: usize = 4000;
/// Most tables that are evaluated for one rule.
const MAX_LISTS: usize = 400;
/// Most rows of such a table.
const MAX_ROWS: usize = 200;
/// Most rows of the tables that it is made of. A rule is converted when it is loaded, so its constants must
/// not keep the loading waiting.
const MAX_ROWS_BETWEEN: usize = 10_000;
/// Most bytes that one evaluation holds.
const MAX_HELD: usize = 16 << 20;

/// Evaluates expressions and keeps their values.
#[derive(Default)]
pub(crate) struct Evaluator {
    values: BTreeMap<String, Option<Value>>,
    lists: BTreeMap<String, Option<String>>,
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

    /// The first column of a query without tables, as a list of constants; `None` when it cannot be told.
    pub fn list(&mut self, query: &str) -> Option<String> {
        self.listed(query, || first_column(query))
    }

    /// The first cell of a table without sources, behind statements that it needs, as a constant; `None`
    /// when it cannot be told.
    pub fn cell(&mut self, lets: &str, table: &str) -> Option<String> {
        let query = format!("{lets}print toscalar({table})");
        self.listed(&query, || match first_cell(&query)? {
            Value::Array(_) | Value::Bag(_) => {
                match first_cell(&format!("{lets}print tostring(toscalar({table}))"))? {
                    Value::String(text) => Some(format!("dynamic({text})")),
                    _ => None,
                }
            }
            value => literal_of(&value),
        })
    }

    /// What is known of a query with a table, or what is made of it now, when that is not too long.
    fn listed(&mut self, query: &str, make: impl FnOnce() -> Option<String>) -> Option<String> {
        if let Some(known) = self.lists.get(query) {
            return known.clone();
        }
        if query.len() > MAX_EXPRESSION || self.lists.len() >= MAX_LISTS {
            return None;
        }
        let made = make().filter(|made| made.len() <= MAX_EXPRESSION);
        self.lists.insert(query.to_owned(), made.clone());
        made
    }

    /// Whether there is room for questions that are not needed to convert a rule.
    pub fn has_room(&self) -> bool {
        self.values.len() < MAX_EVALUATIONS / 2
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
    let table = table_of(query)?;
    (table.rows() > 0).then(|| table.value(0, 0))
}

/// The first column of a query without tables, as a list of constants.
fn first_column(query: &str) -> Option<String> {
    let table = table_of(query)?;
    if table.rows() > MAX_ROWS || table.columns().is_empty() {
        return None;
    }
    let cells = (0..table.rows()).filter_map(|row| match table.value(row, 0) {
        Value::Null => None,
        value => Some(literal_of(&value)),
    });
    let cells: Option<Vec<String>> = cells.collect();
    Some(format!("dynamic([{}])", cells?.join(", ")))
}

/// The result of a query without tables; `None` when it does not run within the limits.
fn table_of(query: &str) -> Option<Table> {
    let bound = bind(query, &Catalog::default());
    let options = RunOptions {
        limits: Limits {
            table_rows: MAX_ROWS_BETWEEN,
            series_bins: MAX_ROWS_BETWEEN,
            part_rows: MAX_ROWS_BETWEEN,
            run_bytes: MAX_HELD,
            ..Limits::default()
        },
        ..RunOptions::default()
    };
    let result = run(&bound.query?, &BTreeMap::new(), &options).ok()?;
    result.tables.into_iter().next_back()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_that_take_long_cannot_be_told() {
        let mut evaluator = Evaluator::default();
        let many = "range x from 1 to 2000000000 step 1 | summarize make_list(x)";
        assert_eq!(evaluator.list(many), None);
        assert_eq!(evaluator.cell("", many), None);
        let few = "range x from 1 to 3 step 1";
        assert_eq!(evaluator.list(few).as_deref(), Some("dynamic([1, 2, 3])"));
    }
}
