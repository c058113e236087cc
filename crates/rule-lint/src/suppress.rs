//! Comments that allow findings: `// rulesmith-allow RL0007: reason`.
//!
//! On a line of its own, a comment allows the lint in the whole rule; behind KQL, only on its line.
//! What is allowed is kept and marked. A comment that allows nothing is a finding of its own.

use std::ops::Range;

use kql_syntax::text::LineIndex;
use kql_syntax::{SyntaxKind, SyntaxToken};

use crate::finding::{Finding, Findings, Suppression};
use crate::registry::{BAD_ALLOW, UNUSED_ALLOW, by_code};
use crate::subject::Subject;

/// The word behind `//`.
const WORD: &str = "rulesmith-allow";

/// A code that a comment allows.
struct Allowance {
    code: String,
    reason: String,
    /// The line that it holds for; the whole rule when absent.
    line: Option<usize>,
    range: Range<usize>,
}

/// Marks what comments allow, and reports comments without effect.
pub(crate) fn apply(subject: &Subject<'_>, findings: &mut Findings) {
    let lines = LineIndex::new(&subject.rule.query);
    let elements = subject.root().descendants_with_tokens();
    let comments = elements.filter_map(|element| element.into_token());
    let comments = comments.filter(|token| token.kind() == SyntaxKind::Comment);
    for comment in comments {
        for allowance in allowances(&comment, &subject.rule.query, &lines) {
            allow(&allowance, &lines, findings);
        }
    }
}

fn allow(allowance: &Allowance, lines: &LineIndex, findings: &mut Findings) {
    let range = allowance.range.clone();
    let Some(lint) = by_code(&allowance.code) else {
        let message = format!("`{}` is no code of a lint", allowance.code);
        return findings.query(&BAD_ALLOW, range, message);
    };
    if allowance.reason.is_empty() {
        let message = format!("the comment does not say why {} is allowed", lint.code);
        findings.query(&BAD_ALLOW, range.clone(), message);
    }
    let mut used = false;
    for finding in &mut findings.0 {
        let here = finding.code == lint.code && holds(allowance, finding, lines);
        if here && finding.suppression.is_none() {
            let reason = allowance.reason.clone();
            finding.suppression = Some(Suppression { reason });
        }
        used |= here;
    }
    if !used {
        let message = format!("{} is not found here, so nothing is allowed", lint.code);
        findings.query(&UNUSED_ALLOW, range, message);
    }
}

fn holds(allowance: &Allowance, finding: &Finding, lines: &LineIndex) -> bool {
    match (allowance.line, &finding.range) {
        (None, _) => true,
        (Some(line), Some(range)) => lines.line(range.start) == line,
        (Some(_), None) => false,
    }
}

fn allowances(comment: &SyntaxToken, query: &str, lines: &LineIndex) -> Vec<Allowance> {
    let range = comment.text_range();
    let range: Range<usize> = range.start().into()..range.end().into();
    let text = comment.text().trim_start_matches('/').trim();
    let Some(rest) = text.strip_prefix(WORD) else {
        return Vec::new();
    };
    let (codes, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let before = query.get(..range.start).unwrap_or_default();
    let alone = before
        .lines()
        .next_back()
        .is_none_or(|line| line.trim().is_empty())
        || before.ends_with('\n');
    let line = (!alone).then(|| lines.line(range.start));
    codes
        .split([',', ' '])
        .filter(|code| !code.is_empty())
        .map(|code| Allowance {
            code: code.to_owned(),
            reason: reason.trim().to_owned(),
            line,
            range: range.clone(),
        })
        .collect()
}
