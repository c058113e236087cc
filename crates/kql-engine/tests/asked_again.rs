//! What a table learns while it is read changes no answer: a query gives the same rows, or the same error,
//! however often it has been asked.

use std::collections::BTreeMap;

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use kql_engine::format::json;
use kql_engine::{RunOptions, Table, TableBuilder, run};

const ROWS: i64 = 100_000;
const SECOND: i64 = 10_000_000;
/// More often than a table is asked before it remembers anything.
const TIMES: usize = 3;

const QUERIES: &[&str] = &[
    "T | summarize count(), min(n), max(n), min(TimeGenerated), max(TimeGenerated)",
    "T | where TimeGenerated > ago(1h) | summarize count(), sum(n) by s",
    "T | where s == 'text 3' and TimeGenerated >= ago(1h) and n % 7 == 2 | project n, TimeGenerated",
    "T | where TimeGenerated between (ago(2h) .. ago(1h)) and s in ('text 1', 'text 2') | count",
    "T | where TimeGenerated < ago(26h) | summarize count() by s",
    "T | where TimeGenerated <= datetime(null) | count",
    "T | where TimeGenerated > ago(1h) and s == 'none' and s matches regex '(' | count",
    "T | where TimeGenerated > ago(-1h) and s matches regex '(' | count",
    "T | where TimeGenerated > ago(1m) and n / strlen(s) > 3 | top 3 by n",
    "let from = toscalar(T | summarize max(TimeGenerated) - 5m); T | where TimeGenerated > from | count",
];

fn table() -> Table {
    let mut table = TableBuilder::new(Schema::new([
        ("TimeGenerated", ScalarType::DateTime),
        ("s", ScalarType::String),
        ("n", ScalarType::Long),
    ]));
    for row in 0..ROWS {
        // Rows are in no order of time.
        table.push(0, Value::DateTime(row * 7_919 % ROWS * SECOND));
        table.push_str(1, &format!("text {}", row % 5));
        table.push(2, Value::Long(row));
        table.end_row();
    }
    table.finish()
}

fn answer(query: &str, tables: &BTreeMap<String, Table>, window: Option<(i64, i64)>) -> String {
    let mut catalog = Catalog::default();
    let schema = tables["T"].schema().clone();
    catalog.tables.insert("T".to_owned(), schema);
    let bound = bind(query, &catalog).query.expect("a plan");
    let options = RunOptions {
        now: ROWS * SECOND,
        time_window: window,
        ..RunOptions::default()
    };
    match run(&bound, tables, &options) {
        Ok(result) => result.tables.iter().map(json).collect(),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn a_query_asked_again_gives_the_same() {
    let windows = [
        None,
        Some((0, ROWS * SECOND)),
        Some((1, ROWS * SECOND)),
        Some((ROWS / 2 * SECOND, (ROWS / 2 + 3_000) * SECOND)),
        Some(((ROWS - 60) * SECOND, ROWS * SECOND)),
        Some((ROWS * SECOND, ROWS * SECOND * 2)),
    ];
    let table = table();
    // Rows that were picked of a table are read as they are, and nothing is remembered of them.
    let all: Vec<u32> = (0..ROWS as u32).collect();
    let plain = BTreeMap::from([("T".to_owned(), table.take(&all))]);
    let remembering = BTreeMap::from([("T".to_owned(), table)]);
    for query in QUERIES {
        for window in windows {
            let expected = answer(query, &plain, window);
            for _ in 0..TIMES {
                let found = answer(query, &remembering, window);
                assert_eq!(found, expected, "{query} {window:?}");
            }
        }
    }
}
