//! The bundled rules and the rules they render give the same entities on a generated Key Vault log.
//!
//! Uses the optional folder `../shared` beside the project; skipped, and says so, when it is absent.

use std::collections::BTreeMap;
use std::fs;

use audit_logs::generate::{Options, generate, scenario};
use audit_logs::load;
use audit_logs::write::{Format, write};
use kql_analysis::time::parse_datetime;
use kql_analysis::{Catalog, bind};
use kql_engine::{RunOptions, Table, run};
use rulesmith_tests::rendered::{RENDERED, microsofts_rules};
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read};

/// Ticks of 100 ns in a second.
const TICKS: i64 = 10_000_000;
const DAY_SECONDS: u64 = 86_400;

/// The tables of the scenario that has everything, ending at `end`.
fn tables(end: i64) -> BTreeMap<String, Table> {
    let options = Options {
        seed: 7,
        rows: 2_000,
        end,
        documented_shape: false,
    };
    let sample = generate(scenario("vault-all").expect("a scenario"), &options);
    let mut tables = BTreeMap::new();
    for shape in ["raw", "stix"] {
        let bytes = write(&sample, Format::from_name(shape).expect("a format"));
        for loaded in load(shape, &bytes).expect("a log") {
            tables.insert(loaded.table_name, loaded.table);
        }
    }
    tables
}

/// The entity values of each result row, sorted.
fn entities(rule: &Rule, tables: &BTreeMap<String, Table>, now: i64) -> Vec<String> {
    let schemas = tables
        .iter()
        .map(|(name, table)| (name.clone(), table.schema().clone()));
    let bound = bind(
        &rule.query,
        &Catalog {
            tables: schemas.collect(),
            ..Catalog::default()
        },
    );
    let query = bound
        .query
        .unwrap_or_else(|| panic!("{}: {:?}", rule.name, bound.diagnostics));
    let period = rule
        .schedule
        .as_ref()
        .map_or(DAY_SECONDS, |schedule| schedule.period.seconds);
    let window = Some((now - period as i64 * TICKS, now));
    let options = RunOptions {
        now,
        time_window: window,
        ..RunOptions::default()
    };
    let result = run(&query, tables, &options)
        .expect("the rule runs")
        .tables
        .remove(0);
    let fields = rule
        .entity_mappings
        .iter()
        .flat_map(|mapping| &mapping.field_mappings);
    let columns: Vec<_> = fields
        .map(|field| result.column_named(&field.column_name))
        .collect();
    let row = |row: usize| {
        let cells = columns
            .iter()
            .map(|column| column.expect("an entity column").get(row));
        format!("{:?}", cells.collect::<Vec<_>>())
    };
    let mut rows: Vec<String> = (0..result.rows()).map(row).collect();
    rows.sort();
    rows
}

#[test]
fn microsofts_rules_give_the_same_entities_on_a_generated_log() {
    let Some(folder) = microsofts_rules() else {
        return;
    };
    let now = parse_datetime("2026-03-16T00:10:00Z").expect("a time");
    let tables = tables(now);
    for ((file, text), (rendered, source)) in bundled().into_iter().zip(RENDERED) {
        assert_eq!(file, rendered);
        let original = fs::read(folder.join(source)).expect("the rule is readable");
        let ours = entities(&read(file, text.as_bytes()).rules[0], &tables, now);
        let theirs = entities(&read(source, &original).rules[0], &tables, now);
        assert!(!ours.is_empty(), "{file} finds something");
        assert_eq!(ours, theirs, "{file}");
    }
}
