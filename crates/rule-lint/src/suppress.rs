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
    /// Places of the code and of the comment.
    range: Range<usize>,
    comment: Range<usize>,
}

/// Marks what comments allow, and reports comments without effect.
pub(crate) fn apply(subject: &Subject<'_>, findings: &mut Findings) {
    let lines = LineIndex::new(&subject.rule.query);
    let elements = subject.root().descendants_with_tokens();
    let comments = elements.filter_map(|element| element.into_token());
    let comments = comments.filter(|token| token.kind() == SyntaxKind::Comment);
    let mut all = Vec::new();
    for comment in comments {
        match allowances(&comment, &subject.rule.query, &lines) {
            Ok(allowances) => all.extend(allowances),
            Err(message) => findings.query(&BAD_ALLOW, range_of(&comment), message),
        }
    }
    // What is found about comments is known only behind all others.
    let about_comments = |one: &Allowance| {
        let lint = by_code(&one.code).map(|lint| lint.code);
        [Some(UNUSED_ALLOW.code), Some(BAD_ALLOW.code)].contains(&lint)
    };
    all.sort_by_key(about_comments);
    for allowance in &all {
        allow(allowance, &lines, findings);
    }
}

fn allow(allowance: &Allowance, lines: &LineIndex, findings: &mut Findings) {
    let Some(lint) = by_code(&allowance.code) else {
        let message = format!("`{}` is no code of a lint", allowance.code);
        return findings.query(&BAD_ALLOW, allowance.range.clone(), message);
    };
    if allowance.reason.is_empty() {
        let message = format!("the comment does not say why {} is allowed", lint.code);
        findings.query(&BAD_ALLOW, allowance.comment.clone(), message);
    }
    let here = findings.0.iter_mut();
    let here = here.filter(|one| one.code == lint.code && holds(allowance, one, lines));
    let (allowed, open): (Vec<_>, Vec<_>) = here.partition(|one| one.suppression.is_some());
    let unused = match (allowed.is_empty(), open.is_empty()) {
        (true, true) => Some("is not found here, so nothing is allowed"),
        (false, true) => Some("is allowed by another comment already, so this one does nothing"),
        (_, false) => None,
    };
    for finding in open {
        let reason = allowance.reason.clone();
        finding.suppression = Some(Suppression { reason });
    }
    if let Some(why) = unused {
        let message = format!("{} {why}", lint.code);
        findings.query(&UNUSED_ALLOW, allowance.range.clone(), message);
    }
}

fn holds(allowance: &Allowance, finding: &Finding, lines: &LineIndex) -> bool {
    match (allowance.line, &finding.range) {
        (None, _) => true,
        (Some(line), Some(range)) => lines.line(range.start) == line,
        (Some(_), None) => false,
    }
}

/// What a comment allows; what is wrong with it when it means to and names nothing.
fn allowances(
    comment: &SyntaxToken,
    query: &str,
    lines: &LineIndex,
) -> Result<Vec<Allowance>, String> {
    let range = range_of(comment);
    let text = comment.text().trim_start_matches('/').trim();
    let Some(rest) = after_word(text) else {
        return match is_meant(text) {
            true => Err(format!(
                "`{WORD}` does not stand by itself right behind `//`"
            )),
            false => Ok(Vec::new()),
        };
    };
    let (codes, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let line = (!is_alone(query, range.start)).then(|| lines.line(range.start));
    let before = comment.text().trim_start_matches('/').trim_start();
    let mut end = range.start + comment.text().len() - before.len() + WORD.len();
    let mut found = Vec::new();
    for code in codes.split([',', ' ', '\t']) {
        let start = end;
        end += code.len();
        if !code.is_empty() {
            found.push(Allowance {
                code: code.to_owned(),
                reason: reason.trim().to_owned(),
                line,
                range: start..end,
                comment: range.clone(),
            });
        }
        // Each of them ends with one letter.
        end += 1;
    }
    match found.is_empty() {
        true => Err("the comment names no lint".to_owned()),
        false => Ok(found),
    }
}

fn range_of(token: &SyntaxToken) -> Range<usize> {
    let range = token.text_range();
    range.start().into()..range.end().into()
}

/// What stands behind the word at the start of a comment, in any letter case.
fn after_word(text: &str) -> Option<&str> {
    let (word, rest) = text.split_at_checked(WORD.len())?;
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', ':', ',']);
    (word.eq_ignore_ascii_case(WORD) && ends).then_some(rest)
}

/// Whether a comment is likely to mean the word: one that begins with more than it, or has it behind other words
/// and further slashes.
fn is_meant(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut behind = text.split("//").skip(1);
    text.starts_with(WORD) || behind.any(|part| part.trim_start().starts_with(WORD))
}

/// Whether nothing but blanks stands before a place on its line.
fn is_alone(query: &str, start: usize) -> bool {
    let before = query.get(..start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim().is_empty()
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
