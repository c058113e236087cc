//! Bicep: the resources of the template, in the language that Azure's own tools recommend.
//!
//! Every text reads back as it was: a query stands in a block of three quotes when that can hold it, else
//! escaped in a quoted string, in which `${` never begins an expression.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::arm::{ArmOptions, api_version, kind, properties};
use super::check::{check, within_size};
use crate::problem::Problem;
use crate::rule::Rule;

/// What stands before the rules: the workspace as a parameter and as the scope of each rule.
const HEAD: &str = "\
@description('Name of the Log Analytics workspace of Microsoft Sentinel, in the resource group of the deployment')
param workspace string

resource sentinel 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspace
}
";

/// Writes a Bicep file with the workspace's name as its parameter; refuses what [`super::write_arm`] does.
pub fn write_bicep(rules: &[Rule], options: &ArmOptions) -> Result<String, Problem> {
    check(rules)?;
    let mut text = HEAD.to_owned();
    for (index, rule) in rules.iter().enumerate() {
        let number = index + 1;
        let version = api_version(rule);
        let _ = writeln!(
            text,
            "\nresource rule{number} 'Microsoft.SecurityInsights/alertRules@{version}' = {{"
        );
        text.push_str("  scope: sentinel\n");
        let mut resource = Map::new();
        resource.insert("name".to_owned(), rule.id.as_str().into());
        resource.insert("kind".to_owned(), kind(rule).into());
        resource.insert("properties".to_owned(), properties(rule, options).into());
        fields(&mut text, &resource, 1);
        text.push_str("}\n");
    }
    within_size(text)
}

fn fields(out: &mut String, object: &Map<String, Value>, depth: usize) {
    for (name, value) in object {
        indent(out, depth);
        out.push_str(&key(name));
        out.push_str(": ");
        term(out, value, depth);
        out.push('\n');
    }
}

fn term(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::String(text) => out.push_str(&string(text)),
        // Bicep has whole numbers only; others are made from JSON.
        Value::Number(number) if number.as_i64().is_none() => {
            let _ = write!(out, "json('{number}')");
        }
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Array(items) => {
            out.push_str("[\n");
            for item in items {
                indent(out, depth + 1);
                term(out, item, depth + 1);
                out.push('\n');
            }
            indent(out, depth);
            out.push(']');
        }
        Value::Object(object) if object.is_empty() => out.push_str("{}"),
        Value::Object(object) => {
            out.push_str("{\n");
            fields(out, object, depth + 1);
            indent(out, depth);
            out.push('}');
        }
        plain => {
            let _ = write!(out, "{plain}");
        }
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn key(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(plain)
    {
        return name.to_owned();
    }
    quoted(name)
}

fn string(text: &str) -> String {
    if fits_block(text) {
        return format!("'''\n{text}'''");
    }
    quoted(text)
}

/// Whether a block of three quotes holds a text exactly: it knows no escape.
fn fits_block(text: &str) -> bool {
    text.contains('\n')
        && !text.contains("'''")
        && !text.ends_with('\'')
        && text
            .chars()
            .all(|letter| letter == '\n' || letter == '\t' || !letter.is_control())
}

fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' if letters.peek() == Some(&'{') => out.push_str("\\$"),
            control if control.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('\'');
    out
}
