//! Single fields by the kind of their value. A field of the wrong shape is a problem that names it and its
//! line.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::fields::Source;
use crate::problem::Problem;

/// The fields of a rule that are still to be read.
pub(super) struct Reader<'a, 't> {
    pub(super) fields: Map<String, Value>,
    pub(super) source: &'a Source<'t>,
    pub(super) problems: Vec<Problem>,
}

impl Reader<'_, '_> {
    /// Removes a field; an explicit null counts as absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.fields
            .shift_remove(name)
            .filter(|value| !value.is_null())
    }

    /// A single value as text.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => {
                self.problem(name, "is not text", "write a single value");
                None
            }
        }
    }

    /// A truth value, also in the words of YAML 1.1.
    pub(super) fn truth(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(truth) => Some(truth),
            Value::String(word) => match word.to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "on" => Some(true),
                "false" | "no" | "n" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A text that a rule cannot do without.
    pub(super) fn required_text(&mut self, name: &str) -> Option<String> {
        let before = self.problems.len();
        let text = self.text(name).filter(|text| !text.trim().is_empty());
        if text.is_none() && self.problems.len() == before {
            self.problem(name, "is missing", "add it; a rule needs it");
        }
        text
    }

    /// A list of texts; a single one stands for a list of one.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        match self.take(name) {
            None => Vec::new(),
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect(),
            Some(_) => {
                self.problem(name, "is not a list", "write one item per line");
                Vec::new()
            }
        }
    }

    /// A map, as it stands.
    pub(super) fn object(&mut self, name: &str) -> Option<Value> {
        let value = self.take(name)?;
        if value.is_object() {
            return Some(value);
        }
        self.problem(name, "is not a map", "write its fields indented below it");
        None
    }

    /// A field with a shape of its own.
    pub(super) fn structured<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.take(name)?;
        match serde_json::from_value(value) {
            Ok(read) => Some(read),
            Err(error) => {
                self.problem(
                    name,
                    &format!("cannot be read: {error}"),
                    "compare it with a rule of Azure-Sentinel",
                );
                None
            }
        }
    }

    /// Notes what is wrong with a field, with the line on which it is.
    pub(super) fn problem(&mut self, field: &str, message: &str, remedy: &str) {
        let line = line_of(self.source.text, field).map(|line| line + self.source.first_line);
        self.problems.push(Problem {
            file: self.source.origin.file.clone(),
            line,
            field: Some(field.to_owned()),
            message: format!("`{field}` {message}"),
            remedy: remedy.to_owned(),
        });
    }
}

/// Number of the first line that begins with a key, quoted or not.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let begins = |line: &str| {
        let line = line.trim_start().trim_start_matches('"');
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start_matches('"').trim_start().starts_with(':'))
    };
    text.lines().position(begins).map(|index| index + 1)
}
