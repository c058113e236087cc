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
        let mut told = json!({ "kind": "inSource" });
        if !suppression.reason.is_empty() {
            told["justification"] = json!(suppression.reason);
        }
        result["suppressions"] = json!([told]);
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

/// A file name as a URI: a relative reference, or with the scheme of files when it begins at a root or a drive;
/// separators turned, and what a URI may not hold escaped.
fn uri(file: &str) -> String {
    let file = file.replace('\\', "/");
    let (mut out, rest) = match file.as_bytes() {
        [b'/', b'/', ..] => ("file:".to_owned(), file.as_str()),
        [b'/', ..] => ("file://".to_owned(), file.as_str()),
        [drive, b':', b'/', ..] if drive.is_ascii_alphabetic() => {
            let (drive, rest) = file.split_at(2);
            (format!("file:///{drive}"), rest)
        }
        _ => (String::new(), file.as_str()),
    };
    for byte in rest.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn names_of_files_are_uris() {
        assert_eq!(uri("rules/a b#\u{fc}.yaml"), "rules/a%20b%23%C3%BC.yaml");
        assert_eq!(uri("rules\\a.yaml"), "rules/a.yaml");
        assert_eq!(uri("/srv/rules/a.yaml"), "file:///srv/rules/a.yaml");
        assert_eq!(uri("C:\\rules\\a.yaml"), "file:///C:/rules/a.yaml");
        assert_eq!(uri("\\\\host\\rules\\a.yaml"), "file://host/rules/a.yaml");
        assert_eq!(uri("a:b.yaml"), "a%3Ab.yaml");
    }
}
