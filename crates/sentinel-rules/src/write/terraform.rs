//! Terraform: a resource of the azurerm provider for each rule, with the workspace's id as a variable.
//!
//! Every text reads back as it was: `${` and `%{` are doubled so that they begin no template, and a query
//! stands in a heredoc only when that can hold it. The text is as `terraform fmt` leaves it.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Map, Value};

use super::arm::{ArmOptions, kind, properties};
use super::check::{check, within_size};
use super::package::file_stem;
use super::terraform_names::{ARGUMENTS, Argument, KINDS, Shape, WORKSPACE};
use crate::problem::Problem;
use crate::rule::Rule;

/// What stands before the rules.
const HEAD: &str = "\
terraform {
  required_providers {
    azurerm = {
      source  = \"hashicorp/azurerm\"
      version = \">= 4.0\"
    }
  }
}

provider \"azurerm\" {
  features {}
}

variable \"log_analytics_workspace_id\" {
  type        = string
  description = \"Resource id of the Log Analytics workspace of Microsoft Sentinel\"
}
";

/// The line that ends a query.
const HEREDOC: &str = "QUERY";

/// Writes a Terraform file; refuses what [`super::write_arm`] does. Properties without an argument, such
/// as sub-techniques, are not in it; [`crate::differences`] between the rule and the file names them.
pub fn write_terraform(rules: &[Rule], options: &ArmOptions) -> Result<String, Problem> {
    check(rules)?;
    let mut text = HEAD.to_owned();
    let mut labels = BTreeSet::new();
    for rule in rules {
        let kind = kind(rule);
        let resource = KINDS.iter().find(|(_, made)| *made == kind);
        let resource = resource.map_or("", |(name, _)| name);
        let label = file_stem(&rule.name, &mut labels).replace('-', "_");
        let _ = writeln!(text, "\nresource \"{resource}\" \"rule_{label}\" {{");
        let first = Lines(vec![
            ("name".to_owned(), quoted(&rule.id)),
            (WORKSPACE.to_owned(), format!("var.{WORKSPACE}")),
        ]);
        let properties = properties(rule, options);
        arguments(&mut text, first, &properties, &ARGUMENTS, Depth::top());
        text.push_str("}\n");
    }
    within_size(text)
}

/// Where arguments stand.
#[derive(Clone, Copy)]
struct Depth {
    indent: usize,
    /// In a block of a list, such as `field_mapping`: the provider requires every argument there.
    required: bool,
}

impl Depth {
    fn top() -> Self {
        Depth {
            indent: 1,
            required: false,
        }
    }

    fn inner(self, required: bool) -> Self {
        Depth {
            indent: self.indent + 1,
            required,
        }
    }
}

/// Lines `name = value` that follow each other.
#[derive(Default)]
struct Lines(Vec<(String, String)>);

impl Lines {
    /// Writes the lines, their signs below each other; a value in brackets over several lines stands for itself.
    fn write(&mut self, out: &mut String, depth: usize) {
        let lines = std::mem::take(&mut self.0);
        let spans = |(_, value): &(String, String)| value.starts_with('{') && value.contains('\n');
        for group in lines.split_inclusive(spans) {
            let aligned = group.iter().filter(|line| !spans(line));
            let width = aligned.map(|(name, _)| name.chars().count()).max();
            for line in group {
                let (name, value) = line;
                let width = width.filter(|_| !spans(line)).unwrap_or(0);
                indent(out, depth);
                let _ = writeln!(out, "{name:width$} = {value}");
            }
        }
    }
}

/// The arguments of a block, behind lines that stand there already.
fn arguments(
    out: &mut String,
    mut lines: Lines,
    object: &Map<String, Value>,
    known: &[Argument],
    depth: Depth,
) {
    for argument in known {
        match (object.get(argument.arm), argument.shape) {
            (None | Some(Value::Null), _) => {}
            (Some(Value::String(text)), Shape::Value) if text.is_empty() && !depth.required => {
                // The provider refuses an empty text; leaving it out means the same.
            }
            (Some(value), Shape::Value) => {
                let line = (argument.hcl.to_owned(), term(value, depth.indent));
                lines.0.push(line);
            }
            (Some(value), Shape::Block(inner)) => {
                lines.write(out, depth.indent);
                block(out, argument.hcl, value, inner, depth.inner(false));
            }
            (Some(value), Shape::Blocks(inner)) => {
                lines.write(out, depth.indent);
                for item in value.as_array().into_iter().flatten() {
                    block(out, argument.hcl, item, inner, depth.inner(true));
                }
            }
        }
    }
    lines.write(out, depth.indent);
}

/// A block; `depth` is that of its arguments.
fn block(out: &mut String, name: &str, value: &Value, known: &[Argument], depth: Depth) {
    if let Some(object) = value.as_object() {
        indent(out, depth.indent - 1);
        let _ = writeln!(out, "{name} {{");
        arguments(out, Lines::default(), object, known, depth);
        indent(out, depth.indent - 1);
        out.push_str("}\n");
    }
}

/// A value; `depth` is that of its line.
fn term(value: &Value, depth: usize) -> String {
    match value {
        Value::String(text) if fits_heredoc(text) => {
            let text = text.replace("${", "$${").replace("%{", "%%{");
            format!("<<{HEREDOC}\n{text}{HEREDOC}")
        }
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| term(item, depth)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(object) if object.is_empty() => "{}".to_owned(),
        Value::Object(object) => {
            let line = |(name, value): (&String, &Value)| (quoted(name), term(value, depth + 1));
            let mut out = String::from("{\n");
            Lines(object.iter().map(line).collect()).write(&mut out, depth + 1);
            indent(&mut out, depth);
            out + "}"
        }
        plain => plain.to_string(),
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// Whether a heredoc holds a text exactly: it always ends with a line end and knows no escape but the
/// doubled sign, which is not clear right behind another sign.
fn fits_heredoc(text: &str) -> bool {
    text.ends_with('\n')
        && text.contains(|letter: char| letter.is_alphanumeric())
        && !["$${", "%%{", "$%{", "%${"]
            .iter()
            .any(|signs| text.contains(signs))
        && !text.lines().any(|line| line.trim() == HEREDOC)
        && text
            .chars()
            .all(|letter| letter == '\n' || letter == '\t' || !letter.is_control())
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if letters.peek() == Some(&'{') => {
                out.push(letter);
                out.push(letter);
            }
            // Before its own kind a sign is written by its number, so that nothing is doubled by accident.
            '$' | '%' if letters.peek() == Some(&letter) => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
