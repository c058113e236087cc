//! The rules that come with the page over logs of growing length, and an NRT rule on its schedule.

use std::collections::BTreeMap;

use audit_logs::generate::{Options, generate, scenario};
use audit_logs::write::{Format, write};
use divan::{Bencher, counter::ItemsCount};
use kql_analysis::bind;
use kql_analysis::time::parse_datetime;
use kql_analysis::value::Value;
use kql_engine::{RunOptions, Table, run};
use rule_replay::Tables;
use rule_replay::prepared::catalog;
use rule_replay::timeline::{Options as Span, simulate};
use sentinel_rules::bundled::bundled;
use sentinel_rules::rule::{Rule, RuleKind};

const ROWS: [usize; 3] = [10_000, 100_000, 1_000_000];
const END: &str = "2026-03-02T00:30:00Z";

fn main() {
    divan::main();
}

fn now() -> i64 {
    parse_datetime(END).expect("a time")
}

/// The rows of a generated log, repeated until there are so many.
fn tables(rows: usize) -> Tables {
    let options = Options {
        seed: 1,
        rows: 10_000,
        end: now(),
        documented_shape: false,
    };
    let sample = generate(scenario("vault-all").expect("a scenario"), &options);
    let mut tables: Tables = BTreeMap::new();
    for format in ["jsonl", "stix"] {
        let format = Format::from_name(format).expect("a format");
        for loaded in audit_logs::load("log", &write(&sample, format)).expect("rows") {
            tables.insert(loaded.table_name, loaded.table);
        }
    }
    if let Some(table) = tables.get_mut("AzureDiagnostics") {
        *table = repeated(table, rows);
    }
    tables
}

fn repeated(table: &Table, rows: usize) -> Table {
    let places: Vec<u32> = (0..rows).map(|row| (row % table.rows()) as u32).collect();
    table.take(&places)
}

fn rules() -> Vec<Rule> {
    let texts = bundled().into_iter();
    texts
        .flat_map(|(file, text)| sentinel_rules::read(file, text.as_bytes()).rules)
        .collect()
}

fn names() -> Vec<String> {
    let rules = rules();
    ROWS.iter()
        .flat_map(|rows| {
            rules
                .iter()
                .map(move |rule| format!("{rows} {}", rule.name))
        })
        .collect()
}

/// Each rule over all rows.
#[divan::bench(args = names(), sample_count = 10, sample_size = 1)]
fn rule(bencher: Bencher<'_, '_>, name: &str) {
    let (rows, name) = name.split_once(' ').expect("rows and name");
    let rows: usize = rows.parse().expect("a number");
    let tables = tables(rows);
    let rule = rules()
        .into_iter()
        .find(|rule| rule.name == name)
        .expect("a rule");
    let query = bind(&rule.query, &catalog(&tables)).query.expect("a plan");
    let options = RunOptions {
        now: now(),
        ..RunOptions::default()
    };
    bencher
        .counter(ItemsCount::new(rows))
        .bench_local(|| run(&query, &tables, &options).expect("a result"));
}

/// An NRT rule at each minute of the log.
#[divan::bench(args = ROWS, sample_count = 10, sample_size = 1)]
fn nrt_timeline(bencher: Bencher<'_, '_>, rows: usize) {
    let tables = tables(rows);
    let rule = rules()
        .into_iter()
        .find(|rule| rule.kind == RuleKind::Nrt)
        .expect("a rule");
    let times = tables["AzureDiagnostics"]
        .column_named("TimeGenerated")
        .expect("times");
    let first = times.iter().filter_map(|time| match time {
        Value::DateTime(ticks) => Some(ticks),
        _ => None,
    });
    let span = Span {
        from: first.min().expect("a time"),
        to: now(),
        ..Span::default()
    };
    bencher
        .counter(ItemsCount::new(rows))
        .bench_local(|| simulate(&rule, &tables, span).expect("a timeline"));
}
