//! The report of `rulesmith check`: errors and result columns of one query.
//!
//! Offsets are UTF-16 code units, because the official parser counts in those.

use kql_syntax::text::LineIndex;
use serde::Serialize;

use crate::bind::bind_as_checker;
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::stored::Linked;
use crate::types::Schema;

/// What is wrong with a query, and what it gives.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// Errors of the parser.
    pub syntax_errors: Vec<Finding>,
    /// Errors of names and types.
    pub semantic_errors: Vec<Finding>,
    /// Sound KQL that Rulesmith does not run; no errors of the query.
    pub unsupported: Vec<Finding>,
    /// Columns of the result, when they are known; a type is `unknown` where only running the query
    /// tells it.
    pub result_columns: Option<Schema>,
    /// Whether the result may have further columns, which only running the query tells.
    pub result_open: bool,
}

/// An error with its place.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Stable code.
    pub code: &'static str,
    /// What is wrong, with what to do about it.
    pub message: String,
    /// First UTF-16 code unit.
    pub start: usize,
    /// Number of UTF-16 code units.
    pub length: usize,
}

/// What the checker finds in a query text, with places in UTF-8 bytes.
pub fn diagnose(text: &str, catalog: &Catalog) -> Vec<Diagnostic> {
    bind_as_checker(text, catalog).diagnostics
}

/// Checks a query text against tables.
pub fn check(text: &str, catalog: &Catalog) -> CheckReport {
    let bound = bind_as_checker(text, catalog);
    report(text, bound.diagnostics, bound.result)
}

/// Checks a query with stored functions in front of it; places are those of the query alone.
pub fn check_linked(text: &str, linked: &Linked, catalog: &Catalog) -> CheckReport {
    let bound = bind_as_checker(&linked.text, catalog);
    report(text, linked.diagnostics(bound.diagnostics), bound.result)
}

fn report(text: &str, diagnostics: Vec<Diagnostic>, result: Option<Schema>) -> CheckReport {
    let lines = LineIndex::new(text);
    let list = |belongs: fn(&Diagnostic) -> bool| {
        let found = diagnostics.iter().filter(|found| belongs(found));
        found.map(|found| finding(found, &lines)).collect()
    };
    CheckReport {
        syntax_errors: list(Diagnostic::is_syntax),
        semantic_errors: list(Diagnostic::is_semantic),
        unsupported: list(Diagnostic::is_unsupported),
        result_open: result.as_ref().is_some_and(|schema| schema.open),
        result_columns: result,
    }
}

fn finding(found: &Diagnostic, lines: &LineIndex) -> Finding {
    let range = lines.utf16_range(&found.range);
    let message = match &found.hint {
        Some(hint) => format!("{}; {hint}", found.message),
        None => found.message.clone(),
    };
    Finding {
        code: found.code,
        message,
        start: range.start,
        length: range.end - range.start,
    }
}
