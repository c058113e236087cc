//! Azure-Sentinel's YAML: one rule in a file, or several as documents of one file.

use serde_json::{Map, Value};

use super::ReadOutcome;
use super::fields::{Dialect, Source, rule};
use crate::problem::{Problem, Skipped};
use crate::rule::{Format, Origin};
use crate::yaml::{self, YamlError};

/// Whether a text looks like a YAML rule.
pub(super) fn recognises(text: &str) -> bool {
    let has = |field: &str| text.lines().any(|line| line.starts_with(field));
    has("query:") || (has("id:") && has("name:")) || has("queryFrequency:")
}

/// Reads the rules of a file.
pub(super) fn read(file: &str, text: &str) -> ReadOutcome {
    let mut outcome = ReadOutcome::default();
    let documents = documents(text);
    for (index, (first_line, document)) in documents.iter().enumerate() {
        let path = if documents.len() > 1 {
            format!("document {}", index + 1)
        } else {
            String::new()
        };
        outcome.extend(read_document(file, path, *first_line, document));
    }
    outcome
}

/// The documents of a file with the lines before each.
fn documents(text: &str) -> Vec<(usize, String)> {
    let mut documents = vec![(0, String::new())];
    for (number, line) in text.lines().enumerate() {
        if line.trim_end() == "---" {
            documents.push((number + 1, String::new()));
        } else if let Some((_, document)) = documents.last_mut() {
            document.push_str(line);
            document.push('\n');
        }
    }
    documents.retain(|(_, document)| !document.trim().is_empty());
    documents
}

fn read_document(file: &str, path: String, first_line: usize, text: &str) -> ReadOutcome {
    let fields: Map<String, Value> = match yaml::read(text) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return ReadOutcome::problem(no_rule(file, first_line)),
        Err(error) => return ReadOutcome::problem(not_yaml(file, first_line, &error)),
    };
    if is_hunting_query(&fields) {
        let reason = "a hunting query: it has no schedule and no severity".to_owned();
        return ReadOutcome {
            skipped: vec![Skipped {
                what: file.to_owned(),
                reason,
            }],
            ..ReadOutcome::default()
        };
    }
    let origin = Origin {
        file: file.to_owned(),
        path,
        format: Format::Yaml,
    };
    let source = Source {
        text,
        first_line,
        dialect: Dialect::Yaml,
        origin,
    };
    rule(fields, &source)
}

fn not_yaml(file: &str, first_line: usize, error: &YamlError) -> Problem {
    let column = error.column;
    Problem {
        file: file.to_owned(),
        line: Some(error.line + first_line),
        field: None,
        message: format!("this is not YAML: column {column}: {}", error.message),
        remedy: "check the indentation and the quotes of this line".to_owned(),
    }
}

fn is_hunting_query(fields: &Map<String, Value>) -> bool {
    let absent = |name: &str| !fields.contains_key(name);
    fields.contains_key("query") && absent("kind") && absent("severity") && absent("queryFrequency")
}

fn no_rule(file: &str, first_line: usize) -> Problem {
    Problem {
        file: file.to_owned(),
        line: Some(first_line + 1),
        field: None,
        message: "this is neither a rule nor a template".to_owned(),
        remedy:
            "load a rule as YAML, an ARM template, a solution's mainTemplate.json, or a zip of them"
                .to_owned(),
    }
}
