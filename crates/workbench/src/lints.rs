//! Lints the loaded rules, original and converted, against the loaded logs.

use kql_syntax::text::LineIndex;
use rule_lint::{
    Environment, Finding, Located, Places, by_code, in_original, lint_together, sarif as sarif_log,
    with_allowance,
};
use sentinel_rules::rule::{Format, Rule};
use sentinel_rules::write_yaml;

use crate::decisions;
use crate::protocol::{ExportFile, FindingView, Problem};
use crate::session::Session;

/// Most letters of a query that are shown beside a finding.
const MAX_PIECE: usize = 80;
/// What a SARIF file is, as browsers are told.
const SARIF: &str = "application/sarif+json";

/// The findings of all rules; the worst of each rule first.
pub(crate) fn findings(session: &Session) -> Result<Vec<FindingView>, Problem> {
    let mut all = version(session, false)?;
    all.extend(version(session, true)?);
    Ok(all)
}

/// Allows a finding of a converted rule by a comment in its query.
pub(crate) fn allow(
    session: &mut Session,
    rule: &str,
    number: usize,
    reason: &str,
) -> Result<(), Problem> {
    let index = session.rule_index(rule)?;
    let found = found(session, true)?;
    let query = &session.rules[index].converted.rule.query;
    let Some(finding) = found.get(index).and_then(|all| all.get(number)) else {
        return Err(Problem::about(
            rule,
            "the finding is gone",
            "look at the findings again",
        ));
    };
    if reason.trim().is_empty() {
        return Err(Problem::about(
            rule,
            "no reason is given",
            "say why the finding is as meant",
        ));
    }
    let query = with_allowance(query, finding, reason);
    decisions::write_query(session, rule, Some(query))
}

/// The findings as SARIF. A converted rule stands in the file that it is exported as, so that places fit it.
pub(crate) fn sarif(session: &Session, converted: bool) -> Result<ExportFile, Problem> {
    let found = found(session, converted)?;
    let originals = originals(session, converted)?;
    let rules = rules(session, converted).into_iter();
    let files: Vec<(Rule, Option<(String, LineIndex)>)> = rules
        .map(|rule| match converted {
            true => written(rule),
            false => (rule.clone(), None),
        })
        .collect();
    let mut located = Vec::new();
    for (number, ((rule, file), findings)) in files.iter().zip(&found).enumerate() {
        let known = originals
            .get(number)
            .map(|of_original| in_original(findings, of_original));
        let places = file
            .as_ref()
            .map(|(text, lines)| (Places::new(text), lines));
        located.extend(findings.iter().enumerate().map(|(at, finding)| {
            Located {
                in_original: known.as_ref().and_then(|known| known.get(at).copied()),
                file: &rule.origin.file,
                place: places
                    .as_ref()
                    .and_then(|(places, lines)| Some((*lines, places.range(rule, finding)?))),
                rule: &rule.name,
                query: &rule.query,
                finding,
            }
        }));
    }
    let log = sarif_log(&located, env!("CARGO_PKG_VERSION"));
    let text = serde_json::to_string_pretty(&log)
        .map_err(|error| Problem::about("SARIF", error.to_string(), "report this"))?;
    let name = match converted {
        true => "managed-hsm-rules.sarif",
        false => "key-vault-rules.sarif",
    };
    Ok(ExportFile {
        name: name.to_owned(),
        mime: SARIF.to_owned(),
        text,
        command: String::new(),
    })
}

/// A rule as a YAML file of its own.
fn written(rule: &Rule) -> (Rule, Option<(String, LineIndex)>) {
    let mut rule = rule.clone();
    let stem: String = rule
        .name
        .chars()
        .map(|letter| match letter.is_ascii_alphanumeric() {
            true => letter.to_ascii_lowercase(),
            false => '-',
        })
        .collect();
    let parts: Vec<&str> = stem.split('-').filter(|part| !part.is_empty()).collect();
    rule.origin.file = format!("{}.yaml", parts.join("-"));
    rule.origin.path = String::new();
    rule.origin.format = Format::Yaml;
    let text = write_yaml(&rule);
    let lines = LineIndex::new(&text);
    (rule, Some((text, lines)))
}

fn rules(session: &Session, converted: bool) -> Vec<&Rule> {
    let rules = session.rules.iter();
    match converted {
        true => rules.map(|loaded| &loaded.converted.rule).collect(),
        false => rules.map(|loaded| &loaded.rule).collect(),
    }
}

/// The findings of each rule of a version, the worst first.
fn found(session: &Session, converted: bool) -> Result<Vec<Vec<Finding>>, Problem> {
    let environment = match session.logs.is_empty() {
        true => Environment::default(),
        false => Environment::with_logs(&session.tables()?),
    };
    let mut all = lint_together(&rules(session, converted), &environment);
    for findings in &mut all {
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    }
    Ok(all)
}

/// The findings of the originals, to tell from those of converted rules.
fn originals(session: &Session, converted: bool) -> Result<Vec<Vec<Finding>>, Problem> {
    match converted {
        true => found(session, false),
        false => Ok(Vec::new()),
    }
}

fn version(session: &Session, converted: bool) -> Result<Vec<FindingView>, Problem> {
    let mut all = Vec::new();
    let mut found = found(session, converted)?;
    for (findings, of_original) in found.iter_mut().zip(originals(session, converted)?) {
        let known = in_original(findings, &of_original);
        for (finding, _) in findings.iter_mut().zip(known).filter(|(_, known)| *known) {
            finding.message.push_str(" (in the original too)");
        }
    }
    let rules = rules(session, converted).into_iter();
    for ((loaded, rule), findings) in session.rules.iter().zip(rules).zip(found) {
        let lines = LineIndex::new(&rule.query);
        let views = findings.iter().enumerate();
        let views = views.map(|(number, finding)| FindingView {
            number,
            ..view(&loaded.key, converted, rule, finding, &lines)
        });
        all.extend(views);
    }
    Ok(all)
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
    let title = by_code(finding.code).map(|lint| lint.title);
    FindingView {
        rule: key.to_owned(),
        converted,
        number: 0,
        code: finding.code.to_owned(),
        title: title.unwrap_or_default().to_owned(),
        level: finding.level.name().to_owned(),
        message: finding.message.clone(),
        remedy: finding.remedy.clone(),
        place,
        piece: piece.chars().take(MAX_PIECE).collect(),
        allowed: finding.suppression.as_ref().map(|one| one.reason.clone()),
        range,
    }
}
