//! What becomes of each row of a small log: `fates/*.txt` holds cases parted by lines of `=`, each a query, a
//! line `---` and the sentences about each row of `Logs`, and of `Known` where the query names it.
//!
//! With `UPDATE_EXPECT=1` the files are written anew from the results. Whatever the query, a row whose
//! sentences say that it is kept must be behind the result rows that they name.

#![allow(clippy::unwrap_used)]

mod cases;

use std::collections::BTreeMap;

use kql_analysis::plan::Query;
use kql_analysis::text::parse_json;
use kql_analysis::time::parse_datetime;
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::{Catalog, bind};
use kql_engine::explain::words::Words;
use kql_engine::explain::{SourceRow, explain};
use kql_engine::{RunOptions, Table, TableBuilder};

/// Caller, operation, result, status and groups of each row, an hour apart.
const LOGS: [[Option<&str>; 5]; 4] = [
    [
        Some("10.0.0.1"),
        Some("KeyGet"),
        Some("Success"),
        Some("200"),
        Some(r#"["admins","users"]"#),
    ],
    [
        Some("10.0.0.2"),
        Some("KeyDelete"),
        Some("Forbidden"),
        Some("403"),
        Some(r#"["users"]"#),
    ],
    [
        Some(""),
        Some("SecretGet"),
        Some("Success"),
        None,
        Some("[]"),
    ],
    [
        Some("10.0.0.1"),
        Some("KEYGET"),
        Some("success"),
        Some("500"),
        None,
    ],
];

const KNOWN: [[Option<&str>; 2]; 2] = [
    [Some("10.0.0.1"), Some("ann")],
    [Some("10.0.0.9"), Some("bob")],
];

fn table<const N: usize>(columns: [(&str, ScalarType); N], rows: &[[Option<&str>; N]]) -> Table {
    let mut table = TableBuilder::new(Schema::new(columns));
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            match (cell, columns[column].1) {
                (Some(text), ScalarType::Dynamic) => {
                    table.push(column, parse_json(text).unwrap());
                }
                (Some(text), _) => table.push_str(column, text),
                (None, _) => {}
            }
        }
        table.end_row();
    }
    table.finish()
}

fn logs() -> Table {
    let times = [
        "2024-01-01T09:00:00Z",
        "2024-01-01T10:00:00Z",
        "2024-01-01T11:00:00Z",
        "2024-01-01T12:00:00Z",
    ];
    let rows = times.iter().zip(LOGS);
    let rows: Vec<_> = rows
        .map(|(time, [caller, operation, result, status, groups])| {
            [Some(*time), caller, operation, result, status, groups]
        })
        .collect();
    let columns = [
        ("TimeGenerated", ScalarType::DateTime),
        ("Caller", ScalarType::String),
        ("Operation", ScalarType::String),
        ("Result", ScalarType::String),
        ("Status", ScalarType::Long),
        ("Groups", ScalarType::Dynamic),
    ];
    table(columns, &rows)
}

fn tables() -> BTreeMap<String, Table> {
    let columns = [
        ("Address", ScalarType::String),
        ("Owner", ScalarType::String),
    ];
    BTreeMap::from([
        ("Logs".to_owned(), logs()),
        ("Known".to_owned(), table(columns, &KNOWN)),
    ])
}

fn told(query: &str) -> String {
    let tables = tables();
    let schemas = tables.iter();
    let schemas = schemas.map(|(name, table)| (name.clone(), table.schema().clone()));
    let bound = bind(
        query,
        &Catalog {
            tables: schemas.collect(),
            ..Catalog::default()
        },
    );
    let Some(plan) = bound.query else {
        return format!("error: {:?}", bound.diagnostics);
    };
    let names = ["Logs", "Known"].into_iter();
    let names = names.filter(|name| *name == "Logs" || query.contains(name));
    let rows = names.flat_map(|name| (0..tables[name].rows()).map(move |row| (name, row)));
    let told = rows.map(|(name, row)| {
        let sentences = of_row(query, &plan, &tables, (name, row));
        format!("{name} {}\n  {}", row + 1, sentences.join("\n  "))
    });
    told.collect::<Vec<_>>().join("\n")
}

fn of_row(
    text: &str,
    query: &Query,
    tables: &BTreeMap<String, Table>,
    (name, row): (&str, usize),
) -> Vec<String> {
    let options = RunOptions {
        now: parse_datetime("2024-01-01T13:00:00Z").unwrap(),
        explain: true,
        ..RunOptions::default()
    };
    let watch = SourceRow {
        table: name.to_owned(),
        row,
    };
    let explained = explain(query, tables, &options, Some(watch)).unwrap();
    let fate = explained.fate();
    for (statement, rows) in &fate.kept {
        for kept in rows {
            let kept = *kept as usize;
            let behind = explained.behind(*statement, kept..kept + 1);
            assert!(
                behind.rows(name).contains(&(row as u32)),
                "{text}: {name} {row}"
            );
        }
    }
    Words::of(text).fate(&fate)
}

#[test]
fn every_row_is_told_what_became_of_it() {
    cases::check("fates", told);
}
