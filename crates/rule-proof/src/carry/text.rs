//! Carrying of single texts: resource types, segments of resource ids, host names, operation names.

use std::borrow::Cow;

use super::facts::{self, HOST_DOMAINS};
use super::{Carrying, Reads};

/// `after` in the letter case that `text` gives `before`: as it stands, upper, lower, or mixed in another way.
fn in_case_of(text: &str, before: &str, after: &str) -> String {
    let has = |test: fn(char) -> bool| text.chars().any(test);
    match (has(char::is_uppercase), has(char::is_lowercase)) {
        _ if text == before => after.to_owned(),
        (true, false) => after.to_uppercase(),
        (false, true) => after.to_lowercase(),
        _ => mixed(after),
    }
}

/// A mixture of letter cases that a name does not have itself.
fn mixed(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    let second = letters.next().map(|c| c.to_ascii_uppercase());
    let rest = letters.as_str().to_ascii_lowercase();
    first
        .into_iter()
        .chain(second)
        .chain(rest.chars())
        .collect()
}

/// Whether a text is a piece of a resource type, or has it within, and is another one: no resource has such a
/// type, and it is not carried.
fn is_nearly(text: &str, kind: &str) -> bool {
    let (text, kind) = (text.to_lowercase(), kind.to_lowercase());
    let one = kind.strip_suffix('s').unwrap_or(&kind);
    let is_piece = !text.is_empty() && kind.contains(&text);
    text != kind && (is_piece || !one.is_empty() && text.contains(one))
}

/// Whether a text has a host with a label that begins with the one that is carried and goes on, such as
/// `vaultcore`: hosts of one kind of resource only.
fn has_longer_label(text: &str, label: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut labels = lower.split('.').skip(1);
    labels.any(|known| {
        let rest = known.strip_prefix(label).unwrap_or_default();
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// One direction of a carrying, as pairs of words.
#[derive(Clone, Debug)]
pub(super) struct Words {
    /// Resource type before and after.
    pub resource_type: (String, String),
    /// Host label before and after.
    pub host: Option<(&'static str, &'static str)>,
    /// Operation names before and after.
    pub operations: Vec<(String, String)>,
}

impl Words {
    /// A cell of any column: ids and hosts inside of it.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let ids = self.ids(text);
        match self.hosts(&ids) {
            Some(hosts) => Cow::Owned(hosts),
            None => ids,
        }
    }

    /// A cell of the column of operation names.
    pub fn operation<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut operations = self.operations.iter();
        match operations.find(|(before, _)| before.eq_ignore_ascii_case(text)) {
            Some((before, after)) => Cow::Owned(in_case_of(text, before, after)),
            None => Cow::Borrowed(text),
        }
    }

    /// A cell of the column of resource types.
    pub fn resource_type<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let (before, after) = &self.resource_type;
        match text.eq_ignore_ascii_case(before) {
            true => Cow::Owned(in_case_of(text, before, after)),
            false => Cow::Borrowed(text),
        }
    }

    /// Segments of resource ids behind a provider.
    fn ids<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let (before, after) = &self.resource_type;
        if !text.contains('/') {
            return Cow::Borrowed(text);
        }
        let parts: Vec<&str> = text.split('/').collect();
        let is_type = |index: usize| {
            let part = parts.get(index).copied().unwrap_or_default();
            let provider = index.checked_sub(1).and_then(|at| parts.get(at));
            let provider =
                provider.is_some_and(|part| part.to_lowercase().starts_with("microsoft."));
            provider && part.eq_ignore_ascii_case(before)
        };
        if !(0..parts.len()).any(is_type) {
            return Cow::Borrowed(text);
        }
        let carried = (0..parts.len()).map(|index| match is_type(index) {
            true => in_case_of(parts[index], before, after),
            false => parts[index].to_owned(),
        });
        Cow::Owned(carried.collect::<Vec<_>>().join("/"))
    }

    /// Host names that end in the label and a known domain; `None` when there is none.
    fn hosts(&self, text: &str) -> Option<String> {
        let (before, after) = self.host?;
        let lower = text.to_ascii_lowercase();
        let needle = format!(".{before}.");
        let mut carried = String::new();
        let mut copied = 0;
        for (at, _) in lower.match_indices(&needle) {
            let behind = at + needle.len();
            let domain = lower.get(behind..).unwrap_or_default();
            if at < copied || !HOST_DOMAINS.iter().any(|known| domain.starts_with(known)) {
                continue;
            }
            let label = text.get(at + 1..behind - 1)?;
            carried.push_str(text.get(copied..at + 1)?);
            carried.push_str(&in_case_of(label, before, after));
            copied = behind - 1;
        }
        if copied == 0 {
            return None;
        }
        carried.push_str(text.get(copied..)?);
        Some(carried)
    }

    /// Words that would show the kind of resource where [`Self::text`] has not changed it.
    fn telling(&self) -> impl Iterator<Item = String> + '_ {
        let fixed = [self.resource_type.0.to_lowercase()].into_iter();
        let host = self.host.map(|(before, _)| before.to_owned());
        let operations = self
            .operations
            .iter()
            .map(|(before, _)| before.to_lowercase());
        fixed.chain(host).chain(operations)
    }

    /// Every word of a text that is a resource type or an operation, whatever stands around it.
    fn words(&self, text: &str) -> String {
        let mut carried = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            carried.push_str(&self.operation(&self.resource_type(word)));
            let gap = behind.chars().next().map_or(0, char::len_utf8);
            carried.push_str(&behind[..gap]);
            rest = &behind[gap..];
        }
        carried
    }
}

