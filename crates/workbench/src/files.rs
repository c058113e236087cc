//! Files of the user and of the program: which are rules, which are logs.

use std::collections::{BTreeMap, BTreeSet};

use audit_logs::load;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kql_engine::{EvalError, Table};
use rule_replay::Tables;
use sentinel_rules::bundled::Pack;
use sentinel_rules::rule::Rule;
use sentinel_rules::{ReadOutcome, bundled, read};

use crate::loaded_log::LoadedLog;
use crate::loaded_rule::LoadedRule;
use crate::protocol::{InputFile, Problem, TextFile};
use crate::{rule_set, sets};

/// What was found in a file.
#[derive(Debug, Default)]
pub(crate) struct FileContent {
    pub rules: Vec<LoadedRule>,
    pub logs: Vec<LoadedLog>,
    pub problems: Vec<Problem>,
}

/// Reads a file as rules or as a log, by its content.
pub(crate) fn read_file(file: &InputFile) -> FileContent {
    if rule_set::is_rule_set(&file.bytes) {
        return match sets::rules_of(file) {
            Ok(rules) => FileContent {
                rules,
                ..FileContent::default()
            },
            Err(problem) => FileContent::of_logs(Err(problem)),
        };
    }
    let named_as_rule = file.name.ends_with(".yaml") || file.name.ends_with(".yml");
    if named_as_rule || sentinel_rules::recognises(&file.bytes) {
        return rules(&file.name, read(&file.name, &file.bytes));
    }
    FileContent::of_logs(LoadedLog::of_file(
        &file.name,
        load(&file.name, &file.bytes),
    ))
}

impl FileContent {
    /// What a log file holds, or the reason that it holds nothing.
    pub(crate) fn of_logs(read: Result<Vec<LoadedLog>, Problem>) -> Self {
        let mut content = Self::default();
        match read {
            Ok(logs) => content.logs = logs,
            Err(problem) => content.problems.push(problem),
        }
        content
    }
}

fn rules(file: &str, outcome: ReadOutcome) -> FileContent {
    let mut problems: Vec<Problem> = outcome.problems.into_iter().map(Problem::from).collect();
    if outcome.rules.is_empty() {
        problems.extend(outcome.skipped.into_iter().map(|skipped| {
            Problem::about(
                skipped.what,
                format!("left out: {}", skipped.reason),
                "load an analytics rule; a query alone runs under Hunt, when you paste it there",
            )
        }));
    }
    let mut keys = BTreeSet::new();
    let rules = outcome.rules.into_iter().map(|rule| {
        let key = unique(&mut keys, &rule_key(&rule, false));
        LoadedRule::new(key, false, rule)
    });
    let rules: Vec<LoadedRule> = rules.collect();
    if rules.is_empty() && problems.is_empty() {
        problems.push(Problem::about(
            file,
            "no analytics rule was found",
            "load a rule as YAML, an ARM template, or a zip of them",
        ));
    }
    FileContent {
        rules,
        problems,
        logs: Vec::new(),
    }
}

/// The key of a rule: where it came from.
pub(crate) fn rule_key(rule: &Rule, bundled: bool) -> String {
    match bundled {
        true => format!("bundled#{}", rule.origin.file),
        false => format!("{}#{}", rule.origin.file, rule.origin.path),
    }
}

/// A key that no other rule of the file has.
fn unique(keys: &mut BTreeSet<String>, wanted: &str) -> String {
    let mut key = wanted.to_owned();
    let mut number = 1;
    while !keys.insert(key.clone()) {
        number += 1;
        key = format!("{wanted} ({number})");
    }
    key
}

/// The rules that come with the program.
pub(crate) fn bundled_rules() -> Vec<LoadedRule> {
    let files = bundled().into_iter();
    let read = files.flat_map(|(file, text)| read(file, text.as_bytes()).rules);
    read.map(|rule| LoadedRule::new(rule_key(&rule, true), true, rule))
        .collect()
}

/// The rules about Managed HSMs that come with the program, as files.
pub(crate) fn pack() -> Vec<InputFile> {
    let files = Pack::ManagedHsm.rules().into_iter();
    files
        .map(|(file, text)| InputFile {
            name: format!("{}/{file}", Pack::ManagedHsm.id()),
            bytes: text.as_bytes().to_vec(),
        })
        .collect()
}

/// Whether all of these rules are loaded.
pub(crate) fn has_pack(rules: &[LoadedRule]) -> bool {
    let is_loaded = |file: &str| {
        let wanted = format!("{}/{file}", Pack::ManagedHsm.id());
        rules.iter().any(|loaded| loaded.rule.origin.file == wanted)
    };
    Pack::ManagedHsm.files().iter().all(|file| is_loaded(file))
}

/// Tables for running rules: loaded rows by table name, and known tables without rows.
pub fn tables(parts: BTreeMap<String, Vec<Table>>) -> Tables {
    let parts = with_known(parts).into_iter();
    parts
        .map(|(name, tables)| (name, Table::concat(&tables)))
        .collect()
}

/// As [`tables`]; an error when it is told to end before it is done.
pub(crate) fn tables_in_run(parts: BTreeMap<String, Vec<Table>>) -> Result<Tables, EvalError> {
    let parts = with_known(parts).into_iter();
    parts
        .map(|(name, tables)| Ok((name, Table::concat_in_run(&tables)?)))
        .collect()
}

/// Parts of tables, where those of a known table begin with its columns.
fn with_known(mut parts: BTreeMap<String, Vec<Table>>) -> BTreeMap<String, Vec<Table>> {
    for (name, schema) in audit_logs::schema::schemas() {
        let known = Table::empty(schema);
        parts.entry(name.to_owned()).or_default().insert(0, known);
    }
    parts
}

impl TextFile {
    /// A file for the journal.
    pub(crate) fn encode(file: &InputFile) -> Self {
        Self {
            name: file.name.clone(),
            base64: STANDARD.encode(&file.bytes),
        }
    }

    /// A file from the journal.
    pub(crate) fn decode(&self) -> Result<InputFile, Problem> {
        let bytes = STANDARD.decode(&self.base64).map_err(|_| {
            Problem::about(
                &self.name,
                "the stored copy of this file is broken",
                "add the file again",
            )
        })?;
        Ok(InputFile {
            name: self.name.clone(),
            bytes,
        })
    }
}
