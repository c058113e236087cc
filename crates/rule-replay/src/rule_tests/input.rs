//! From the input of a test to tables.

use std::collections::BTreeMap;

use audit_logs::generate::{Options, SCENARIOS, generate, scenario};
use audit_logs::load;
use audit_logs::schema::{schema, schemas, suffix_type};
use audit_logs::write::{Format, Shape, write};
use kql_analysis::text::parse_json;
use kql_analysis::time::parse_datetime;
use kql_analysis::types::{ColumnSchema, ScalarType, Schema};
use kql_analysis::value::Value;
use kql_engine::{Table, TableBuilder};
use kql_syntax::ast::Name;
use kql_syntax::parse;
use sentinel_rules::bundled::SampleRows;
use sentinel_rules::rule::Rule;
use serde_json::{Map, Value as Json};

use super::test::{Generated, Input};
use crate::prepared::Tables;
use crate::replay::TIME_COLUMN;

/// Most rows of a test, as they are written or generated.
pub const MAX_TEST_ROWS: usize = 200_000;

/// The tables that a rule reads in a test; those that Rulesmith knows are there without rows too. The
/// error names the member of the input.
pub fn tables(input: &Input, rule: &Rule) -> Result<Tables, String> {
    let mut parts: BTreeMap<String, Vec<Table>> = BTreeMap::new();
    if let Some(wanted) = &input.generate {
        for (name, table) in generated(wanted)? {
            parts.entry(name).or_default().push(table);
        }
    }
    for (name, table) in written(&input.rows)? {
        parts.entry(name).or_default().push(table);
    }
    let known = schemas()
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema));
    let mut tables: Tables = known
        .chain(mentioned(rule))
        .map(|(name, schema)| (name, Table::empty(schema)))
        .collect();
    for (name, mut some) in parts {
        some.extend(tables.remove(&name));
        tables.insert(name, Table::concat(&some));
    }
    Ok(tables)
}

/// The built-in tables whose names stand in the query.
fn mentioned(rule: &Rule) -> Vec<(String, Schema)> {
    let root = parse(&rule.query).syntax();
    let names = root
        .descendants()
        .filter_map(Name::cast)
        .map(|name| name.text());
    names
        .filter_map(|name| kql_analysis::tables::schema(&name).map(|schema| (name, schema)))
        .collect()
}

fn generated(wanted: &Generated) -> Result<Vec<(String, Table)>, String> {
    let found = scenario(&wanted.scenario).ok_or_else(|| {
        let names: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
        format!(
            "input.generate.scenario: there is no `{}`; name one of {}",
            wanted.scenario,
            names.join(", ")
        )
    })?;
    if wanted.rows > MAX_TEST_ROWS {
        return Err(format!(
            "input.generate.rows: ask for at most {MAX_TEST_ROWS}"
        ));
    }
    let options = Options {
        seed: wanted.seed,
        rows: wanted.rows,
        end: time("input.generate.end", &wanted.end)?,
        documented_shape: wanted.documented_shape,
    };
    let sample = generate(found, &options);
    let mut tables = Vec::new();
    for shape in [Shape::Raw, Shape::Stix] {
        if shape == Shape::Stix && sample.indicators.is_empty() {
            continue;
        }
        let bytes = write(&sample, Format { shape, gzip: false });
        let loaded = load(found.name, &bytes).map_err(|error| error.to_string())?;
        tables.extend(loaded.into_iter().map(|one| (one.table_name, one.table)));
    }
    Ok(tables)
}

/// A time of the test.
pub(super) fn time(member: &str, text: &str) -> Result<i64, String> {
    parse_datetime(text).ok_or_else(|| {
        format!("{member}: `{text}` is not a time; write it like 2026-03-02T00:30:00Z")
    })
}

fn written(groups: &[SampleRows]) -> Result<Vec<(String, Table)>, String> {
    let counts = groups
        .iter()
        .map(|group| group.at.len().saturating_mul(group.times));
    if counts.fold(0_usize, usize::saturating_add) > MAX_TEST_ROWS {
        return Err(format!(
            "input.rows: a test has at most {MAX_TEST_ROWS} rows"
        ));
    }
    let mut rows: BTreeMap<&str, Vec<Map<String, Json>>> = BTreeMap::new();
    for (index, group) in groups.iter().enumerate() {
        for at in &group.at {
            time(&format!("input.rows[{index}].at"), at)?;
        }
        rows.entry(&group.table).or_default().extend(group.expand());
    }
    let tables = rows.into_iter();
    Ok(tables
        .map(|(name, rows)| (name.to_owned(), table(name, &rows)))
        .collect())
}

/// A table with the columns that are known of it, and those of its rows.
fn table(name: &str, rows: &[Map<String, Json>]) -> Table {
    let known = schema(name).or_else(|| kql_analysis::tables::schema(name));
    let mut schema = known.unwrap_or_default();
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
