//! Reading and writing the file.

use serde_ignored::Path;
use serde_json::Value as Json;

use super::file::{RuleSet, VERSION_MAJOR, VERSION_MINOR, of_member};
use crate::protocol::Problem;

/// Largest file that is read, in bytes.
pub const MAX_RULE_SET_BYTES: usize = 32 * 1024 * 1024;
/// Most rules of a set.
pub const MAX_RULES: usize = 2_000;
/// Most tests of a set.
pub const MAX_TESTS: usize = 10_000;

/// Name of the member that makes a document a rule set.
const MARK: &str = "rulesmithRuleSet";
/// Bytes at the start of a file in which the mark has to stand, for the file to be taken for a rule set
/// before it is read.
const MARK_WITHIN: usize = 4_096;

/// Whether a file looks like a rule set: a JSON object that names its version near its start, or near its end,
/// where it stands when members are sorted.
pub fn is_rule_set(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(MARK_WITHIN)]);
    let end = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(MARK_WITHIN)..]);
    let start = start.trim_start_matches('\u{feff}').trim_start();
    let mark = format!("\"{MARK}\"");
    start.starts_with('{') && (start.contains(&mark) || end.contains(&mark))
}

/// Whether a file is a rule set that does not say so: its rules are neither those of a template nor a
/// template's resources.
pub fn lacks_version(bytes: &[u8]) -> bool {
    let document: Result<Json, _> = serde_json::from_slice(bytes);
    let rules = document
        .ok()
        .and_then(|all| all.get("rules")?.as_array().cloned());
    rules.is_some_and(|rules| rules.iter().any(|rule| rule.get("rule").is_some()))
}

/// Reads a rule set. The problem names the place in the file and what can be done.
pub fn read(file: &str, bytes: &[u8]) -> Result<RuleSet, Problem> {
    let about = |problem: Problem| Problem {
        subject: file.to_owned(),
        ..problem
    };
    parse(bytes).map_err(about)
}

fn parse(bytes: &[u8]) -> Result<RuleSet, Problem> {
    if bytes.len() > MAX_RULE_SET_BYTES {
        let message = format!("the file is larger than {MAX_RULE_SET_BYTES} bytes");
        return Err(Problem::about("", message, "split the set"));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let document: Json = serde_json::from_slice(bytes).map_err(|error| Problem {
        line: Some(error.line()),
        ..Problem::about(
            "",
            format!("the file is not JSON: {error}"),
            "correct it at this line",
        )
    })?;
    let minor = minor_version(&document)?;
    let mut later = Vec::new();
    let read: Result<RuleSet, _> = serde_ignored::deserialize(&document, |path| {
        later.push(way(&path));
    });
    let mut set = read.map_err(|_| misfit(&document))?;
    let known = minor.cmp(&VERSION_MINOR).is_le();
    if let (Some(unknown), true) = (later.first(), known) {
        return Err(of_member(
            &path_text(unknown),
            format!("version {VERSION_MAJOR}.{minor} has no such member"),
            "correct its name or take it out; docs/rule-set.md lists the members",
        ));
    }
    let value = |way: Vec<String>| Some((way.clone(), at(&document, &way)?.clone()));
    set.later = later.into_iter().filter_map(value).collect();
    limits(&set)?;
    Ok(set)
}

fn minor_version(document: &Json) -> Result<u32, Problem> {
    let wanted = format!("write \"{MARK}\": \"{VERSION_MAJOR}.{VERSION_MINOR}\"");
    let Some(version) = document.get(MARK) else {
        return Err(of_member(
            MARK,
            "the file does not say that it is a rule set",
            &wanted,
        ));
    };
    let parts = version.as_str().and_then(|text| text.split_once('.'));
    let numbers = parts
        .and_then(|(major, minor)| Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?)));
    match numbers {
        Some((VERSION_MAJOR, minor)) => Ok(minor),
        Some((major, _)) => Err(of_member(
            MARK,
            format!("version {major} of the format is not known here"),
            "use a Rulesmith that reads it, or have it written in version 1",
        )),
        None => Err(of_member(MARK, "it is not a version", &wanted)),
    }
}

/// Why a document does not fit, with the place.
fn misfit(document: &Json) -> Problem {
    let read: Result<RuleSet, _> = serde_path_to_error::deserialize(document);
    match read {
        Err(error) => of_member(
            error.path().to_string().trim_start_matches('.'),
            error.inner().to_string(),
            "correct it; docs/rule-set.md says what is expected there",
        ),
        Ok(_) => of_member("", "the file cannot be read", "look at docs/rule-set.md"),
    }
}

fn limits(set: &RuleSet) -> Result<(), Problem> {
    let tests: usize = set.rules.iter().map(|rule| rule.tests.len()).sum();
    for (path, count, most) in [
        ("rules", set.rules.len(), MAX_RULES),
        ("rules[…].tests", tests, MAX_TESTS),
    ] {
        if count > most {
            return Err(of_member(
                path,
                format!("there are more than {most}"),
                "split the set",
            ));
        }
    }
    Ok(())
}

/// The members and numbers from the document to a place in it.
fn way(path: &Path<'_>) -> Vec<String> {
    let (parent, part) = match path {
        Path::Root => return Vec::new(),
        Path::Seq { parent, index } => (parent, Some(index.to_string())),
        Path::Map { parent, key } => (parent, Some(key.clone())),
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => (parent, None),
    };
    let mut way = way(parent);
    way.extend(part);
    way
}

fn path_text(way: &[String]) -> String {
    let mut text = String::new();
    for part in way {
        match part.parse::<usize>() {
            Ok(number) => text.push_str(&format!("[{number}]")),
            Err(_) if text.is_empty() => text.push_str(part),
            Err(_) => {
                text.push('.');
                text.push_str(part);
            }
        }
    }
    text
}

fn at<'d>(document: &'d Json, way: &[String]) -> Option<&'d Json> {
    way.iter().try_fold(document, |value, part| match value {
        Json::Array(items) => items.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    })
}

impl RuleSet {
    /// The text of the file. Members of a later minor version stand where they stood.
    pub fn write(&self) -> Result<String, Problem> {
        let failed =
            |error: serde_json::Error| Problem::about("Rule set", error.to_string(), "report this");
        let mut document = serde_json::to_value(self).map_err(failed)?;
        for (way, value) in &self.later {
            put(&mut document, way, value);
        }
        Ok(serde_json::to_string_pretty(&document).map_err(failed)? + "\n")
    }
}

/// Puts a member back, unless what held it is gone.
fn put(document: &mut Json, way: &[String], value: &Json) {
    let Some((last, parents)) = way.split_last() else {
        return;
    };
    let parent = parents
        .iter()
        .try_fold(document, |place, part| match place {
            Json::Array(items) => items.get_mut(part.parse::<usize>().ok()?),
            other => other.get_mut(part),
        });
    if let Some(Json::Object(members)) = parent {
        members.insert(last.clone(), value.clone());
    }
}
