//! The report of a conversion for pipelines, as JSON.

use kql_syntax::text::LineIndex;
use sentinel_rules::rule::Rule;
use serde::Serialize;

use crate::apply::Converted;
use crate::convert::Conversion;
use crate::edit::{Applicability, Certainty, Edit, Target};
use crate::replace_all::compare_with_replace_all;

/// What was done to one rule.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// File of the original.
    pub file: String,
    /// Id of the original.
    pub id: String,
    /// Name of the original.
    pub name: String,
    /// Id of the converted rule.
    pub converted_id: String,
    /// Name of the converted rule.
    pub converted_name: String,
    /// Whether the rule was about the target already.
    pub already_converted: bool,
    /// Every proposed edit.
    pub edits: Vec<EditReport>,
    /// Places left alone on purpose.
    pub kept: Vec<KeptReport>,
    /// Differences from Replace All, one sentence each.
    pub replace_all: Vec<String>,
}

/// A proposed edit.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EditReport {
    /// Stable name within the rule.
    pub id: String,
    /// Field, for an edit outside of the query.
    pub field: Option<String>,
    /// Line in the original query, from 1.
    pub line: Option<usize>,
    /// Column in UTF-16 code units, from 1.
    pub column: Option<usize>,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
    /// Short title.
    pub title: String,
    /// Why.
    pub reason: String,
    /// Safe, review or manual.
    pub applicability: Applicability,
    /// How sure the fact behind it is.
    pub certainty: Certainty,
    /// Whether it was applied.
    pub accepted: bool,
}

/// A place left alone.
#[derive(Clone, Debug, Serialize)]
pub struct KeptReport {
    /// Line in the original query, from 1.
    pub line: usize,
    /// Column in UTF-16 code units, from 1.
    pub column: usize,
    /// Its text.
    pub text: String,
    /// Why it stays.
    pub reason: String,
}

impl Report {
    /// The report of a conversion with the decisions that were applied.
    pub fn new(
        rule: &Rule,
        conversion: &Conversion,
        converted: &Converted,
        accepted: &dyn Fn(&Edit) -> bool,
    ) -> Self {
        let lines = LineIndex::new(&rule.query);
        let kept = conversion.kept.iter().map(|kept| KeptReport {
            line: lines.line(kept.range.start),
            column: lines.column(kept.range.start),
            text: kept.text.clone(),
            reason: kept.reason.clone(),
        });
        Self {
            file: rule.origin.file.clone(),
            id: rule.id.clone(),
            name: rule.name.clone(),
            converted_id: converted.rule.id.clone(),
            converted_name: converted.rule.name.clone(),
            already_converted: conversion.is_converted,
            edits: conversion
                .edits
                .iter()
                .map(|edit| edit_report(edit, &lines, accepted(edit)))
                .collect(),
            kept: kept.collect(),
            replace_all: compare_with_replace_all(rule, conversion),
        }
    }
}

fn edit_report(edit: &Edit, lines: &LineIndex, accepted: bool) -> EditReport {
    let (field, start) = match &edit.target {
        Target::Field { name } => (Some(name.clone()), None),
        Target::Query { range } => (None, Some(range.start)),
    };
    EditReport {
        id: edit.id.clone(),
        field,
        line: start.map(|start| lines.line(start)),
        column: start.map(|start| lines.column(start)),
        before: edit.before.clone(),
        after: edit.after.clone(),
        title: edit.title.clone(),
        reason: edit.reason.clone(),
        applicability: edit.applicability,
        certainty: edit.certainty,
        accepted: accepted && edit.applicability != Applicability::Manual,
    }
}
