//! How long a cancelled run goes on: each family of operators and long functions over a million rows is
//! cancelled after 50 ms, and between every two questions whether it is to end the time is noted. Prints a
//! table; `cargo bench -p kql-engine --bench cancel -- 100000` measures over fewer rows.

// Time is what this measures.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use kql_engine::interrupt::{CANCELLED, ask};
use kql_engine::{RunOptions, Table, TableBuilder, run};

const ROWS: i64 = 1_000_000;
const CANCELLED_AFTER: Duration = Duration::from_millis(50);

/// A query for each family of operators, and for functions that may take long.
const QUERIES: &[(&str, &str)] = &[
    (
        "where",
        "T | where n % 7 == k % 7 and s contains '9' and tostring(n) endswith '1'",
    ),
    (
        "extend",
        "T | extend a = strcat(s, '-', n), b = n * 2.5, c = format_datetime(t, 'yyyy')",
    ),
    (
        "summarize",
        "T | summarize count(), dcount(n), make_set(s), max(t) by k, u",
    ),
    (
        "summarize by many",
        "T | summarize count(), make_list(n) by id",
    ),
    ("percentile", "T | summarize percentiles(n, 5, 50, 95)"),
    ("hll", "T | summarize hll(id)"),
    ("distinct", "T | distinct id, s, k"),
    (
        "distinct of values",
        "T | extend d = pack_array(n, k) | distinct d",
    ),
    ("sort by text", "T | sort by id asc, n desc"),
    ("sort by values", "T | extend r = n * 1.5 | sort by r asc"),
    ("top", "T | top 1000 by strcat(u, n)"),
    ("join", "T | join kind=inner (T | where n < 500) on k"),
    (
        "join by text",
        "T | join kind=leftouter (T | summarize count() by id) on id",
    ),
    ("union", "T | union T, T | where n > 5"),
    (
        "mv-expand",
        "T | extend a = pack_array(n, k, s) | mv-expand a",
    ),
    (
        "mv-apply",
        "T | take 100000 | mv-apply a = pack_array(n, k) on (where a > 3)",
    ),
    (
        "partition",
        "T | partition hint.strategy=native by u (summarize dcount(n))",
    ),
    (
        "make-series",
        "T | make-series c = dcount(n) on t step 1m by k",
    ),
    ("parse", "T | parse s with 'text ' number:long"),
    (
        "parse-kv",
        "T | extend p = strcat('a=', n, ' b=', s) | parse-kv p as (a: long, b: string)",
    ),
    (
        "matches regex",
        "T | where strcat(s, n) matches regex '(a|e|t)+.*[0-9]{3}5$'",
    ),
    (
        "extract",
        "T | extend e = extract_all('([0-9])', strcat(s, n))",
    ),
    (
        "parse_json",
        "T | extend j = parse_json(strcat('{\"a\":', n, '}')) | extend a = j.a",
    ),
    (
        "scan",
        "T | take 200000 | scan declare (c: long = 0) with (step s: true => c = s.c + n;)",
    ),
    (
        "top-nested",
        "T | top-nested 50 of id by count(), top-nested 3 of s by sum(n)",
    ),
    (
        "window functions",
        "T | sort by t asc | extend p = prev(n), c = row_cumsum(n)",
    ),
    (
        "window functions of texts",
        "T | serialize | extend p = prev(id), q = next(n, 3), r = row_number(), c = row_cumsum(n, s != prev(s)), w = row_window_session(t, 1h, 5m), k2 = row_rank_dense(n)",
    ),
    ("reduce", "T | take 200000 | reduce by id"),
    (
        "evaluate activity_counts_metrics",
        "T | evaluate activity_counts_metrics(id, t, datetime(2000-01-01), datetime(2000-01-10), 1d)",
    ),
    (
        "evaluate sliding_window_counts",
        "T | evaluate sliding_window_counts(id, t, datetime(2000-01-01), datetime(2000-01-10), 2d, 1d)",
    ),
    (
        "evaluate rolling_percentile",
        "T | evaluate rolling_percentile(n, 50, t, 1h, 5)",
    ),
    ("evaluate pivot", "T | evaluate pivot(k, count(), id)"),
    (
        "evaluate bag_unpack",
        "T | project b = bag_pack('x', n, 'y', k) | evaluate bag_unpack(b)",
    ),
    ("evaluate narrow", "T | evaluate narrow()"),
    (
        "in a table",
        "T | where strcat(n) in ((T | project strcat(n)))",
    ),
    ("range", "range x from 1 to 9000000 step 1 | count"),
    (
        "series_periods_detect",
        "T | summarize s = make_list(n, 200000) | extend p = series_periods_detect(s, 4, 90000, 2)",
    ),
    (
        "series_decompose",
        "T | summarize s = make_list(n, 200000) | extend p = series_decompose_anomalies(s)",
    ),
    (
        "series_fft",
        "T | summarize s = make_list(n) | extend p = series_fft(s)",
    ),
    (
        "array_sort_asc",
        "T | summarize s = make_list(strcat(n, id)) | extend p = array_sort_asc(s)",
    ),
    (
        "replace_regex",
        "T | summarize s = strcat_array(make_list(s), ',') | extend r = replace_regex(s, '[0-9]+', 'x')",
    ),
    ("hash", "T | extend h = hash_sha256(strcat(id, n))"),
    (
        "ipv4",
        "T | extend i = ipv4_is_in_range(strcat('10.0.', k, '.', n % 256), '10.0.3.0/24')",
    ),
    (
        "parse_user_agent",
        "T | extend a = parse_user_agent(strcat('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/', n, '.0 Safari/537.36'), 'browser')",
    ),
    (
        "set_union",
        "T | summarize s = make_list(n, 1000000) | extend g = set_union(s, s)",
    ),
    ("make_bag", "T | summarize make_bag(bag_pack(id, n))"),
];

