//! The bundled rules bind against the tables of their samples, and their entities are result columns.

use std::collections::BTreeMap;

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::{Catalog, bind};
use sentinel_rules::bundled::{SampleCase, samples};
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read};

/// Columns that a table has whether or not a sample fills them.
const ALWAYS: [(&str, &str, ScalarType); 10] = [
    (
        "AzureDiagnostics",
        "identity_claim_appid_g",
        ScalarType::String,
    ),
    ("AzureDiagnostics", "SubscriptionId", ScalarType::String),
    ("AzureDiagnostics", "CorrelationId", ScalarType::String),
    ("AzureDiagnostics", "httpStatusCode_d", ScalarType::Real),
    ("AzureDiagnostics", "TimeGenerated", ScalarType::DateTime),
    (
        "ThreatIntelIndicators",
        "TimeGenerated",
        ScalarType::DateTime,
    ),
    ("ThreatIntelIndicators", "ValidUntil", ScalarType::DateTime),
    ("ThreatIntelIndicators", "Confidence", ScalarType::Int),
    ("ThreatIntelIndicators", "IsActive", ScalarType::Bool),
    ("ThreatIntelIndicators", "Data", ScalarType::Dynamic),
];

/// The tables with the columns of the sample rows; columns without a stated type hold text.
fn catalog(cases: &[SampleCase]) -> Catalog {
    let mut tables: BTreeMap<&str, BTreeMap<&str, ScalarType>> = BTreeMap::new();
    for rows in cases.iter().flat_map(|case| &case.rows) {
        for column in rows.row.keys() {
            tables
                .entry(&rows.table)
                .or_default()
                .insert(column, ScalarType::String);
        }
    }
    for (table, column, ty) in ALWAYS {
        tables.entry(table).or_default().insert(column, ty);
    }
    let schemas = tables
        .into_iter()
        .map(|(table, columns)| (table.to_owned(), Schema::new(columns)));
    Catalog {
        tables: schemas.collect(),
    }
}

/// Columns that the rule turns into entities.
fn entity_columns(rule: &Rule) -> Vec<&str> {
    let fields = rule
        .entity_mappings
        .iter()
        .flat_map(|mapping| &mapping.field_mappings);
    fields.map(|field| field.column_name.as_str()).collect()
}

#[test]
fn every_bundled_rule_binds_and_gives_its_entities() {
    let samples = samples().expect("the sample files are readable");
    for ((file, text), (_, cases)) in bundled().into_iter().zip(&samples) {
        let rule = read(file, text.as_bytes()).rules.remove(0);
        let bound = bind(&rule.query, &catalog(cases));
        assert!(bound.query.is_some(), "{file}: {:#?}", bound.diagnostics);
        let result = bound.result.expect("a bound query has a result");
        for column in entity_columns(&rule) {
            assert!(result.index_of(column).is_some(), "{file}: {column}");
        }
    }
}
