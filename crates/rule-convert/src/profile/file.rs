//! The file format of profiles, and what is checked when one is read.
//!
//! An error names the line, the field and what can be done.

use kql_syntax::parse;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{CATALOGUES, Claim, MovedTable, OwnTable, Profile, ProfileError, Success};
use crate::catalogue::Catalogue;

/// What to do about a field that does not fit.
const FIELDS: &str = "docs/profiles.md lists the fields and what they hold";

/// Fields that every profile needs.
const NEEDED: [&str; 6] = [
    "id",
    "title",
    "table",
    "idNamespace",
    "nameSuffix",
    "version",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    id: String,
    title: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    original: String,
    table: String,
    #[serde(default)]
    column: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    provider: String,
    #[serde(default)]
    id_columns: Vec<String>,
    #[serde(default)]
    name_columns: Vec<String>,
    #[serde(default)]
    address_columns: Vec<String>,
    #[serde(default)]
    hosts: Vec<Pair>,
    #[serde(default)]
    operation_column: String,
    #[serde(default)]
    operations: String,
    id_namespace: Uuid,
    #[serde(default)]
    words: Vec<Pair>,
    name_suffix: String,
    version: String,
    #[serde(default)]
    drop_connectors: Vec<String>,
    #[serde(default)]
    unattested_columns: Vec<Unattested>,
    #[serde(default)]
    claims: Vec<Claim>,
    success: Option<Success>,
    #[serde(default)]
    tables: Vec<MovedTable>,
    #[serde(default)]
    own_tables: Vec<OwnTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unattested {
    column: String,
    reason: String,
}

/// Whether a text has the field that every profile and no rule has. Broken YAML counts by its lines.
pub(super) fn is_one(text: &str) -> bool {
    match sentinel_rules::yaml::read(text) {
        Ok(fields) => fields.get("idNamespace").is_some(),
        Err(_) => text.lines().any(|line| line.starts_with("idNamespace:")),
    }
}

pub(super) fn read(text: &str) -> Result<Profile, ProfileError> {
    let fields = sentinel_rules::yaml::read(text).map_err(|error| ProfileError {
        line: Some(error.line),
        field: None,
        message: error.message,
        remedy: "mend the YAML there".to_owned(),
    })?;
    check_names(text, &fields)?;
    let file: File = serde_json::from_value(fields).map_err(|error| ProfileError {
        line: None,
        field: None,
        message: error.to_string(),
        remedy: FIELDS.to_owned(),
    })?;
    check(text, &file)?;
    let operations = catalogue(text, &file.operations)?;
    let pairs = |pairs: Vec<Pair>| pairs.into_iter().map(|pair| (pair.from, pair.to)).collect();
    Ok(Profile {
        target: or(&file.target, "target"),
        original: or(&file.original, "original"),
        id: file.id,
        title: file.title,
        table: file.table,
        column: file.column,
        from: file.from,
        to: file.to,
        provider: file.provider,
        id_columns: file.id_columns,
        name_columns: file.name_columns,
        address_columns: file.address_columns,
        hosts: pairs(file.hosts),
        operation_column: file.operation_column,
        operations,
        id_namespace: file.id_namespace,
        words: pairs(file.words),
        name_suffix: file.name_suffix,
        version: file.version,
        drop_connectors: file.drop_connectors,
        unattested_columns: file
            .unattested_columns
            .into_iter()
            .map(|one| (one.column, one.reason))
            .collect(),
        claims: file.claims,
        success: file.success,
        tables: file.tables,
        own_tables: file.own_tables,
    })
}

fn or(text: &str, default: &str) -> String {
    if text.is_empty() { default } else { text }.to_owned()
}

fn refused(text: &str, field: &str, message: &str, remedy: &str) -> ProfileError {
    ProfileError {
        line: line_of(text, field),
        field: Some(field.to_owned()),
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    }
}

/// The line of the first mapping key of this name.
fn line_of(text: &str, field: &str) -> Option<usize> {
    let key = field.rsplit('.').next().unwrap_or(field);
    let starts = |line: &str| {
        let line = line
            .trim_start()
            .trim_start_matches("- ")
            .trim_start_matches("{ ");
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start().starts_with(':'))
    };
    text.lines().position(starts).map(|line| line + 1)
}

fn check_names(text: &str, fields: &Value) -> Result<(), ProfileError> {
    let Some(fields) = fields.as_object() else {
        return Err(ProfileError {
            line: Some(1),
            field: None,
            message: "a profile is a mapping of fields".to_owned(),
            remedy: "start from one of rules/profiles".to_owned(),
        });
    };
    check_fields(text, fields)?;
    match NEEDED.iter().find(|name| !fields.contains_key(**name)) {
        Some(missing) => Err(refused(text, missing, "the field is missing", "add it")),
        None => Ok(()),
    }
}