impl Carrying {
    /// Whether all that a text says of the kind of resource is carried with it. Made-up texts that are not so
    /// (`vaults` without an id around it) would only show that they are made up.
    pub fn is_natural(&self, text: &str, column: &str) -> bool {
        if column == self.type_column {
            return self.may_be_type(text);
        }
        let carried = match column == self.operation_column {
            true => self.forth.operation(text),
            false => self.forth.text(text),
        };
        let has = |text: &str, word: &str| {
            let lower = text.to_lowercase();
            let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
            words.any(|known| known == word)
        };
        let leftover = self.forth.telling().any(|word| has(&carried, &word));
        let foreign = self.back.telling().any(|word| has(text, &word));
        let mut hosts = [self.forth.host, self.back.host].into_iter().flatten();
        let is_of_one = hosts.any(|(label, _)| has_longer_label(text, label));
        !leftover && !foreign && !is_of_one
    }

    /// Whether a row may say so of the kind of its resource: the original's own, or another one that resources
    /// have, all in capitals or all in small letters: which letters of the other type a mixture stands for, nothing
    /// says. Where the rules do not differ in what they ask of it, a made-up kind (`VLTS`, where a rule takes
    /// letters out) would only show that it is made up.
    fn may_be_type(&self, text: &str) -> bool {
        let is = |kind: &str| text.eq_ignore_ascii_case(kind);
        let (original, target) = (&self.forth.resource_type.0, &self.back.resource_type.0);
        let is_made_up = !is(original) && !facts::is_other_type(&self.type_column, text);
        let has = |test: fn(char) -> bool| text.chars().any(test);
        let is_mixed = text != original && has(char::is_uppercase) && has(char::is_lowercase);
        let is_unclear = is(original) && is_mixed;
        let is_of_either = [original, target].iter().any(|kind| is_nearly(text, kind));
        !is(target) && !is_unclear && !is_of_either && (!is_made_up || self.made_up_types)
    }

    /// A constant of the converted rule as the original would have it, for cells of a column.
    pub fn back_constant(&self, text: &str, column: &str) -> String {
        let carried = match column {
            _ if column == self.type_column => self.back.resource_type(text),
            _ if column == self.operation_column => self.back.operation(text),
            _ => self.back.text(text),
        };
        carried.into_owned()
    }

    /// The form in which results of both rules are compared: what is of the original kind of resource reads
    /// as of the target, wherever in the text it stands. What read the same rows is compared as it is.
    pub fn canonical(&self, text: &str) -> String {
        if self.reads != Reads::Across {
            return text.to_owned();
        }
        self.forth.words(&self.forth.text(text))
    }
}
