//! From the input of a test to tables.

use std::collections::BTreeMap;

use audit_logs::generate::{Options, SCENARIOS, generate, scenario};
use audit_logs::load;
use audit_logs::schema::schemas;
use audit_logs::write::{Format, Shape, write};
use kql_analysis::time::parse_datetime;
use kql_analysis::types::Schema;
use kql_engine::Table;
use kql_syntax::ast::Name;
use kql_syntax::parse;
use sentinel_rules::rule::Rule;

use super::test::{Generated, Input};
use super::written::written;
use crate::prepared::Tables;

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
    for (name, table) in written(&input.rows, &names(rule))? {
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
    let names = names(rule).into_iter();
    names
        .filter_map(|name| kql_analysis::tables::schema(&name).map(|schema| (name, schema)))
        .collect()
}

/// The names that stand in the query.
fn names(rule: &Rule) -> Vec<String> {
    let root = parse(&rule.query).syntax();
    let names = root.descendants().filter_map(Name::cast);
    names.map(|name| name.text().to_string()).collect()
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
