//! Entities of an alert: what the mapped columns of the result rows identify.
//!
//! Follows Microsoft's documentation of entity mapping: a mapping whose identifiers are all empty gives
//! no entity, some account names are dropped, an alert holds at most [`MAX_ENTITIES`], divided equally
//! over the mappings.

use kql_analysis::text::value_text;
use kql_engine::Table;
use sentinel_rules::rule::{EntityMapping, Rule};
use serde::{Deserialize, Serialize};

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

/// A thing that an alert is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    /// Type, such as `Account` or `IP`.
    pub entity_type: String,
    /// Identifiers with a value, in order of the mapping.
    pub identifiers: Vec<(String, String)>,
}

/// The distinct entities that a rule maps from its result, in order of mappings and rows, and whether
/// there are more than one alert holds.
/// A mapped column that the result lacks gives no value; [`missing_columns`] names it.
pub fn extract(rule: &Rule, result: &Table) -> (Vec<Entity>, bool) {
    let share = MAX_ENTITIES / rule.entity_mappings.len().max(1);
    let mut entities: Vec<Entity> = Vec::new();
    let mut cut = false;
    for mapping in &rule.entity_mappings {
        let (mut found, more) = of_mapping(mapping, result, share);
        cut |= more;
        // Two mappings of one type may identify the same thing.
        found.retain(|entity| !entities.contains(entity));
        entities.append(&mut found);
    }
    let fitting = fitting(&entities);
    cut |= fitting < entities.len();
    entities.truncate(fitting);
    (entities, cut)
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

/// The first entities of a mapping, at most so many, and whether there are more.
fn of_mapping(mapping: &EntityMapping, result: &Table, share: usize) -> (Vec<Entity>, bool) {
    let fields = mapping.field_mappings.iter();
    let columns = fields.filter_map(|field| result.schema().index_of(&field.column_name));
    let mut entities: Vec<Entity> = Vec::new();
    for row in result.distinct_rows(columns) {
        let entity = of_row(mapping, result, row as usize);
        if !entity.identifiers.is_empty() && !is_dropped(&entity) && !entities.contains(&entity) {
            if entities.len() == share {
                return (entities, true);
            }
            entities.push(entity);
        }
    }
    (entities, false)
}

fn of_row(mapping: &EntityMapping, result: &Table, row: usize) -> Entity {
    let identifiers = mapping
        .field_mappings
        .iter()
        .filter_map(|field| {
            let column = result.schema().index_of(&field.column_name)?;
            let text = text_of(result, row, column)?;
            Some((field.identifier.clone(), text))
        })
        .collect();
    Entity {
        entity_type: mapping.entity_type.clone(),
        identifiers,
    }
}

/// The text of a cell; `None` for null and for an empty text.
fn text_of(result: &Table, row: usize, column: usize) -> Option<String> {
    let ty = result.schema().columns.get(column)?.ty;
    let text = value_text(&result.value(row, column), ty).into_owned();
    (!text.is_empty()).then_some(text)
}

fn is_dropped(entity: &Entity) -> bool {
    entity.entity_type == "Account"
        && entity.identifiers.iter().any(|(identifier, value)| {
            identifier == "Name" && DROPPED_ACCOUNT_NAMES.contains(&value.to_uppercase().as_str())
        })
}
