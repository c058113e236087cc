//! Fields that name columns of the result: the columns have to exist in what the converted query gives.

use kql_analysis::tables;
use kql_analysis::types::{ScalarType, Schema};
use sentinel_rules::rule::Rule;
use serde_json::Value;

use crate::edit::{Applicability, Certainty, Edit, Target};

/// A column that a field of the rule names.
struct Named {
    field: String,
    column: String,
    /// Whether its value has to be one text.
    is_text: bool,
}

/// Hints for columns that the result of a query does not have, or that do not fit.
pub(crate) fn find(rule: &Rule, query: &str) -> Vec<Edit> {
    let named = named(rule);
    if named.is_empty() {
        return Vec::new();
    }
    let Some(schema) = tables::bind(query).result else {
        return Vec::new();
    };
    let named = named.into_iter();
    named
        .filter_map(|named| Some(hint(problem(&named, &schema)?, named)))
        .collect()
}

fn named(rule: &Rule) -> Vec<Named> {
    let mappings = rule.entity_mappings.iter().flat_map(|mapping| {
        mapping.field_mappings.iter().map(|field| Named {
            field: format!(
                "entityMappings.{}.{}",
                mapping.entity_type, field.identifier
            ),
            column: field.column_name.clone(),
            is_text: true,
        })
    });
    let details = rule.custom_details.iter().map(|(key, column)| Named {
        field: format!("customDetails.{key}"),
        column: column.clone(),
        is_text: false,
    });
    mappings.chain(details).chain(overrides(rule)).collect()
}

/// Columns of the alert details override: placeholders of its texts, and columns that it names.
fn overrides(rule: &Rule) -> Vec<Named> {
    let Some(Value::Object(fields)) = &rule.alert_details_override else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, value) in fields {
        let Some(text) = value.as_str() else { continue };
        let columns: Vec<&str> = match name.ends_with("ColumnName") {
            true => vec![text],
            false => text
                .split("{{")
                .skip(1)
                .filter_map(|rest| Some(rest.split_once("}}")?.0.trim()))
                .collect(),
        };
        found.extend(columns.into_iter().map(|column| Named {
            field: format!("alertDetailsOverride.{name}"),
            column: column.to_owned(),
            is_text: true,
        }));
    }
    found
}

/// What is wrong with a named column; `None` when it fits or cannot be told.
fn problem(named: &Named, schema: &Schema) -> Option<String> {
    let column = &named.column;
    match schema.columns.iter().find(|known| known.name == *column) {
        Some(known) if named.is_text && known.ty == ScalarType::Dynamic => Some(format!(
            "`{column}` holds an array or object, and the field needs one value; use tostring() or take one element."
        )),
        Some(_) => None,
        None if schema.open => None,
        None => {
            let similar = schema
                .columns
                .iter()
                .find(|known| known.name.eq_ignore_ascii_case(column));
            let remedy = match similar {
                Some(known) => format!("it has `{}`", known.name),
                None => "add it to the query or map another".to_owned(),
            };
            Some(format!(
                "The result of the converted query has no column `{column}`; {remedy}."
            ))
        }
    }
}

fn hint(reason: String, named: Named) -> Edit {
    Edit {
        id: format!("field:{}", named.field),
        target: Target::Field { name: named.field },
        before: named.column.clone(),
        after: named.column,
        title: "Column of the result".to_owned(),
        reason,
        applicability: Applicability::Manual,
        certainty: Certainty::Documented,
    }
}
