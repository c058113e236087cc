//! Entities of an alert: what the mapped columns of the result rows identify.
//!
//! Follows Microsoft's documentation of entity mapping: a mapping whose identifiers are all empty gives
//! no entity, the name of an account ends before its `@`, some account names are dropped, an alert holds at
//! most [`MAX_ENTITIES`], divided equally over the mappings, and [`MAX_ENTITY_BYTES`] of them. What is left
//! out is told.

use std::collections::BTreeSet;

use kql_analysis::text::value_text;
use kql_engine::Table;
use sentinel_rules::rule::{EntityMapping, Rule};
use sentinel_rules::{MAX_IDENTIFIERS, MAX_MAPPINGS};
use serde::{Deserialize, Serialize};

use crate::cut::{Cut, CutPart};

/// Entities that one alert can hold (Sentinel service limits).
pub const MAX_ENTITIES: usize = 500;

/// Bytes that the entities of one alert take, as JSON (Sentinel service limits: 64 KB).
pub const MAX_ENTITY_BYTES: usize = 64 * 1024;

/// Account names that Sentinel drops (entities reference).
const DROPPED_ACCOUNT_NAMES: [&str; 11] = [
    "ADMIN",
    "ADMINISTRATOR",
    "SYSTEM",
    "ROOT",
    "ANONYMOUS",
    "AUTHENTICATED USER",
    "NETWORK",
    "NULL",
    "LOCAL SYSTEM",
    "LOCALSYSTEM",
    "NETWORK SERVICE",
];

/// Bytes of JSON around the type of an entity: `{"$id":"1","Type":"…"},`.
const JSON_OF_ENTITY: usize = 22;
/// Bytes of JSON around an identifier and its value: `"…":"…",`.
const JSON_OF_IDENTIFIER: usize = 6;

/// The identifier of an account that is inferred when the rule maps none.
const SUFFIX: &str = "UPNSuffix";

/// A thing that an alert is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    /// Type, such as `Account` or `IP`.
    pub entity_type: String,
    /// Identifiers with a value, in order of the mapping.
    pub identifiers: Vec<(String, String)>,
    /// Names of the identifiers that Microsoft does not document: we infer them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inferred: Vec<String>,
}

/// How sure an identifier is says nothing about what it identifies.
impl PartialEq for Entity {
    fn eq(&self, other: &Self) -> bool {
        (&self.entity_type, &self.identifiers) == (&other.entity_type, &other.identifiers)
    }
}

impl Eq for Entity {}

impl Entity {
    /// Its identifiers for reading: names, marked where they are inferred, and values.
    pub fn told(&self) -> Vec<(String, String)> {
        let identifiers = self.identifiers.iter();
        let told = identifiers.map(|(name, value)| match self.inferred.contains(name) {
            true => (format!("{name} (inferred)"), value.clone()),
            false => (name.clone(), value.clone()),
        });
        told.collect()
    }
}

/// The distinct entities that a rule maps from its result, in order of mappings and rows, and what an alert
/// leaves out of them. A mapped column that the result lacks gives no value; [`missing_columns`] names it.
pub fn extract(rule: &Rule, result: &Table) -> (Vec<Entity>, Vec<Cut>) {
    let mappings = rule.entity_mappings.iter().take(MAX_MAPPINGS);
    let share = MAX_ENTITIES / mappings.len().max(1);
    let mut entities: Vec<Entity> = Vec::new();
    let mut cuts = beyond_limits(rule);
    let mut dropped = BTreeSet::new();
    for mapping in mappings {
        let mut found = of_mapping(mapping, result, share);
        if found.more {
            cuts.push(full(mapping, rule, share));
        }
        dropped.append(&mut found.dropped);
        // Two mappings of one type may identify the same thing.
        found.entities.retain(|entity| !entities.contains(entity));
        entities.append(&mut found.entities);
    }
    cuts.extend(dropped.iter().map(|name| {
        Cut::of(
            CutPart::Entities,
            format!("An account named {name} is left out: Sentinel drops accounts of this name."),
        )
    }));
    let fitting = fitting(&entities);
    if let Some(left @ 1..) = entities.len().checked_sub(fitting) {
        let of = entities.len();
        cuts.push(Cut::of(CutPart::Entities, format!(
            "The last {left} of {of} entities are left out: the entities of an alert take at most 64 KB."
        )));
    }
    entities.truncate(fitting);
    (entities, cuts)
}

/// Mappings and identifiers that a rule has beyond what Sentinel takes.
fn beyond_limits(rule: &Rule) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mappings = rule.entity_mappings.len();
    if mappings > MAX_MAPPINGS {
        cuts.push(Cut::of(CutPart::Entities, format!(
            "The mappings after the first {MAX_MAPPINGS} are left out: Sentinel refuses a rule with {mappings}."
        )));
    }
    for mapping in rule.entity_mappings.iter().take(MAX_MAPPINGS) {
        let identifiers = mapping.field_mappings.len();
        if identifiers > MAX_IDENTIFIERS {
            cuts.push(Cut::of(CutPart::Entities, format!(
                "The identifiers after the first {MAX_IDENTIFIERS} of the {} mapping are left out: Sentinel refuses a mapping with {identifiers}.",
                mapping.entity_type
            )));
        }
    }
    cuts
}

