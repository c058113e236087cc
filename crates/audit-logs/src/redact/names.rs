//! Names that a text gives away in ids, URLs and claims, to be found again wherever they stand.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema;

/// What stands before the name of an object in a URL or resource id, in lower case.
const BEFORE_NAMES: [&str; 12] = [
    "resourcegroups",
    "vaults",
    "managedhsms",
    "keys",
    "secrets",
    "certificates",
    "deletedkeys",
    "deletedsecrets",
    "workspaces",
    "storageaccounts",
    "virtualnetworks",
    "subnets",
];
/// Claims and properties whose value names a person, by the end of their key, in lower case.
const PERSONAL: [&str; 8] = [
    "givenname",
    "given_name",
    "surname",
    "family_name",
    "unique_name",
    "displayname",
    "claims/name",
    "claims_name_s",
];
/// Words that never are names: a resource that is called like one is replaced in its own id only.
const WORDS: [&str; 16] = [
    "success",
    "auditevent",
    "vaults",
    "managedhsms",
    "keys",
    "secrets",
    "certificates",
    "azure",
    "microsoft",
    "user",
    "none",
    "true",
    "false",
    "null",
    "standard",
    "premium",
];
/// Shortest name that is looked for outside of its id.
const MIN_LETTERS: usize = 3;
/// Longest value of a claim that is taken for a name.
const MAX_LETTERS: usize = 200;

/// Names by their first letter, longest first, in lower case.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_first: BTreeMap<char, Vec<String>>,
}

impl Names {
    /// The names that a text gives away.
    pub fn of(text: &str) -> Self {
        let mut found = BTreeSet::new();
        segments(text, &mut found);
        claims(text, &mut found);
        columns(text, &mut found);
        let columns: BTreeSet<String> = schema::schemas()
            .iter()
            .flat_map(|(_, schema)| &schema.columns)
            .map(|column| column.name.to_lowercase())
            .collect();
        found.retain(|name: &String| {
            name.chars().count() >= MIN_LETTERS
                && !WORDS.contains(&name.as_str())
                && !columns.contains(name)
                && name.chars().any(char::is_alphabetic)
        });
        let mut names = Self::default();
        for name in found {
            if let Some(first) = name.chars().next() {
                names.by_first.entry(first).or_default().push(name);
            }
        }
        for list in names.by_first.values_mut() {
            list.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        }
        names
    }

    /// Length of the name that a text begins with.
    pub fn at(&self, rest: &str) -> Option<usize> {
        let first = rest.chars().next()?.to_lowercase().next()?;
        let names = self.by_first.get(&first)?;
        names.iter().find_map(|name| starts(rest, name))
    }
}

/// Length of what begins a text and is a name but for case, up to the end of a word.
fn starts(rest: &str, name: &str) -> Option<usize> {
    let mut wanted = name.chars();
    let mut next = wanted.next();
    for (at, letter) in rest.char_indices() {
        if next.is_none() {
            return (!is_inner(letter)).then_some(at);
        }
        for lower in letter.to_lowercase() {
            if next != Some(lower) {
                return None;
            }
            next = wanted.next();
        }
    }
    next.is_none().then_some(rest.len())
}

/// Whether a letter continues a word.
pub(super) fn is_inner(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-' || letter == '_'
}

/// Whether a letter may stand in a segment of a URL or resource id.
fn in_segment(letter: char) -> bool {
    is_inner(letter) || letter == '.' || letter == '(' || letter == ')' || letter == '%'
}

/// Segments of paths behind a word that says what they are.
fn segments(text: &str, found: &mut BTreeSet<String>) {
    let mut before = "";
    for (index, segment) in text.split('/').enumerate() {
        let end = segment
            .find(|letter| !in_segment(letter))
            .unwrap_or(segment.len());
        let name = &segment[..end];
        let known = before.to_lowercase();
        if index > 0 && BEFORE_NAMES.contains(&known.as_str()) && !name.is_empty() {
            found.insert(name.to_lowercase());
        }
        // Only a whole segment tells what the next is; in JSON a slash may be escaped.
        let start = segment.rfind(|letter| !in_segment(letter)).map_or(0, |at| {
            at + segment[at..].chars().next().map_or(0, char::len_utf8)
        });
        before = match segment.strip_suffix('\\') {
            Some(escaped) => escaped
                .rsplit(|letter| !in_segment(letter))
                .next()
                .unwrap_or_default(),
            None => &segment[start..],
        };
    }
}

/// Values of personal claims in JSON, also when the JSON is inside of a text.
fn claims(text: &str, found: &mut BTreeSet<String>) {
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        rest = &rest[quote + 1..];
        let Some(end) = rest.find('"') else { return };
        let key = rest[..end].trim_end_matches('\\').to_lowercase();
        if PERSONAL.iter().any(|known| key.ends_with(known)) {
            value(&rest[end + 1..], found);
        }
    }
}

/// The text behind `: "`, or `: \"` in JSON inside of a text.
fn value(rest: &str, found: &mut BTreeSet<String>) {
    let rest = rest.trim_start();
    let Some(rest) = rest.strip_prefix(':') else {
        return;
    };
    let rest = rest.trim_start().trim_start_matches('\\');
    let Some(rest) = rest.strip_prefix('"') else {
        return;
    };
    if let Some(end) = rest.find(['"', '\\']) {
        keep_person(&rest[..end], found);
    }
}

/// Cells of personal columns in CSV.
fn columns(text: &str, found: &mut BTreeSet<String>) {
    let first = text.lines().next().unwrap_or_default();
    if first.trim_start().starts_with(['{', '[']) || !first.contains(',') {
        return;
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let Ok(header) = reader.headers().cloned() else {
        return;
    };
    let personal: Vec<usize> = header
        .iter()
        .enumerate()
        .filter(|(_, name)| {
            let name = name.trim().to_lowercase();
            let bare = name.trim_end_matches("_s");
            PERSONAL
                .iter()
                .any(|known| name.ends_with(known) || bare.ends_with(known))
        })
        .map(|(index, _)| index)
        .collect();
    for record in reader.records().flatten() {
        for index in &personal {
            keep_person(record.get(*index).unwrap_or_default(), found);
        }
    }
}

fn keep_person(value: &str, found: &mut BTreeSet<String>) {
    if !value.is_empty() && value.len() <= MAX_LETTERS && !value.contains('@') {
        found.insert(value.to_lowercase());
    }
}
