//! Subqueries of `mv-apply` and `partition` over all parts at once, held against the same part by part, which is
//! what an explained run does.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use kql_engine::explain::explain;
use kql_engine::{RunOptions, RunResult, Table, TableBuilder, format, run};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

/// What parts the rows, with columns `k`, `q` and `n` in each part.
const SPLITS: &[&str] = &[
    "mv-apply q = split(s, ' ') to typeof(string) on",
    "mv-apply with_itemindex=n q = split(s, ' ') to typeof(string) on",
    "mv-expand q = split(s, ' ') to typeof(string) | partition hint.strategy=native by k",
    "extend q = s | partition hint.strategy=native by n",
];

/// Operators that leave the columns as they are.
const OPERATORS: &[&str] = &[
    "where q != 'y'",
    "where q in ('x', 'z') or n > 2",
    "where false",
    "extend n = n * 2",
    "extend q = strcat(q, '!')",
    "distinct k, q, n",
    "sort by q asc, n desc",
    "sort by n",
    "take 2",
    "take 0",
    "top 2 by q asc",
    "top 1 by n",
    "summarize n = max(n) by k, q",
    "summarize n = count(), k = min(k), q = take_any(q)",
    "summarize arg_max(n, k, q) | project k, q, n",
];

/// Operators that a subquery ends with.
const ENDS: &[&str] = &[
    "project q",
    "count",
    "summarize c = count(), all = make_list(q), some = make_set(n), most = max(n), few = min(q)",
    "summarize d = dcount(q), m = avg(n), p = percentile(n, 50), bag = make_bag(bag_pack(q, n)), s = sum(n)",
    "summarize countif(n > 1), arg_max(n, q), arg_min(q, *), stdev(n), take_any(k)",
    "summarize make_list(n) by q",
    "where n > 1",
];

fn rows() -> impl Strategy<Value = Vec<(&'static str, &'static str, Option<i64>)>> {
    let row = (
        select(&["a", "b", ""][..]),
        select(&["x", "x y", "y z", "", "z x y"][..]),
        proptest::option::weighted(0.8, 0..5_i64),
    );
    proptest::collection::vec(row, 0..12)
}

fn table(rows: &[(&str, &str, Option<i64>)]) -> Table {
    let mut table = TableBuilder::new(Schema::new([
        ("k", ScalarType::String),
        ("s", ScalarType::String),
        ("n", ScalarType::Long),
    ]));
    for (k, s, n) in rows {
        table.push_str(0, k);
        table.push_str(1, s);
        table.push(2, n.map_or(Value::Null, Value::Long));
        table.end_row();
    }
    table.finish()
}

fn shown(result: &RunResult) -> String {
    let table = result.tables.first().unwrap();
    format!(
        "{:?}\n{}\n{:?}",
        table.schema(),
        format::csv(table),
        result.steps
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn all_parts_at_once_give_what_each_gives(
        split in select(SPLITS),
        operators in proptest::collection::vec(select(OPERATORS), 0..4),
        end in select(ENDS),
        rows in rows(),
    ) {
        let body: Vec<&str> = operators.into_iter().chain([end]).collect();
        let query = format!("T | {split} ({})", body.join(" | "));
        let tables = BTreeMap::from([("T".to_owned(), table(&rows))]);
        let catalog = Catalog {
            tables: tables.iter().map(|(name, table)| (name.clone(), table.schema().clone())).collect(),
            ..Catalog::default()
        };
        let bound = bind(&query, &catalog);
        prop_assert!(bound.query.is_some(), "{query}: {:?}", bound.diagnostics);
        let bound = bound.query.unwrap();
        let options = RunOptions { explain: true, ..RunOptions::default() };
        let at_once = run(&bound, &tables, &options).unwrap();
        let one_by_one = explain(&bound, &tables, &options, None).unwrap().result;
        prop_assert_eq!(shown(&at_once), shown(&one_by_one), "{}", query);
    }
}
