//! Many windows at once give what each window gives by itself: results, and errors.

use std::collections::BTreeMap;
use std::ops::Range;

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use kql_engine::limits::Limits;
use kql_engine::{RunOptions, Table, TableBuilder, WindowRun, Windows, run};
use proptest::prelude::*;

/// Queries that share everything, a part or nothing between their windows.
const QUERIES: &[&str] = &[
    "T | where s == 'a' | summarize count(), min(TimeGenerated), max(n), make_set(s) by u, bin(n, 3)",
    "T | where n > 2 and s in ('a', 'b') | extend m = n * 2, s = toupper(s) | project s, m | distinct s, m",
    "T | summarize Total = sum(n), First = take_any(u), Last = arg_max(TimeGenerated, *) by s",
    "T | where n > 1 | summarize count() by s | where count_ > 1 | extend twice = count_ * 2",
    "let reads = T | where s != 'c'; reads | summarize dcount(u), make_list(n) by s",
    "let reads = T | where s != 'c'; let many = reads | summarize c = count() by u | where c > 1 | distinct u; reads | where u in (many) | summarize count() by s",
    "T | where TimeGenerated > ago(5s) | summarize count() by s",
    "T | extend age = now() - TimeGenerated | project s, age | sort by age desc, s asc | take 3",
    "T | count",
    "T | summarize count()",
    "T | where s == 'a' | summarize count()",
    "T | where n > 1 | join kind=inner (T | where s == 'a' | project u, k = n) on u | project s, u, n, k",
    "T | where n > 1 | join kind=leftouter (V | where s == 'a' | project u, w = n) on u | summarize count() by u, w",
    "T | union V | summarize count() by s",
    "T | where n > 2 | sort by n desc, u asc | extend r = row_number() | where r < 4",
    "T | make-series c = count() default = 0 on TimeGenerated from ago(20s) to now() step 5s by s | project s, c",
    "T | where s == 'a' | extend k = pack_array(n, u) | mv-expand k | summarize count() by tostring(k)",
    "V | where n > 1 | summarize count() by s; T | where n > 3 | summarize make_list(u) by s",
    "let t = toscalar(T | summarize max(n)); T | where n == t | summarize count() by u",
    "T | extend TimeGenerated = TimeGenerated + 1h | where n > 2 | summarize max(TimeGenerated) by s",
    "W | summarize count() by s",
    "T | where s in ((W | project s)) | summarize count() by u",
    "T | where assert(n < 9, 'nine') | summarize count() by s",
    "T | as all | where n > 1 | summarize count() by s | join kind=leftouter (all | summarize sum(n) by s) on s | project s, count_, sum_n",
    "T | evaluate bag_unpack(d) | summarize count() by s",
    "print now()",
];

const SECOND: i64 = 10_000_000;

/// A row: second, text, number, another text.
type Row = (i64, u8, i64, u8);

fn tables(rows: &[Row]) -> BTreeMap<String, Table> {
    let columns = [
        ("TimeGenerated", ScalarType::DateTime),
        ("s", ScalarType::String),
        ("n", ScalarType::Long),
        ("u", ScalarType::String),
        ("d", ScalarType::Dynamic),
    ];
    let build = |rows: &[Row], timed: bool| {
        let columns = columns
            .iter()
            .filter(|(name, _)| timed || *name != "TimeGenerated");
        let mut table = TableBuilder::new(Schema::new(columns.copied()));
        let letter = |code: u8| Value::String(((b'a' + code) as char).to_string().into());
        for (time, s, n, u) in rows {
            let cells = [
                Value::DateTime(time * SECOND),
                letter(*s),
                Value::Long(*n),
                letter(*u),
                Value::Null,
            ];
            let cells = cells.into_iter().skip(usize::from(!timed));
            cells
                .enumerate()
                .for_each(|(column, cell)| table.push(column, cell));
            table.end_row();
        }
        table.finish()
    };
    let half = rows.len() / 2;
    BTreeMap::from([
        ("T".to_owned(), build(rows, true)),
        ("V".to_owned(), build(&rows[half..], true)),
        ("W".to_owned(), build(&rows[..half.min(3)], false)),
    ])
}

fn cells(table: &Table) -> (Vec<String>, Vec<Vec<Value>>) {
    let names = table
        .schema()
        .columns
        .iter()
        .map(|column| column.name.clone());
    let rows = (0..table.rows()).map(|row| {
        (0..table.columns().len())
            .map(|column| table.value(row, column))
            .collect()
    });
    (names.collect(), rows.collect())
}

fn check(query: &str, tables: &BTreeMap<String, Table>, runs: &[WindowRun]) {
    let mut catalog = Catalog::default();
    for (name, table) in tables {
        catalog.tables.insert(name.clone(), table.schema().clone());
    }
    let bound = bind(query, &catalog);
    let bound = bound
        .query
        .unwrap_or_else(|| panic!("{query}: {:?}", bound.diagnostics));
    let windows = Windows::new(&bound, tables, Limits::default());
    let mut results = windows.results(runs);
    for (index, one) in runs.iter().enumerate() {
        let options = RunOptions {
            now: one.now,
            time_window: Some((one.window.start, one.window.end)),
            ..RunOptions::default()
        };
        let alone =
            run(&bound, tables, &options).map(|mut result| result.tables.pop().unwrap_or_default());
        let together = results.get(index);
        let same = match (&alone, &together) {
            (Ok(alone), Ok(together)) => cells(alone) == cells(together),
            (Err(alone), Err(together)) => alone.message == together.message,
            _ => false,
        };
        assert!(
            same,
            "{query}\n{one:?}\nalone {alone:?}\ntogether {together:?}"
        );
    }
}

fn window(start: i64, length: i64) -> Range<i64> {
    start * SECOND..(start + length) * SECOND
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]
    #[test]
    fn windows_give_what_each_gives_alone(
        rows in prop::collection::vec((0i64..60, 0u8..4, 0i64..10, 0u8..5), 0..40),
        starts in prop::collection::vec((-5i64..65, 0i64..20), 0..12),
        in_order in any::<bool>(),
    ) {
        let mut rows = rows;
        if in_order {
            rows.sort_unstable();
        }
        let tables = tables(&rows);
        let runs: Vec<WindowRun> = starts
            .iter()
            .map(|(start, length)| WindowRun {
                now: (start + length) * SECOND,
                window: window(*start, *length),
            })
            .collect();
        for query in QUERIES {
            check(query, &tables, &runs);
        }
    }
}

#[test]
fn neighbouring_minutes_share_no_group() {
    let rows: Vec<Row> = (0..60)
        .map(|second| (second, (second % 3) as u8, second % 7, (second % 5) as u8))
        .collect();
    let runs: Vec<WindowRun> = (0..12)
        .map(|start| WindowRun {
            now: (start + 1) * 5 * SECOND,
            window: window(start * 5, 5),
        })
        .collect();
    for query in QUERIES {
        check(query, &tables(&rows), &runs);
    }
}