thread_local! {
    static BEGAN: Cell<Option<Instant>> = const { Cell::new(None) };
    static LAST: Cell<Option<Instant>> = const { Cell::new(None) };
    static LONGEST: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static CANCELS: Cell<bool> = const { Cell::new(false) };
}

fn is_cancelled() -> bool {
    note_gap();
    let since = BEGAN.get().map(|began| began.elapsed());
    CANCELS.get() && since >= Some(CANCELLED_AFTER)
}

fn note_gap() {
    let now = Instant::now();
    let gap = LAST.get().map_or(Duration::ZERO, |last| now - last);
    LONGEST.set(LONGEST.get().max(gap));
    LAST.set(Some(now));
}

fn table(rows: i64) -> Table {
    let schema = Schema::new([
        ("t", ScalarType::DateTime),
        ("s", ScalarType::String),
        ("u", ScalarType::String),
        ("id", ScalarType::String),
        ("n", ScalarType::Long),
        ("k", ScalarType::Long),
    ]);
    let mut table = TableBuilder::new(schema);
    for row in 0..rows {
        let mixed = row.wrapping_mul(0x9e37_79b9) & 0xfff_ffff;
        table.push(
            0,
            Value::DateTime(630_822_816_000_000_000 + row * 10_000_000),
        );
        table.push_str(1, &format!("text {}", mixed % 3000));
        table.push_str(2, &format!("user {}", mixed % 700));
        table.push_str(3, &format!("{row:08x}-{mixed:x}"));
        table.push(4, Value::Long(mixed % 100_000));
        table.push(5, Value::Long(mixed % 20));
        table.end_row();
    }
    table.finish()
}

/// How a run ended, how long it took, and the longest time that it did not ask.
fn measured(
    query: &str,
    tables: &BTreeMap<String, Table>,
    cancels: bool,
) -> (String, Duration, Duration) {
    let mut catalog = Catalog::default();
    let schema = tables["T"].schema().clone();
    catalog.tables.insert("T".to_owned(), schema);
    let bound = bind(query, &catalog);
    let Some(bound) = bound.query else {
        let found: Vec<String> = bound
            .diagnostics
            .into_iter()
            .map(|found| found.message)
            .collect();
        return (found.join(", "), Duration::ZERO, Duration::ZERO);
    };
    let began = Instant::now();
    BEGAN.set(Some(began));
    LAST.set(Some(began));
    LONGEST.set(Duration::ZERO);
    CANCELS.set(cancels);
    ask(Some(is_cancelled));
    let result = run(&bound, tables, &RunOptions::default());
    let took = began.elapsed();
    ask(None);
    note_gap();
    let ended = match result {
        Ok(result) => format!(
            "{} rows",
            result.tables.iter().map(Table::rows).sum::<usize>()
        ),
        Err(error) => error.message,
    };
    (ended, took, LONGEST.get())
}

fn main() {
    let rows = std::env::args().skip(1).find_map(|text| text.parse().ok());
    let tables = BTreeMap::from([("T".to_owned(), table(rows.unwrap_or(ROWS)))]);
    println!("| query | whole run | longest without asking | error after a cancel at 50 ms |");
    println!("|---|---|---|---|");
    for (name, query) in QUERIES {
        let (ended, took, longest) = measured(query, &tables, false);
        let (cancelled, until, _) = measured(query, &tables, true);
        let after = match cancelled == CANCELLED {
            true => format!(
                "{:.0} ms",
                until.saturating_sub(CANCELLED_AFTER).as_secs_f64() * 1e3
            ),
            false => "done before".to_owned(),
        };
        let whole = took.as_secs_f64() * 1e3;
        println!(
            "| {name} | {whole:.0} ms, {ended} | {:.0} ms | {after} |",
            longest.as_secs_f64() * 1e3
        );
    }
}
