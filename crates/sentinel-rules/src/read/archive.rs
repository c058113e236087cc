//! Zip archives of rule files, with limits on what they may expand to.
//!
//! Names of entries are labels; nothing is written anywhere. Archives inside archives are not opened.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{ReadOutcome, read_text, recognises as is_rule_file, whole_file};
use crate::problem::Skipped;
use crate::rule::{Format, Rule};

/// Most entries that are looked at.
pub const MAX_ARCHIVE_ENTRIES: usize = 10_000;
/// Most bytes that all entries together may expand to.
pub const MAX_EXPANDED_BYTES: u64 = 256 * 1024 * 1024;

/// Whether the file is a zip archive.
pub(super) fn recognises(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Reads every rule file of an archive.
pub(super) fn read(file: &str, bytes: &[u8]) -> ReadOutcome {
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => {
            let message = format!("the archive cannot be opened: {error}");
            return ReadOutcome::problem(whole_file(
                file,
                message,
                "create it again as a plain zip file",
            ));
        }
    };
    if archive.len() > MAX_ARCHIVE_ENTRIES {
        let message = format!(
            "the archive has {} entries; at most {MAX_ARCHIVE_ENTRIES} are read",
            archive.len()
        );
        return ReadOutcome::problem(whole_file(file, message, "pack the rule files only"));
    }
    let mut outcome = ReadOutcome::default();
    let mut left = MAX_EXPANDED_BYTES;
    for index in 0..archive.len() {
        match entry(&mut archive, index, left) {
            Ok(Some((name, content))) => {
                left = left.saturating_sub(content.len() as u64);
                outcome.extend(read_entry(&format!("{file}/{name}"), &content));
            }
            Ok(None) => {}
            Err(message) => {
                outcome
                    .problems
                    .push(whole_file(file, message, "pack fewer or smaller files"));
                return outcome;
            }
        }
    }
    without_repeats(outcome)
}

/// Leaves a rule of a template out that the archive also has as YAML, which says more.
fn without_repeats(mut outcome: ReadOutcome) -> ReadOutcome {
    let twin = |rule: &Rule, rules: &[Rule]| {
        let same = |other: &&Rule| other.id == rule.id && other.query == rule.query;
        let others = rules.iter().filter(same);
        rule.origin.format != Format::Yaml
            && others
                .into_iter()
                .any(|other| other.origin.format == Format::Yaml)
    };
    let all = outcome.rules.clone();
    outcome.rules.retain(|rule| {
        let repeated = twin(rule, &all);
        if repeated {
            outcome.skipped.push(Skipped {
                what: format!("{}, {}", rule.origin.file, rule.name),
                reason: "the archive has the same rule as YAML".to_owned(),
            });
        }
        !repeated
    });
    outcome
}

/// Name and content of an entry; `None` for folders.
fn entry(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    left: u64,
) -> Result<Option<(String, Vec<u8>)>, String> {
    let entry = archive
        .by_index(index)
        .map_err(|error| format!("entry {} cannot be read: {error}", index + 1))?;
    let name = entry
        .name()
        .map_or_else(|_| format!("entry {}", index + 1), |name| name.into_owned());
    if entry.is_dir() {
        return Ok(None);
    }
    let mut content = Vec::new();
    // The size in the archive's directory may lie, so the limit is on what is really read.
    entry
        .take(left + 1)
        .read_to_end(&mut content)
        .map_err(|error| format!("`{name}` cannot be expanded: {error}"))?;
    if content.len() as u64 > left {
        return Err(format!(
            "the archive expands to more than {MAX_EXPANDED_BYTES} bytes"
        ));
    }
    Ok(Some((name, content)))
}

fn read_entry(name: &str, content: &[u8]) -> ReadOutcome {
    let skipped = |reason: &str| ReadOutcome {
        skipped: vec![Skipped {
            what: name.to_owned(),
            reason: reason.to_owned(),
        }],
        ..ReadOutcome::default()
    };
    if recognises(content) {
        return skipped("an archive inside an archive is not opened");
    }
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    if !is_yaml && !is_rule_file(content) {
        return skipped("not a rule file");
    }
    match std::str::from_utf8(content) {
        Ok(text) => read_text(name, text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(_) => skipped("not UTF-8 text"),
    }
}