/// The first field that does not fit, and why: each is read beside the needed ones alone.
fn check_fields(text: &str, fields: &Map<String, Value>) -> Result<(), ProfileError> {
    let needed = NEEDED.iter().map(|name| match *name {
        "idNamespace" => ((*name).to_owned(), Uuid::nil().to_string().into()),
        name => (name.to_owned(), "".into()),
    });
    let needed: Map<String, Value> = needed.collect();
    for (name, value) in fields {
        let mut alone = needed.clone();
        alone.insert(name.clone(), value.clone());
        let Err(error) = serde_json::from_value::<File>(Value::Object(alone)) else {
            continue;
        };
        let message = error.to_string();
        // The names of all fields are in the documentation.
        let message = message
            .split(", expected one of `id`")
            .next()
            .unwrap_or_default();
        let mut refused = refused(text, name, message, FIELDS);
        let wrong = message.split('`').nth(1);
        let place = |wrong: &str| text.lines().position(|line| line.contains(wrong));
        if let Some(line) = wrong.filter(|wrong| *wrong != name).and_then(place) {
            refused.line = Some(line + 1);
        }
        return Err(refused);
    }
    Ok(())
}

/// Refuses a profile whose fields do not go together, each with what to do about it.
fn check(text: &str, file: &File) -> Result<(), ProfileError> {
    check_filled(text, file)?;
    check_change(text, file)?;
    let parts: Vec<&str> = file.version.split('.').collect();
    if parts.len() != 3 || !parts.iter().all(|part| part.parse::<u32>().is_ok()) {
        let message = format!("`{}` is no version", file.version);
        return Err(refused(text, "version", &message, "write it as 1.0.0"));
    }
    let mut pairs = file.words.iter().chain(&file.hosts);
    if pairs.any(|pair| pair.from.is_empty()) {
        let message = "a word or host has an empty `from`";
        return Err(refused(
            text,
            "words",
            message,
            "fill it in or leave the pair out",
        ));
    }
    if let Some(success) = &file.success {
        let query = format!("print 1 | where {}", success.condition);
        check_kql(text, "condition", &query)?;
    }
    let mut columns = file.own_tables.iter().map(|own| &own.column);
    if columns.any(|column| !file.id_columns.contains(column)) {
        let message = "the column of a table is none of `idColumns`";
        let remedy = "name the column that holds the id, in both places";
        return Err(refused(text, "ownTables", message, remedy));
    }
    for column in file.tables.iter().flat_map(|table| &table.columns) {
        check_kql(text, "value", &format!("T | extend x = {}", column.value))?;
    }
    Ok(())
}

/// The table, and the column with its values when there is one, are filled in; the first two are names.
fn check_filled(text: &str, file: &File) -> Result<(), ProfileError> {
    let mut names = vec![("table", &file.table)];
    if !file.column.is_empty() {
        names.extend([
            ("column", &file.column),
            ("from", &file.from),
            ("to", &file.to),
        ]);
    }
    for (field, value) in &names {
        if value.trim().is_empty() {
            return Err(refused(text, field, "is empty", "fill it in"));
        }
    }
    let of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    for (field, value) in names.iter().take(2) {
        if !value.chars().all(of_name) {
            let message = format!("`{value}` is no name of a table or column");
            return Err(refused(text, field, &message, "write the name alone"));
        }
    }
    Ok(())
}

/// The profile changes something.
fn check_change(text: &str, file: &File) -> Result<(), ProfileError> {
    let moves = file.tables.iter().any(|table| table.main);
    if file.column.is_empty() && !moves {
        let remedy = "give column, from and to, or a table with `main: true`";
        return Err(refused(
            text,
            "column",
            "the profile changes nothing",
            remedy,
        ));
    }
    if !file.column.is_empty() && file.from.eq_ignore_ascii_case(&file.to) {
        let remedy = "give the value of the target";
        return Err(refused(text, "to", "is the same as `from`", remedy));
    }
    Ok(())
}

/// Refuses KQL that does not parse.
fn check_kql(text: &str, field: &str, query: &str) -> Result<(), ProfileError> {
    match parse(query).diagnostics().first() {
        None => Ok(()),
        Some(error) => {
            let message = format!("`{query}` is no KQL: {}", error.message);
            Err(refused(text, field, &message, "mend the expression"))
        }
    }
}

fn catalogue(text: &str, name: &str) -> Result<Catalogue, ProfileError> {
    if name.is_empty() {
        return Ok(Catalogue::default());
    }
    let Some((_, catalogue)) = CATALOGUES.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = CATALOGUES.iter().map(|(known, _)| *known).collect();
        let message = format!("there is no catalogue `{name}`");
        let remedy = format!("leave it out, or choose {}", known.join(", "));
        return Err(refused(text, "operations", &message, &remedy));
    };
    Catalogue::read(catalogue)
        .map_err(|message| refused(text, "operations", &message, "mend the catalogue"))
}
