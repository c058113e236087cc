//! The support page `docs/kql-support.md`, made from the registry and from what the engine answers.
//!
//! A function is supported when the engine's dispatch has it; an operator or plugin when its example runs.
//! With `UPDATE_EXPECT=1` the page is written anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use kql_analysis::registry::help::{self, Entries, Help};
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_analysis::{Bound, Catalog, bind};
use kql_engine::{RunOptions, Table, TableBuilder, run};

/// The table that the examples read, with one row.
fn example_table() -> Table {
    let mut columns = Vec::new();
    for column in help::EXAMPLE_TABLE.1.split(", ") {
        let (name, ty) = column.split_once(": ").expect("a name and a type");
        columns.push((name, ScalarType::from_name(ty).expect("a type")));
    }
    let mut table = TableBuilder::new(Schema::new(columns));
    let bag = [("k".into(), Value::Long(1))].into_iter().collect();
    let row = [
        Value::Long(1),
        Value::String("x 1".into()),
        Value::DateTime(637_134_336_000_000_000),
        Value::Bag(std::sync::Arc::new(bag)),
    ];
    for (column, value) in row.into_iter().enumerate() {
        table.push(column, value);
    }
    table.end_row();
    table.finish()
}

fn bound(example: &str, tables: &BTreeMap<String, Table>) -> Bound {
    let schemas = tables.iter();
    let schemas = schemas.map(|(name, table)| (name.clone(), table.schema().clone()));
    let catalog = Catalog {
        tables: schemas.collect(),
        ..Catalog::default()
    };
    bind(example, &catalog)
}

/// How an example fares: it runs, it stops at rows whose result is not documented, or it is refused as not
/// supported. It must never be an error.
fn fares(name: &str, help: &Help) -> &'static str {
    let tables = BTreeMap::from([(help::EXAMPLE_TABLE.0.to_owned(), example_table())]);
    let bound = bound(help.example, &tables);
    let Some(query) = &bound.query else {
        for found in bound.diagnostics.iter().filter(|found| found.is_error()) {
            let example = help.example;
            assert!(
                found.is_unsupported(),
                "{name}: {example}: {}",
                found.message
            );
        }
        return REFUSED;
    };
    match run(query, &tables, &RunOptions::default()) {
        Ok(_) => RUNS,
        Err(_) => IN_PART,
    }
}

const RUNS: &str = "runs";
const IN_PART: &str = "in part";
const REFUSED: &str = "refused";

fn of(supported: bool) -> &'static str {
    if supported { RUNS } else { REFUSED }
}

fn section(
    page: &mut String,
    title: &str,
    text: &str,
    entries: &Entries,
    mark: impl Fn(&str, &Help) -> &'static str,
) {
    let rows: Vec<(&str, &str, &Help)> = entries
        .iter()
        .map(|(name, help)| (mark(name, help), *name, help))
        .collect();
    let count = rows.iter().filter(|(mark, ..)| *mark != REFUSED).count();
    let _ = write!(
        page,
        "\n## {title}\n\n{count} of {}. {text}\n\n",
        rows.len()
    );
    page.push_str("| name | what it does | |\n|---|---|---|\n");
    for (mark, name, help) in rows {
        let name = name.replace('|', "\\|");
        let nulls = help.nulls.sentence();
        let summary = format!("{}. {nulls}", help.summary);
        let _ = writeln!(
            page,
            "| [`{name}`]({}) | {} | {mark} |",
            help.link(),
            summary.trim_end()
        );
    }
}

fn page() -> String {
    let mut page = String::from(
        "# KQL that Rulesmith runs\n\n\
         Everything here is known to the checker, to completion and to hover. What is marked *refused* is \
         checked, but a query with it is not run: the error names it and its place. *In part* means that a run \
         stops, with a message, at rows whose result Microsoft does not document.\n\n\
         This page is made by a test from the registry and the engine: \
         `UPDATE_EXPECT=1 cargo test -p kql-engine --test support` writes it anew.\n",
    );
    let links = "Each name leads to Microsoft's documentation.";
    section(
        &mut page,
        "Tabular operators",
        links,
        help::operators(),
        fares,
    );
    section(
        &mut page,
        "Plugins of `evaluate`",
        links,
        help::plugins(),
        fares,
    );
    section(
        &mut page,
        "Aggregates",
        links,
        help::aggregates(),
        |name, _| of(kql_engine::aggregates::names().any(|known| known == name)),
    );
    section(
        &mut page,
        "Scalar functions and operators",
        links,
        help::functions(),
        |name, _| of(kql_engine::functions::evaluates(name)),
    );
    page
}

#[test]
fn the_support_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/kql-support.md");
    let page = page();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &page).expect("the page is writable");
    }
    let written = std::fs::read_to_string(&path).expect("the page is there");
    assert!(
        written == page,
        "docs/kql-support.md is out of date; write it anew with UPDATE_EXPECT=1"
    );
}
