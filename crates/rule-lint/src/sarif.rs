//! Findings as SARIF 2.1.0, the format that code review tools read.

use std::ops::Range;

use kql_syntax::text::LineIndex;
use serde_json::{Value, json};

use crate::finding::Finding;
use crate::lint::Lint;
use crate::registry::ALL;

/// The schema of the format.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A finding with the file that its rule came from.
#[derive(Clone, Debug)]
pub struct Located<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// Lines of the file's text, and the finding's place in it, when that is known.
    pub place: Option<(&'a LineIndex, Range<usize>)>,
    /// Name of the rule.
    pub rule: &'a str,
    /// The rule's query.
    pub query: &'a str,
    /// The finding.
    pub finding: &'a Finding,
    /// Of a converted rule with its original at hand: whether the original has the finding too.
    pub in_original: Option<bool>,
}

impl Located<'_> {
    /// The line of the query, in words, for a finding whose place in the file is not known.
    pub fn query_line(&self) -> String {
        match (&self.place, &self.finding.range) {
            (None, Some(range)) => {
                let line = LineIndex::new(self.query).line(range.start);
                format!(", line {line} of the query")
            }
            _ => String::new(),
        }
    }
}

/// A SARIF log of one run.
pub fn sarif(findings: &[Located<'_>], version: &str) -> Value {
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "rulesmith",
                "semanticVersion": version,
                "rules": ALL.iter().map(|lint| descriptor(lint)).collect::<Vec<_>>(),
            }},
            "columnKind": "utf16CodeUnits",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

fn descriptor(lint: &Lint) -> Value {
    json!({
        "id": lint.code,
        "name": lint.name,
        "shortDescription": { "text": format!("{}.", lint.title) },
        "fullDescription": { "text": lint.why },
        "help": { "text": format!("{}. See {}.", lint.remedy, lint.page) },
        "defaultConfiguration": { "level": lint.level.name() },
    })
}

fn result(located: &Located<'_>) -> Value {
    let finding = located.finding;
    let index = ALL.iter().position(|lint| lint.code == finding.code);
    let mut physical = json!({ "artifactLocation": { "uri": uri(located.file) } });
    if let Some((lines, range)) = &located.place {
        physical["region"] = region(lines, range);
    }
    let text = format!(
        "{}{}: {}; {}.",
        located.rule,
        located.query_line(),
        finding.message,
        finding.remedy
    );
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.level.name(),
        "message": { "text": text },
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{ "name": located.rule, "fullyQualifiedName": finding.field }],
        }],
    });
    if let Some(in_original) = located.in_original {
        result["baselineState"] = json!(if in_original { "unchanged" } else { "new" });
    }
    if let Some(suppression) = &finding.suppression {
        result["suppressions"] = json!([{
            "kind": "inSource",
            "justification": suppression.reason,
        }]);
    }
    result
}

fn region(lines: &LineIndex, range: &Range<usize>) -> Value {
    json!({
        "startLine": lines.line(range.start),
        "startColumn": lines.column(range.start),
        "endLine": lines.line(range.end),
        "endColumn": lines.column(range.end),
    })
}

/// A file name as a relative reference: separators turned, and what a URI may not hold escaped.
fn uri(file: &str) -> String {
    let mut out = String::new();
    for byte in file.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
