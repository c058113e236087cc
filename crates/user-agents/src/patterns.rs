//! Lists of patterns, each with what it says of the parts of a user agent. A list is read when it is first asked.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use regex::bytes::{Captures, Regex, RegexBuilder};
use serde::Deserialize;

use crate::OTHER;

/// The patterns of uap-core by the name of their list, as the build script wrote them.
static LISTS: LazyLock<HashMap<String, Vec<Entry>>> = LazyLock::new(|| {
    // The build script wrote this text from the package that the lockfile names; tests read it whole.
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/patterns.json")))
        .unwrap_or_default()
});

/// Memory for one compiled pattern, in bytes; those of uap-core need less.
const PATTERN_BYTES: usize = 10 << 20;

/// A part of what a pattern finds: the field that may replace it, and the group that stands for it otherwise.
pub struct Part {
    replacement: &'static str,
    group: Option<usize>,
}

impl Part {
    pub const fn new(replacement: &'static str, group: usize) -> Self {
        let group = Some(group);
        Self { replacement, group }
    }

    pub const fn without_group(replacement: &'static str) -> Self {
        Self {
            replacement,
            group: None,
        }
    }

    fn filled(&self, entry: &Entry, found: &Captures) -> String {
        let replacement = entry.replacements.get(self.replacement);
        match replacement.filter(|template| !template.trim().is_empty()) {
            Some(template) => expanded(template, found).trim().to_owned(),
            None => self
                .group
                .map(|group| matched(found, group))
                .unwrap_or_default(),
        }
    }
}

/// One of the lists of uap-core, with the parts that its patterns fill.
pub struct List {
    name: &'static str,
    parts: &'static [Part],
}

#[derive(Deserialize)]
struct Entry {
    regex: String,
    regex_flag: Option<String>,
    #[serde(flatten)]
    replacements: HashMap<String, String>,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl List {
    pub const fn new(name: &'static str, parts: &'static [Part]) -> Self {
        Self { name, parts }
    }

    /// What the first pattern that matches says of the parts; the family `Other` when none does.
    pub fn parts<const N: usize>(&self, user_agent: &str) -> [String; N] {
        let entries = LISTS.get(self.name).map_or(&[][..], Vec::as_slice);
        let mut found = entries
            .iter()
            .filter_map(|entry| Some((entry, entry.find(user_agent)?)));
        match found.next() {
            Some((entry, found)) => {
                std::array::from_fn(|part| self.parts[part].filled(entry, &found))
            }
            None => std::array::from_fn(|part| {
                if part == 0 {
                    OTHER.to_owned()
                } else {
                    String::new()
                }
            }),
        }
    }
}

impl Entry {
    fn find<'t>(&self, user_agent: &'t str) -> Option<Captures<'t>> {
        let regex = self.compiled.get_or_init(|| self.compile()).as_ref()?;
        // A search without groups is the faster one, and nearly every pattern does not match.
        regex
            .is_match(user_agent.as_bytes())
            .then(|| regex.captures(user_agent.as_bytes()))?
    }

    fn compile(&self) -> Option<Regex> {
        RegexBuilder::new(&self.regex)
            .unicode(false)
            .case_insensitive(self.regex_flag.as_deref() == Some("i"))
            .size_limit(PATTERN_BYTES)
            .build()
            .ok()
    }
}

/// A template with what the groups matched in place of `$1` to `$9`.
fn expanded(template: &str, found: &Captures) -> String {
    let mut pieces = template.split('$');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.as_bytes().first() {
            Some(digit @ b'1'..=b'9') => {
                text.push_str(&matched(found, usize::from(digit - b'0')));
                text.push_str(&piece[1..]);
            }
            _ => {
                text.push('$');
                text.push_str(piece);
            }
        }
    }
    text
}

fn matched(found: &Captures, group: usize) -> String {
    let bytes = found.get(group).map_or(&[][..], |found| found.as_bytes());
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_every_list_is_one_that_can_be_tried() {
        for (name, least) in [
            ("user_agent_parsers", 300),
            ("os_parsers", 150),
            ("device_parsers", 500),
        ] {
            let entries = LISTS.get(name).expect("the list");
            assert!(entries.len() > least, "{name} has {}", entries.len());
            for entry in entries {
                assert!(entry.compile().is_some(), "{name}: {}", entry.regex);
            }
        }
    }
}
