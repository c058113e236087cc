//! Lints the loaded rules, original and converted, against the loaded logs.

use kql_syntax::text::LineIndex;
use rule_lint::{Environment, Finding, lint_together};
use sentinel_rules::rule::Rule;

use crate::protocol::FindingView;
use crate::session::Session;

/// Most letters of a query that are shown beside a finding.
const MAX_PIECE: usize = 80;

/// The findings of all rules that no comment allows; the worst of each rule first.
pub(crate) fn findings(session: &Session) -> Vec<FindingView> {
    let environment = match session.logs.is_empty() {
        true => Environment::default(),
        false => Environment::with_logs(&session.tables()),
    };
    let originals = session.rules.iter().map(|loaded| &loaded.rule);
    let converted = session.rules.iter().map(|loaded| &loaded.converted.rule);
    let mut all = version(session, &environment, originals.collect(), false);
    all.extend(version(session, &environment, converted.collect(), true));
    all
}

fn version(
    session: &Session,
    environment: &Environment,
    rules: Vec<&Rule>,
    converted: bool,
) -> Vec<FindingView> {
    let mut all = Vec::new();
    let found = lint_together(&rules, environment);
    for ((loaded, rule), mut findings) in session.rules.iter().zip(rules).zip(found) {
        findings.retain(|finding| finding.suppression.is_none());
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        let lines = LineIndex::new(&rule.query);
        let views = findings.iter();
        let views = views.map(|finding| view(&loaded.key, converted, rule, finding, &lines));
        all.extend(views);
    }
    all
}

fn view(
    key: &str,
    converted: bool,
    rule: &Rule,
    finding: &Finding,
    lines: &LineIndex,
) -> FindingView {
    let place = match &finding.range {
        Some(range) => format!("line {}", lines.line(range.start)),
        None => finding.field.clone(),
    };
    let piece = finding
        .range
        .clone()
        .and_then(|range| rule.query.get(range));
    let piece = piece
        .and_then(|piece| piece.lines().next())
        .unwrap_or_default();
    let range = finding.range.as_ref().map(|range| {
        let range = lines.utf16_range(range);
        (range.start, range.end)
    });
    FindingView {
        rule: key.to_owned(),
        converted,
        code: finding.code.to_owned(),
        level: finding.level.name().to_owned(),
        message: finding.message.clone(),
        remedy: finding.remedy.clone(),
        place,
        piece: piece.chars().take(MAX_PIECE).collect(),
        range,
    }
}
