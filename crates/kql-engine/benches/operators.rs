//! Each family of operators over tables of growing length.

use std::collections::BTreeMap;

use divan::{Bencher, counter::ItemsCount};
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use kql_engine::{RunOptions, Table, TableBuilder, run};

const ROWS: [u64; 3] = [10_000, 100_000, 1_000_000];
const SECOND: i64 = 10_000_000;

/// A family and a query that stands for it.
const FAMILIES: &[(&str, &str)] = &[
    (
        "where",
        "T | where s has 'text 7' and n > 400 and TimeGenerated > datetime(2000-01-01)",
    ),
    (
        "extend",
        "T | extend twice = n * 2, upper = toupper(s), hour = bin(TimeGenerated, 1h)",
    ),
    ("project", "T | project s, n"),
    (
        "summarize",
        "T | summarize count(), min(TimeGenerated), max(n), make_set(s, 50) by u, k",
    ),
    ("distinct", "T | distinct s, k"),
    ("sort", "T | sort by n desc, s asc"),
    ("top", "T | top 10 by n"),
    (
        "join",
        "T | where k == 1 | join kind=innerunique (T | where k == 2 | project u, m = n) on u",
    ),
    (
        "in table",
        "T | where s in ((T | where n > 900 | distinct s))",
    ),
    ("union", "T | union (T | where k == 1) | count"),
    (
        "mv-expand",
        "T | where k < 4 | extend a = pack_array(n, k) | mv-expand a to typeof(long)",
    ),
    (
        "make-series",
        "T | make-series c = count() on TimeGenerated step 1h by k",
    ),
    ("parse", "T | parse s with 'text ' number:long"),
    ("matches regex", "T | where s matches regex 'text [0-9]+5$'"),
    ("row_number", "T | serialize r = row_number()"),
];

fn main() {
    divan::main();
}

fn tables(rows: u64) -> BTreeMap<String, Table> {
    let schema = Schema::new([
        ("TimeGenerated", ScalarType::DateTime),
        ("s", ScalarType::String),
        ("u", ScalarType::String),
        ("n", ScalarType::Long),
        ("k", ScalarType::Long),
    ]);
    let mut table = TableBuilder::new(schema);
    let start = 630_822_816_000_000_000;
    for row in 0..rows {
        let mixed = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        table.push(
            0,
            Value::DateTime(start + (row * 1_209_600 / rows) as i64 * SECOND),
        );
        table.push_str(1, &format!("text {}", mixed % 3000));
        table.push_str(2, &format!("user {}", mixed % 700));
        table.push(3, Value::Long((mixed % 1000) as i64));
        table.push(4, Value::Long((mixed % 20) as i64));
        table.end_row();
    }
    BTreeMap::from([("T".to_owned(), table.finish())])
}

fn families() -> Vec<String> {
    let of = |rows: &u64| {
        FAMILIES
            .iter()
            .map(move |(name, _)| format!("{rows} {name}"))
            .collect::<Vec<_>>()
    };
    ROWS.iter().flat_map(of).collect()
}

/// One query over all rows.
#[divan::bench(args = families(), sample_count = 5, sample_size = 1)]
fn operator(bencher: Bencher<'_, '_>, name: &str) {
    let (rows, name) = name.split_once(' ').expect("rows and name");
    let rows: u64 = rows.parse().expect("a number");
    let tables = tables(rows);
    let mut catalog = Catalog::default();
    catalog
        .tables
        .insert("T".to_owned(), tables["T"].schema().clone());
    let (_, text) = FAMILIES
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a family");
    let query = bind(text, &catalog).query.expect("a plan");
    bencher
        .counter(ItemsCount::new(rows))
        .bench_local(|| run(&query, &tables, &RunOptions::default()).expect("a result"));
}
