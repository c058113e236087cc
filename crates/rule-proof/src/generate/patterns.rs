//! Texts that a regular expression matches, a few for each of its ways: every alternative, both ends of its
//! classes, few and more repetitions. Two patterns that differ are told apart by a text of one of them.

use kql_analysis::plan::{Parse, ParseKind, ParsePart};
use kql_analysis::types::ScalarType;
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};
use regex_syntax::{escape, parse};

use super::in_turn;

/// Most texts of one pattern.
const MAX_TEXTS: usize = 24;
/// Longest text that is made, in bytes.
const MAX_BYTES: usize = 400;
/// Letters that are tried first where a class allows them.
const PLAIN: [char; 5] = ['x', 'X', '7', '-', ' '];
/// What a text has that is a pattern; dots and question marks stand in names and addresses too.
const SIGNS: [char; 10] = ['^', '$', '[', ']', '(', ')', '|', '*', '+', '\\'];

/// The pattern of a `parse` as a regular expression with a group for each column.
pub(crate) fn pattern_of(parse: &Parse) -> String {
    let last = parse.parts.len().saturating_sub(1);
    let parts = parse.parts.iter().enumerate();
    let parts = parts.map(|(at, part)| match part {
        ParsePart::Text(text) if matches!(parse.kind, ParseKind::Regex(_)) => format!("(?:{text})"),
        ParsePart::Text(text) => escape(text),
        ParsePart::Star => ".*?".to_owned(),
        ParsePart::Column(column) => match column.ty {
            ScalarType::Int | ScalarType::Long => r"(-?\d+)".to_owned(),
            _ if at == last => "(.*)".to_owned(),
            _ => "(.*?)".to_owned(),
        },
    });
    format!("^{}", parts.collect::<String>())
}

/// Texts that a constant matches when it is a pattern; none when it has no sign of one.
pub(crate) fn matched(constant: &str) -> Vec<String> {
    match constant.contains(SIGNS) {
        true => parse(constant).map(|hir| texts(&hir)).unwrap_or_default(),
        false => Vec::new(),
    }
}

fn texts(hir: &Hir) -> Vec<String> {
    let mut made = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8_lossy(&literal.0).into_owned()],
        HirKind::Class(class) => letters(class).into_iter().map(String::from).collect(),
        HirKind::Repetition(repetition) => repeated(repetition),
        HirKind::Capture(capture) => texts(&capture.sub),
        HirKind::Concat(parts) => joined(&parts.iter().map(texts).collect::<Vec<_>>()),
        HirKind::Alternation(ways) => in_turn(ways.iter().map(texts).collect()),
    };
    made.retain(|text| text.len() <= MAX_BYTES);
    made.truncate(MAX_TEXTS);
    made
}

/// Plain letters of a class, or else the first and the last of it, within ASCII where it has any.
fn letters(class: &Class) -> Vec<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|one| (one.start(), one.end())).collect(),
        Class::Bytes(class) => class
            .iter()
            .map(|one| (char::from(one.start()), char::from(one.end())))
            .collect(),
    };
    let has = |letter: char| {
        ranges
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&letter))
    };
    let plain: Vec<char> = PLAIN.into_iter().filter(|letter| has(*letter)).collect();
    if !plain.is_empty() {
        return plain;
    }
    let ascii = ranges.iter().filter(|(from, _)| from.is_ascii());
    let ends = ascii.map(|(from, to)| (*from, (*to).min('~')));
    let ends: Vec<(char, char)> = ends.filter(|(from, to)| from <= to).collect();
    let known = if ends.is_empty() { &ranges } else { &ends };
    let first = known.first().map(|(from, _)| *from);
    let last = known.last().map(|(_, to)| *to);
    let mut both: Vec<char> = first.into_iter().chain(last).collect();
    both.dedup();
    both
}

/// Once or as often as needed, as seldom as allowed, and once more.
fn repeated(repetition: &Repetition) -> Vec<String> {
    let (least, most) = (repetition.min, repetition.max.unwrap_or(u32::MAX));
    let mut counts = vec![least.max(1), least, least.saturating_add(1)];
    counts.retain(|count| *count <= most && *count as usize <= MAX_BYTES);
    counts.dedup();
    let parts = texts(&repetition.sub);
    let all = counts.into_iter().map(|count| {
        let parts = parts
            .iter()
            .filter(|part| part.len() * count as usize <= MAX_BYTES);
        parts.map(|part| part.repeat(count as usize)).collect()
    });
    in_turn(all.collect())
}

/// One text of each part after the other: the first of all, the second of all, and so on; then those that
/// differ from the first in one part.
fn joined(parts: &[Vec<String>]) -> Vec<String> {
    if parts.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let most = parts.iter().map(Vec::len).max().unwrap_or_default();
    let row = |pick: &dyn Fn(usize, usize) -> usize| -> String {
        let picked = parts.iter().enumerate();
        picked
            .map(|(at, texts)| texts[pick(at, texts.len())].as_str())
            .collect()
    };
    let mut made: Vec<String> = (0..most)
        .map(|number| row(&|_, length| number % length))
        .collect();
    for (place, texts) in parts.iter().enumerate() {
        for number in 1..texts.len() {
            let other = row(&|at, _| if at == place { number } else { 0 });
            if made.len() < MAX_TEXTS && !made.contains(&other) {
                made.push(other);
            }
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use regex_syntax::parse;

    use super::matched;

    #[test]
    fn a_pattern_gives_a_text_of_each_way_and_a_plain_text_gives_none() {
        assert_eq!(
            matched("^Key(Get|List|Sign)$"),
            ["KeyGet", "KeyList", "KeySign"]
        );
        assert_eq!(matched("(?i)^get")[..2], ["GET", "get"]);
        assert_eq!(matched(r"v\.a"), ["v.a"]);
        assert!(matched("keys/[0-9a-f]{32}$").contains(&format!("keys/{}", "7".repeat(32))));
        assert!(matched("KeyGet").is_empty() && matched("vault.azure.net").is_empty());
    }

    #[test]
    fn no_pattern_makes_too_much() {
        for pattern in [
            "((a{1000}){1000}){1000}",
            "(a|b|c|d){300}",
            "[^\\s\\S]x",
            "(",
            r"\p{Greek}+",
        ] {
            let made = matched(pattern);
            assert!(made.len() <= super::MAX_TEXTS, "{pattern}");
            assert!(made.iter().all(|text| text.len() <= super::MAX_BYTES));
            assert!(made.is_empty() || parse(pattern).is_ok());
        }
    }
}
