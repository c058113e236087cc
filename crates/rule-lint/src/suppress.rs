//! Comments that allow findings: `// rulesmith-allow RL0007: reason`.
//!
//! On a line of its own, a comment allows the lint in the whole rule; behind KQL, only on its line.
//! What is allowed is kept and marked. A comment that allows nothing is a finding of its own.

use std::ops::Range;

use kql_syntax::text::LineIndex;
use kql_syntax::{SyntaxKind, SyntaxToken, parse};

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

/// A query with a comment that allows a finding: behind its line when it has a place in the query, otherwise
/// on a line of its own. The query's own text stays as it is.
pub fn with_allowance(query: &str, finding: &Finding, reason: &str) -> String {
    let reason: Vec<&str> = reason.split_whitespace().collect();
    let comment = format!("// {WORD} {}: {}", finding.code, reason.join(" "));
    let end = finding.range.as_ref().and_then(|range| {
        let rest = query.get(range.start..)?;
        let line = range.start + rest.find('\n').unwrap_or(rest.len());
        let line = line - usize::from(query[..line].ends_with('\r'));
        ends_between_tokens(query, line).then_some(line)
    });
    match end {
        Some(end) => format!("{} {comment}{}", &query[..end], &query[end..]),
        None => format!("{comment}\n{query}"),
    }
}

/// Whether a comment can be put at this end of a line: not inside of a text, nor behind another comment.
fn ends_between_tokens(query: &str, end: usize) -> bool {
    let elements = parse(query).syntax().descendants_with_tokens();
    let mut tokens = elements.filter_map(|element| element.into_token());
    !tokens.any(|token| {
        let range = token.text_range();
        let (from, to) = (usize::from(range.start()), usize::from(range.end()));
        match token.kind() {
            SyntaxKind::Whitespace => false,
            SyntaxKind::Comment => from < end && end <= to,
            _ => from < end && end < to,
        }
    })
}
