//! Texts out of which a pattern takes a constant: what a group of the pattern takes of a known text is replaced by
//! the constant, and by what is just beside it; and what a pattern matches stands behind a known text.

use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};

use super::in_turn;
use super::patterns::matched;
use super::texts::{beside, parts_of_address};

/// Patterns that are looked at, and groups of each.
const MAX_PATTERNS: usize = 6;
const MAX_GROUPS: usize = 4;
/// Texts of one pattern that are put behind a text.
const MAX_BEHIND: usize = 6;
/// Constants that are put in the place of a group.
const MAX_CONSTANTS: usize = 12;
/// Texts in all.
const MAX_TEXTS: usize = 160;
/// Largest compiled pattern, in bytes; larger ones are left alone.
const MAX_SIZE: usize = 1 << 20;

/// Texts out of which the patterns among the constants of a column take the other constants.
pub(super) fn with_captured(here: &str, constants: &[String]) -> Vec<String> {
    let patterns = constants.iter().filter(|one| one.contains('('));
    let patterns = patterns.filter_map(|one| Some((one, compiled(one)?)));
    let patterns: Vec<(&String, Regex)> = patterns.take(MAX_PATTERNS).collect();
    let mut wanted = Vec::new();
    let plain = constants.iter().filter(|one| matched(one).is_empty());
    for constant in plain.take(MAX_CONSTANTS) {
        wanted.push(near(constant));
    }
    let wanted: Vec<String> = in_turn(wanted);
    let mut lists = Vec::new();
    for (pattern, regex) in &patterns {
        for known in known_texts(here, (pattern, regex)) {
            let groups = 1..regex.captures_len().min(MAX_GROUPS + 1);
            lists.extend(groups.map(|group| replaced(&known, (regex, group), &wanted)));
        }
    }
    lists.push(behind(here, constants));
    let mut seen = BTreeSet::from([here.to_owned()]);
    let texts = in_turn(lists).into_iter();
    texts
        .filter(|text| seen.insert(text.clone()))
        .take(MAX_TEXTS)
        .collect()
}

/// The text with what each pattern matches behind it, so that other patterns match what they did.
fn behind(here: &str, constants: &[String]) -> Vec<String> {
    let matched = constants.iter().map(|pattern| {
        let made = matched(pattern).into_iter().take(MAX_BEHIND);
        made.map(|made| format!("{here}{made}")).collect()
    });
    in_turn(matched.collect())
}

fn compiled(pattern: &str) -> Option<Regex> {
    let built = RegexBuilder::new(pattern).size_limit(MAX_SIZE).build();
    built.ok().filter(|regex| regex.captures_len() > 1)
}

/// A constant, and what is beside it: as a number or as a text.
fn near(constant: &str) -> Vec<String> {
    let mut texts = vec![constant.to_owned()];
    match constant.parse::<i64>() {
        Ok(number) => texts.extend([
            number.saturating_sub(1).to_string(),
            number.saturating_add(1).to_string(),
        ]),
        Err(_) => texts.extend(beside(constant)),
    }
    texts
}

/// The text itself, and the text with what the pattern matches in the place of the path of its address; a text that
/// the pattern matches where it does not match this one.
fn known_texts(here: &str, (pattern, regex): (&str, &Regex)) -> Vec<String> {
    let mut texts = vec![here.to_owned()];
    let made = matched(pattern).into_iter().next();
    match (parts_of_address(here), made) {
        (Some((start, _, rest)), Some(path)) if path.starts_with('/') => {
            texts.push(format!("{start}{path}{rest}"));
        }
        (_, Some(made)) if !regex.is_match(here) => texts.push(made),
        _ => {}
    }
    texts
}

/// A text with each of these in the place of what a group takes of it.
fn replaced(known: &str, (regex, group): (&Regex, usize), wanted: &[String]) -> Vec<String> {
    let Some(taken) = regex.captures(known).and_then(|found| found.get(group)) else {
        return Vec::new();
    };
    let (before, after) = (known.get(..taken.start()), known.get(taken.end()..));
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let made = wanted.iter().map(|text| format!("{before}{text}{after}"));
    made.collect()
}

#[cfg(test)]
mod tests {
    use super::with_captured;

    fn made(here: &str, constants: &[&str]) -> Vec<String> {
        let constants: Vec<String> = constants.iter().map(|one| (*one).to_owned()).collect();
        with_captured(here, &constants)
    }

    #[test]
    fn a_group_takes_each_constant_and_what_is_beside_it() {
        let here = "https://a.vault.azure.net/keys/one?api-version=7.4";
        let texts = made(here, &[r"api-version=(\d+)\.(\d+)", "6", "prod-"]);
        for version in ["6.4", "5.4", "7.6", "7.7"] {
            let text = format!("https://a.vault.azure.net/keys/one?api-version={version}");
            assert!(texts.contains(&text), "{text} is not in {texts:#?}");
        }
        let texts = made(here, &["/keys/([^/?]+)", "prod-"]);
        assert_eq!(
            texts.first().map(String::as_str),
            Some("https://a.vault.azure.net/keys/prod-?api-version=7.4")
        );
    }

    #[test]
    fn an_address_without_the_path_gets_it() {
        let texts = made(
            "https://a.net/secrets/one?v=1",
            &["/keys/([^/?]+)", "prod-"],
        );
        assert!(texts.contains(&"https://a.net/keys/prod-?v=1".to_owned()));
    }

    #[test]
    fn a_text_that_does_not_match_gives_way_to_one_that_does() {
        let texts = made("azure-cli", &[r"^(.*?)/(.*?) \((.*)$", "4", "cli"]);
        for text in ["cli/x (x", "x/4 (x", "x/3 (x"] {
            assert!(texts.contains(&text.to_owned()), "{text} in {texts:#?}");
        }
    }

    #[test]
    fn what_is_no_pattern_or_takes_nothing_makes_no_text() {
        assert!(made("anything", &["(", "prod-"]).is_empty());
        assert!(made("anything", &["keys", "prod-"]).is_empty());
        assert!(made("anything", &["(a{1000}){1000}", "prod-"]).is_empty());
        assert_eq!(made("one", &["^x[yz]$"]), ["onexy", "onexz"]);
    }
}
