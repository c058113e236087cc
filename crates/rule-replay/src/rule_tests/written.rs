//! Tables from the rows that a test states, and what is wrong with them, with the place in the test.

use std::collections::BTreeMap;

use audit_logs::schema::{schema, schemas, suffix_type};
use kql_analysis::nearest;
use kql_analysis::text::parse_json;
use kql_analysis::types::{ColumnSchema, ScalarType, Schema};
use kql_analysis::value::Value;
use kql_engine::{Table, TableBuilder};
use sentinel_rules::bundled::SampleRows;
use serde_json::{Map, Value as Json};

use super::input::{MAX_TEST_ROWS, time};
use crate::replay::TIME_COLUMN;

/// The tables of groups of rows; `names` are those that stand in the rule's query.
pub(super) fn written(
    groups: &[SampleRows],
    names: &[String],
) -> Result<Vec<(String, Table)>, String> {
    let counts = groups
        .iter()
        .map(|group| group.at.len().saturating_mul(group.times));
    if counts.fold(0_usize, usize::saturating_add) > MAX_TEST_ROWS {
        return Err(format!(
            "input.rows: a test has at most {MAX_TEST_ROWS} rows; state fewer"
        ));
    }
    let mut rows: BTreeMap<&str, Vec<Map<String, Json>>> = BTreeMap::new();
    for (index, group) in groups.iter().enumerate() {
        check(group, names).map_err(|wrong| format!("input.rows[{index}].{wrong}"))?;
        rows.entry(&group.table).or_default().extend(group.expand());
    }
    let tables = rows.into_iter();
    Ok(tables
        .map(|(name, rows)| (name.to_owned(), table(name, &rows)))
        .collect())
}

/// What is wrong with a group of rows, at which of its members.
fn check(group: &SampleRows, names: &[String]) -> Result<(), String> {
    let name = group.table.as_str();
    let columns = columns_of(name);
    if columns.is_none() && !names.iter().any(|read| read == name) {
        return Err(unread_table(name, names));
    }
    if group.at.is_empty() {
        return Err("at: holds no time, so there is no row; give one for each row".to_owned());
    }
    if group.times == 0 {
        return Err("times: is 0, so there is no row; give at least 1".to_owned());
    }
    if group.row.contains_key(TIME_COLUMN) {
        return Err(format!(
            "row.{TIME_COLUMN}: the times of the rows stand in `at`; put it there"
        ));
    }
    for at in &group.at {
        time("at", at)?;
    }
    for (column, cell) in &group.row {
        let known = columns.as_ref().and_then(|columns| {
            let index = columns.index_of(column)?;
            columns.columns.get(index)
        });
        if let (None, Some(columns)) = (known, &columns)
            && let Some(meant) = misspelt(column, columns)
        {
            return Err(format!(
                "row.{column}: {name} has no such column; did you mean `{meant}`?"
            ));
        }
        let ty = known.map_or_else(|| type_of(column, cell), |column| column.ty);
        if !fits(ty, cell) {
            return Err(format!(
                "row.{column}: {cell} is no {}; write a value of that type, or null",
                ty.name()
            ));
        }
    }
    Ok(())
}

/// That no rule could read the rows of a table.
fn unread_table(name: &str, names: &[String]) -> String {
    let known = schemas().into_iter().map(|(name, _)| name);
    let read = names.iter().map(String::as_str);
    let meant = nearest(name, known.chain(read));
    let meant = meant.map(|meant| format!("; did you mean `{meant}`?"));
    format!(
        "table: `{name}` is no table that is known or that the rule reads{}",
        meant.unwrap_or_else(|| "; name the table that its query begins with".to_owned())
    )
}

/// The known column that a name stands for by mistake. Names that end as those of a workspace's own columns do
/// are such columns.
fn misspelt<'s>(column: &str, known: &'s Schema) -> Option<&'s str> {
    let is_own = suffix_type(column).is_some() || column == TIME_COLUMN;
    let names = known.columns.iter().map(|column| column.name.as_str());
    (!is_own).then(|| nearest(column, names)).flatten()
}

/// Whether a cell has a value in a column of a type.
fn fits(ty: ScalarType, cell: &Json) -> bool {
    let is_empty = cell.is_null() || cell.as_str().is_some_and(str::is_empty);
    if is_empty || matches!(ty, ScalarType::String | ScalarType::Dynamic) {
        return true;
    }
    let mut builder = TableBuilder::new(Schema::new([("cell", ty)]));
    push(&mut builder, 0, cell);
    builder.end_row();
    builder.finish().value(0, 0) != Value::Null
}

fn columns_of(table: &str) -> Option<Schema> {
    schema(table).or_else(|| kql_analysis::tables::schema(table))
}

/// A table with the columns that are known of it, and those of its rows.
fn table(name: &str, rows: &[Map<String, Json>]) -> Table {
    let mut schema = columns_of(name).unwrap_or_default();
    for row in rows {
        for (column, cell) in row {
            if schema.index_of(column).is_none() {
                schema.columns.push(ColumnSchema {
                    name: column.clone(),
                    ty: type_of(column, cell),
                });
            }
        }
    }
    let mut builder = TableBuilder::new(schema);
    for row in rows {
        for (column, cell) in row {
            if let Some(index) = builder.schema().index_of(column) {
                push(&mut builder, index, cell);
            }
        }
        builder.end_row();
    }
    builder.finish()
}

/// The type of a column that no schema knows.
fn type_of(column: &str, cell: &Json) -> ScalarType {
    match (suffix_type(column), cell) {
        (Some(ty), _) => ty,
        _ if column == TIME_COLUMN => ScalarType::DateTime,
        (_, Json::Bool(_)) => ScalarType::Bool,
        (_, Json::Number(number)) if number.is_i64() => ScalarType::Long,
        (_, Json::Number(_)) => ScalarType::Real,
        (_, Json::Array(_) | Json::Object(_)) => ScalarType::Dynamic,
        _ => ScalarType::String,
    }
}

/// Text is the text form of the column's type; anything else is JSON.
fn push(builder: &mut TableBuilder, column: usize, cell: &Json) {
    let ty = builder.schema().columns.get(column).map(|column| column.ty);
    match (cell, ty) {
        (Json::Null, _) => builder.push(column, Value::Null),
        (Json::String(text), Some(ScalarType::Dynamic)) => {
            let value = parse_json(text).unwrap_or_else(|| Value::String(text.as_str().into()));
            builder.push(column, value);
        }
        (Json::String(text), _) => builder.push_str(column, text),
        (other, Some(ScalarType::String)) => builder.push_str(column, &other.to_string()),
        (other, _) => builder.push(
            column,
            parse_json(&other.to_string()).unwrap_or(Value::Null),
        ),
    }
}
