//! Tactics and techniques of MITRE ATT&CK against each other.

use crate::finding::Findings;
use crate::registry::{TACTIC, TECHNIQUE, TECHNIQUE_FORM};
use crate::subject::Subject;
use kql_analysis::nearest;
use sentinel_rules::tactics::TACTICS;

/// A tactic a line with its techniques: the enterprise matrix of ATT&CK 17, and five techniques newer than it.
const TECHNIQUES: &str = include_str!("../../data/techniques.txt");

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let rule = subject.rule;
    for (at, tactic) in rule.tactics.iter().enumerate() {
        if !TACTICS.contains(&tactic.as_str()) {
            findings.field(
                &TACTIC,
                format!("tactics[{at}]"),
                format!("`{tactic}` is no tactic"),
            );
            let near = nearest(tactic, TACTICS.into_iter());
            findings.remedy(
                &near
                    .map(|near| format!("did you mean `{near}`?"))
                    .unwrap_or_default(),
            );
        }
    }
    for (at, technique) in rule.techniques.iter().enumerate() {
        let field = format!("relevantTechniques[{at}]");
        if !is_technique(technique) {
            let message = format!("`{technique}` is no number of a technique");
            findings.field(&TECHNIQUE_FORM, field, message);
            continue;
        }
        let tactics = tactics_of(technique);
        if !tactics.is_empty()
            && !tactics
                .iter()
                .any(|tactic| rule.tactics.iter().any(|own| own == tactic))
        {
            let message = format!(
                "`{technique}` belongs to {}, which the rule does not name",
                tactics.join(", ")
            );
            findings.field(&TECHNIQUE, field, message);
        }
    }
}

fn is_technique(text: &str) -> bool {
    let digits =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = text.strip_prefix('T') else {
        return false;
    };
    match number.split_once('.') {
        Some((number, sub)) => digits(number, 4) && digits(sub, 3),
        None => digits(number, 4),
    }
}

/// The tactics of a technique; none when it is not a known one.
fn tactics_of(technique: &str) -> Vec<&'static str> {
    let parent = technique.split('.').next().unwrap_or_default();
    let lines = TECHNIQUES.lines().filter_map(|line| line.split_once(':'));
    lines
        .filter(|(_, techniques)| techniques.split_whitespace().any(|known| known == parent))
        .map(|(tactic, _)| tactic)
        .collect()
}