/// That a mapping gives more entities than its share.
fn full(mapping: &EntityMapping, rule: &Rule, share: usize) -> Cut {
    let columns = mapping.field_mappings.iter().take(MAX_IDENTIFIERS);
    let columns: Vec<&str> = columns.map(|field| field.column_name.as_str()).collect();
    let shared = match rule.entity_mappings.len().min(MAX_MAPPINGS) {
        1 => String::new(),
        mappings => format!(", divided equally over {mappings} mappings"),
    };
    Cut::of(
        CutPart::Entities,
        format!(
            "The {} entities of {} are the first {share}, more are left out: an alert holds {MAX_ENTITIES} entities{shared}.",
            mapping.entity_type,
            columns.join(", ")
        ),
    )
}

/// How many of the entities have room in one alert.
fn fitting(entities: &[Entity]) -> usize {
    let mut bytes = 0;
    let mut sizes = entities.iter().map(|entity| {
        let texts = entity.identifiers.iter();
        let texts = texts.map(|(name, value)| name.len() + value.len() + JSON_OF_IDENTIFIER);
        JSON_OF_ENTITY + entity.entity_type.len() + texts.sum::<usize>()
    });
    let first_without_room = sizes.position(|size| {
        bytes += size;
        bytes > MAX_ENTITY_BYTES
    });
    first_without_room.unwrap_or(entities.len())
}

/// Mapped columns that the result does not have.
pub fn missing_columns(rule: &Rule, result: &Table) -> Vec<String> {
    rule.entity_mappings
        .iter()
        .flat_map(|mapping| &mapping.field_mappings)
        .filter(|field| result.schema().index_of(&field.column_name).is_none())
        .map(|field| field.column_name.clone())
        .collect()
}

/// What one mapping gives.
#[derive(Default)]
struct Found {
    entities: Vec<Entity>,
    /// Whether there are more of them than its share.
    more: bool,
    /// Names of accounts that are dropped.
    dropped: BTreeSet<String>,
}

/// The first entities of a mapping, at most so many.
fn of_mapping(mapping: &EntityMapping, result: &Table, share: usize) -> Found {
    let fields = mapping.field_mappings.iter().take(MAX_IDENTIFIERS);
    let columns = fields.filter_map(|field| result.schema().index_of(&field.column_name));
    let mut found = Found::default();
    for row in result.distinct_rows(columns) {
        let entity = of_row(mapping, result, row as usize);
        if let Some(name) = dropped_name(&entity) {
            found.dropped.insert(name.to_owned());
        } else if !entity.identifiers.is_empty() && !found.entities.contains(&entity) {
            if found.entities.len() == share {
                found.more = true;
                return found;
            }
            found.entities.push(entity);
        }
    }
    found
}

fn of_row(mapping: &EntityMapping, result: &Table, row: usize) -> Entity {
    let fields = mapping.field_mappings.iter().take(MAX_IDENTIFIERS);
    let identifiers = fields.filter_map(|field| {
        let column = result.schema().index_of(&field.column_name)?;
        let text = text_of(result, row, column)?;
        Some((field.identifier.clone(), text))
    });
    let entity = Entity {
        entity_type: mapping.entity_type.clone(),
        identifiers: identifiers.collect(),
        inferred: Vec::new(),
    };
    match entity.entity_type == "Account" {
        true => with_short_name(entity),
        false => entity,
    }
}

/// An account whose name ends before its `@`, as it does since July 2026 (entities reference). That what stands
/// behind it becomes the suffix, unless the mapping gives one, is inferred. A text that begins with `@` names
/// nobody before it and stays.
fn with_short_name(mut account: Entity) -> Entity {
    let has_suffix = account.identifiers.iter().any(|(name, _)| name == SUFFIX);
    let mut names = account.identifiers.iter_mut();
    let Some((_, name)) = names.find(|(identifier, _)| identifier == "Name") else {
        return account;
    };
    let Some((prefix, suffix)) = name
        .split_once('@')
        .filter(|(prefix, _)| !prefix.is_empty())
    else {
        return account;
    };
    let (prefix, suffix) = (prefix.to_owned(), suffix.to_owned());
    *name = prefix;
    if !has_suffix && !suffix.is_empty() {
        account.identifiers.push((SUFFIX.to_owned(), suffix));
        account.inferred.push(SUFFIX.to_owned());
    }
    account
}

/// The text of a cell; `None` for null and for an empty text.
fn text_of(result: &Table, row: usize, column: usize) -> Option<String> {
    let ty = result.schema().columns.get(column)?.ty;
    let text = value_text(&result.value(row, column), ty).into_owned();
    (!text.is_empty()).then_some(text)
}

/// The name of an account that Sentinel drops.
fn dropped_name(entity: &Entity) -> Option<&str> {
    let mut identifiers = entity.identifiers.iter();
    let name = identifiers.find(|(identifier, _)| identifier == "Name");
    let name = name.map(|(_, name)| name.as_str());
    name.filter(|name| {
        entity.entity_type == "Account"
            && DROPPED_ACCOUNT_NAMES.contains(&name.to_uppercase().as_str())
    })
}
