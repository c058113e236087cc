//! Explanations held against the evaluator on generated tables and queries.
//!
//! An explained run gives what a plain run gives. The rows behind a result row, alone, give that row
//! again. A row that a condition dropped changes nothing when it is taken out. And both directions agree:
//! a row that is kept until the end is behind the result rows that it is said to be in.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::{TICKS_PER_DAY, Value};
use kql_analysis::{Catalog, bind};
use kql_engine::explain::{Approximation, Behind, Explained, SourceRow, Stop, Why, explain};
use kql_engine::{RunOptions, RunResult, Table, TableBuilder, format, run};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

/// Ticks of 2024-01-01.
const START: i64 = 738_885 * TICKS_PER_DAY;

/// What stands before every query: functions that its parts may call.
const LETS: &str = "let least = 1; let big = (x: long) { x > least }; let pick = (w: string) { T | where k == w }; ";

/// Conditions over `t`, `k`, `s` and `n`.
const CONDITIONS: &[&str] = &[
    "n > 2",
    "big(n)",
    "n <= 3 and k != 'b'",
    "not(k == 'a')",
    "k == 'a' or n == 4 or s has 'x'",
    "s has 'x' and isnotnull(n)",
    "isempty(k) or n between (1 .. 3)",
    "k in ('a', 'c')",
    "k in (U | project k)",
    "k in~ (U | where m > 1 | project k)",
    "k !in (U | project k)",
    "t > datetime(2024-01-02)",
    "n > toscalar(U | summarize min(m))",
    "(n > 1 and (s startswith 'x' or k == 'b')) or n == 0",
];

/// Operators that make each result row of one row, or leave it out.
const ROW_BY_ROW: &[&str] = &[
    "extend n = n + 1",
    "extend s = strcat(s, ' ', k)",
    "project t, k, n, s",
    "project-rename old = s | extend s = old | project-away old",
    "extend p = split(s, ' ') | mv-expand p to typeof(string) | extend s = p | project-away p",
    "mv-apply q = split(s, ' ') to typeof(string) on (where q != 'y') | extend s = q | project-away q",
    "mv-apply q = split(s, ' ') to typeof(string) on (where q != 'y' | summarize c = count()) | extend n = c | project-away c",
    "parse-where s with s 'x' *",
    "parse s with q:string ' ' * | extend s = q | project-away q",
    "join kind=inner (U) on k | project t, k, s, n = m",
    "join kind=leftsemi (U) on k",
    "union (T | where n == 1)",
    "union (pick('a') | extend n = n + 2)",
    "join kind=rightsemi (T | where n > 1) on k",
    "union (T | where k == 'b' | extend n = n + 1)",
    "join kind=inner (T | where n > 2 | project k, o = n) on k | extend n = o | project-away o, k1",
    "sort by n desc, t asc, k asc, s asc",
    "as Kept | where k in (Kept | where n > 1 | project k)",
    "union kind=inner (T | where n == 2), (T | where isempty(s))",
    "union withsource=w (T | where n < 2) | project-away w",
    "lookup kind=inner (T | where n > 2 | project k, o = n) on k | extend n = o | project-away o",
    "lookup kind=inner (U) on $left.n == $right.m | extend k = strcat(k, k1) | project-away k1",
    "mv-apply q = split(s, ' ') to typeof(string), i = range(0, 2) to typeof(long) on (where i < n and q != 'z') \
     | extend s = q | project-away q, i",
    "mv-apply with_itemindex=i q = split(s, ' ') to typeof(string) on (where i == 0 or q == 'y' | project q) | extend s = q | project-away q",
];

/// Operators that put rows together.
const TOGETHER: &[&str] = &[
    "summarize n = count(), t = min(t), s = strcat_array(array_sort_asc(make_list(s)), ' ') by k",
    "summarize n = sum(n), t = max(t), s = take_any(s) by k",
    "summarize n = dcount(s), k = max(k) by t, s",
    "summarize n = countif(n > 1), t = max(t), s = tostring(avg(n)) by k",
    "summarize n = tolong(sumif(n, s has 'x')), t = min(t), s = tostring(array_length(make_set(s))) by k",
    "summarize n = tolong(percentile(n, 50)), t = max(t), s = tostring(round(stdev(n), 3)) by k",
    "summarize n = max(n), t = min(t), s = tostring(bag_keys(make_bag(bag_pack(s, n)))) by k",
    "summarize n = count_distinct(s), t = maxif(t, n > 0), s = minif(s, n > 0) by k, d = bin(t, 2d) | project-away d",
    "summarize n = tolong(variance(n)), t = min(t), s = tostring(buildschema(bag_pack('s', s))) by k",
    "summarize n = tolong(binary_all_or(n)), t = max(t), s = tostring(make_list_if(n, n > 1)) by k",
    "distinct t, k, s, n",
    "distinct k, s | extend n = strlen(s), t = datetime(2024-01-02)",
    "make-series n = count() default=0 on t from datetime(2024-01-01) to datetime(2024-01-05) step 1d by k \
     | mv-expand t to typeof(datetime), n to typeof(long) | extend s = k",
    "make-series n = sum(n) on t step 1d by k | mv-expand t to typeof(datetime), n to typeof(long) | extend s = k",
    "make-series n = count() default=0 on t from datetime(2024-01-01) to datetime(2024-01-05) step 1d by k \
     | extend (a, b, c) = series_decompose_anomalies(n) | mv-expand t to typeof(datetime), n to typeof(long), b to typeof(real) \
     | project t, k, n, s = tostring(round(b, 3))",
    "make-series n = sum(n) on t step 1d by k | extend s = tostring(array_length(n)), n = tolong(array_sum(n)), t = todatetime(t[0])",
    "summarize n = count() | extend k = 'a', s = 'x', t = datetime(2024-01-03)",
    "count | project n = Count, k = 'a', s = 'x', t = datetime(2024-01-03)",
    "partition hint.strategy=native by k (summarize n = count(), t = max(t) by s | extend k = 'a')",
    "partition by k (summarize n = tolong(sum(n)), t = min(t), s = tostring(make_set(s)) | extend k = 'p')",
    "make-series n = sum(n), c = count() default=0 on t from datetime(2024-01-01) to datetime(2024-01-05) step 2d by k, s \
     | mv-expand t to typeof(datetime), n to typeof(long), c to typeof(long) | extend n = n + c | project t, k, s, n",
    "make-series n = max(n) default=0 on t in range(datetime(2024-01-01), datetime(2024-01-04), 1d) by k \
     | mv-expand t to typeof(datetime), n to typeof(long) | extend s = k",
];

/// Operators whose result shrinks or changes otherwise when rows are added; each query reads `T` once.
/// Groups come in the order of their first row, which need not be the one chosen, so they are sorted.
const CHOOSING: &[&str] = &[
    "top 3 by n desc",
    "take 4",
    "summarize arg_max(n, *) by k | sort by t asc, k asc, n asc, s asc",
    "summarize arg_min(t, *) by s | sort by t asc, k asc, n asc, s asc",
    "summarize arg_max(t, s), arg_min(n, *) by k | sort by t asc, k asc, n asc, s asc",
    "summarize take_any(*) by k",
    "partition hint.strategy=native by k (top 2 by n desc)",
    "join kind=innerunique (U) on k | project t, k, s, n = m",
    "join kind=leftouter (U) on k | project t, k, s, n = coalesce(m, n)",
    "join kind=rightouter (U) on k | project t, k = k1, s, n = m",
    "join kind=fullouter (U) on k | project t, k, s, n = m",
    "join kind=leftanti (U) on k",
    "join kind=leftantisemi (U) on k",
    "sort by t asc, n asc, s asc, k asc | extend n = row_cumsum(n, k != 'a')",
    "sort by t asc, n asc, s asc, k asc | extend s = next(s, 2) | where prev(k) != 'b'",
    "sort by k asc, n asc, s asc, t asc | extend n = row_rank_dense(n), s = tostring(row_rank_min(t))",
    "lookup (U) on k | project t, k, s, n = coalesce(m, n)",
    "serialize r = row_number() | extend n = n + r | project-away r",
    "sort by t asc, n asc, s asc | extend n = n - prev(n) | serialize",
    "sort by t asc, n asc, s asc, k asc | scan with (step a: n > 1; step b: n > a.n;)",
    "sort by t asc, n asc, s asc, k asc | scan partition by k declare (c: long = 0) with (step a: true => c = n + a.c;) \
     | extend n = c | project-away c",
    "top-nested 2 of k by sum(n) | extend n = aggregated_k, s = k, t = datetime(2024-01-02)",
    "top-nested 2 of k by sum(n), top-nested 1 of s by count() | extend n = tolong(aggregated_k + aggregated_s), t = datetime(2024-01-02)",
    "top-nested of k by r = dcount(s), top-nested 2 of s by q = max(n) desc, top-nested 1 of t by count() | extend n = tolong(r + q)",
    "top-nested 1 of k with others = 'rest' by c = count() | extend n = c, s = k, t = datetime(2024-01-02)",
    "sort by t asc, n asc, s asc, k asc | extend w = row_window_session(t, 2d, 1d + 1h) | extend n = datetime_diff('day', t, w) | project-away w",
    "sort by k asc, t asc, n asc, s asc | extend w = row_window_session(t, 3d, 2d, k != prev(k)) | summarize n = count(), s = max(s) by k, t = w \
     | sort by t asc, k asc",
    "sort by t asc, n asc, s asc, k asc | extend n = prev(row_cumsum(n, k == 'b')) | where isnotnull(n)",
    "sort by t asc, n asc, s asc, k asc | extend n = row_cumsum(n - prev(n, 1, 0), row_number() == 3)",
    "sort by t asc, n asc, s asc, k asc | extend s = strcat(next(s, row_number(1) % 1 + 1), prev(next(k)), tostring(row_rank_dense(prev(k))))",
    "sort by k asc, n asc, s asc, t asc | where row_number(1, k != prev(k)) <= 2",
    "sort by t asc, n asc, s asc, k asc | scan declare (c: long = 0, f: string = '') with \
     (step a output=none: k == 'a' => c = n, f = s; step b: n >= a.c and k != 'a' => c = a.c + n, f = a.f; step d: k == 'c' => f = strcat(b.f, a.f);) \
     | extend n = c, s = f | project t, k, s, n",
    "sort by t asc, n asc, s asc, k asc | scan partition by s declare (c: long = 0) with (step a output=last: n > 0 => c = a.c + 1; step b: n == 0 => c = a.c;) \
     | extend n = c | project-away c",
    "sort by t asc, n asc, s asc, k asc | scan with_match_id=m partition by k with (step a: n > 0; step b: n > a.n;) | extend n = m | project-away m",
    "partition hint.strategy=native by k (sort by n desc, t asc, s asc | extend n = row_number() | where n <= 2)",
    "partition by k (top 1 by t desc | extend n = n + 1)",
    "partition hint.strategy=native by k (where n > 1 | extend s = strcat(s, '!'))",
    "partition by k (where k != 'a' | extend n = n * 2)",
    "mv-apply q = split(s, ' ') to typeof(string) on (sort by q asc | extend r = row_number() | where r <= 1) | extend s = q, n = r | project t, k, s, n",
    "mv-apply q = split(s, ' ') to typeof(string) on (top 1 by q desc) | extend s = q | project-away q",
    "lookup kind=leftouter (U | where m > 1) on $left.k == $right.k | extend n = coalesce(m, n) | project t, k, s, n",
    "make-series n = count() default=0 on t from datetime(2024-01-01) to datetime(2024-01-05) step 1d by k \
     | extend x = series_fir(n, dynamic([1, 1]), false) | mv-expand t to typeof(datetime), x to typeof(long) | project t, k, s = k, n = x",
];

#[derive(Clone, Debug)]
struct Case {
    query: String,
    /// Where the first operator stands that does not work row by row.
    row_by_row: usize,
    t: Vec<(i64, &'static str, &'static str, Option<i64>)>,
    u: Vec<(&'static str, i64)>,
}

fn condition() -> impl Strategy<Value = String> {
    select(CONDITIONS).prop_map(|condition| format!("where {condition}"))
}

/// Operators of which `T` may be read again: what holds for some rows holds for more.
fn many_readings() -> impl Strategy<Value = Vec<String>> {
    let row = || prop_oneof![positive(), select(ROW_BY_ROW).prop_map(str::to_owned)];
    let together = select(TOGETHER).prop_map(str::to_owned);
    (
        proptest::collection::vec(row(), 0..4),
        proptest::option::of(together),
        proptest::collection::vec(positive(), 0..2),
    )
        .prop_map(|(mut operators, together, last)| {
            operators.extend(together);
            operators.extend(last);
            operators
        })
}

/// Conditions that do not ask for the absence of a row.
fn positive() -> impl Strategy<Value = String> {
    condition().prop_filter("asks for absence", |text| !text.contains("!in (U"))
}

/// Operators of all kinds; `T` is read once, and `U` as it is.
fn one_reading() -> impl Strategy<Value = Vec<String>> {
    let reads_again = |text: &&str| {
        ["(T", "Kept", "pick("]
            .iter()
            .all(|part| !text.contains(part))
    };
    let row: Vec<&str> = ROW_BY_ROW.iter().copied().filter(reads_again).collect();
    let operator = prop_oneof![
        3 => condition(),
        2 => select(row).prop_map(str::to_owned),
        1 => select(TOGETHER).prop_map(str::to_owned),
        2 => select(CHOOSING).prop_map(str::to_owned),
    ];
    proptest::collection::vec(operator, 1..6)
}

fn rows() -> impl Strategy<Value = Vec<(i64, &'static str, &'static str, Option<i64>)>> {
    let row = (
        0..4_i64,
        select(&["a", "b", "c", ""][..]),
        select(&["x", "x y", "y z", "", "z x y"][..]),
        proptest::option::weighted(0.9, 0..5_i64),
    );
    proptest::collection::vec(row, 0..12)
}

fn cases(operators: impl Strategy<Value = Vec<String>>) -> impl Strategy<Value = Case> {
    let other = proptest::collection::vec((select(&["a", "b", "d", ""][..]), 0..4_i64), 0..5);
    (operators, rows(), other).prop_map(|(operators, t, u)| {
        let mut query = format!("{LETS}T");
        let mut row_by_row = None;
        for operator in operators {
            let by_row = ROW_BY_ROW.contains(&operator.as_str()) || operator.starts_with("where");
            if !by_row {
                row_by_row.get_or_insert(query.len());
            }
            query = format!("{query} | {operator}");
        }
        let row_by_row = row_by_row.unwrap_or(query.len());
        Case {
            query,
            row_by_row,
            t,
            u,
        }
    })
}

type Tables = BTreeMap<String, Table>;

impl Case {
    fn tables(&self) -> Tables {
        let mut t = TableBuilder::new(Schema::new([
            ("t", ScalarType::DateTime),
            ("k", ScalarType::String),
            ("s", ScalarType::String),
            ("n", ScalarType::Long),
        ]));
        for (day, k, s, n) in &self.t {
            t.push(0, Value::DateTime(START + day * TICKS_PER_DAY));
            t.push_str(1, k);
            t.push_str(2, s);
            t.push(3, n.map_or(Value::Null, Value::Long));
            t.end_row();
        }
        let mut u = TableBuilder::new(Schema::new([
            ("k", ScalarType::String),
            ("m", ScalarType::Long),
        ]));
        for (k, m) in &self.u {
            u.push_str(0, k);
            u.push(1, Value::Long(*m));
            u.end_row();
        }
        BTreeMap::from([("T".to_owned(), t.finish()), ("U".to_owned(), u.finish())])
    }

    fn explained(&self, watch: Option<usize>) -> Explained {
        let tables = self.tables();
        let watch = watch.map(|row| SourceRow {
            table: "T".to_owned(),
            row,
        });
        explain(&self.bound(&tables), &tables, &options(), watch).unwrap()
    }

    fn bound(&self, tables: &Tables) -> kql_analysis::plan::Query {
        let schemas = tables.iter();
        let schemas = schemas.map(|(name, table)| (name.clone(), table.schema().clone()));
        let catalog = Catalog {
            tables: schemas.collect(),
            ..Catalog::default()
        };
        let bound = bind(&self.query, &catalog);
        assert!(
            bound.query.is_some(),
            "{}: {:?}",
            self.query,
            bound.diagnostics
        );
        bound.query.unwrap()
    }

    fn run(&self, tables: &Tables) -> RunResult {
        run(&self.bound(tables), tables, &options()).unwrap()
    }
}

fn options() -> RunOptions {
    RunOptions {
        now: START + 5 * TICKS_PER_DAY,
        explain: true,
        ..RunOptions::default()
    }
}

/// The lines of a result, without the header.
fn lines(result: &RunResult) -> Vec<String> {
    let table = result.tables.first().unwrap();
    let text = format::csv(table);
    text.split("\r\n").skip(1).map(str::to_owned).collect()
}

fn check_same(case: &Case) {
    let tables = case.tables();
    let (plain, explained) = (case.run(&tables), case.explained(None).result);
    assert_eq!(lines(&plain), lines(&explained), "{}", case.query);
    assert_eq!(plain.steps, explained.steps, "{}", case.query);
}

/// The rows behind each result row, alone, give that row. Where some are only possible, the query must not
/// choose among rows or ask for the absence of one: rows that are not needed may change what it chooses.
fn check_rows_behind(case: &Case) {
    let chooses = CHOOSING
        .iter()
        .any(|operator| case.query.contains(operator));
    let chooses = chooses || case.query.contains("!in (U");
    // A row that its neighbour kept out comes in when it stands alone; it may then change what is put
    // together of others.
    let others = CHOOSING.iter().chain(TOGETHER);
    let others = others
        .filter(|operator| case.query.contains(**operator))
        .count();
    let windows = ["prev(", "next(", "row_"];
    if others > 1 && windows.iter().any(|name| case.query.contains(name)) {
        return;
    }
    let explained = case.explained(None);
    let all = lines(&explained.result);
    let tables = case.tables();
    for row in 0..explained.result.tables.first().unwrap().rows() {
        let behind = explained.behind(0, row..row + 1);
        if chooses && !behind.approximate.is_empty() {
            continue;
        }
        let part = tables.iter();
        let part = part.map(|(name, table)| (name.clone(), table.take(&behind.rows(name))));
        let again = lines(&case.run(&part.collect()));
        let wanted = all.get(row).unwrap();
        assert!(
            again.contains(wanted),
            "{}\nrow {row}: {wanted}\nbehind: {behind:?}\ngive: {again:?}",
            case.query
        );
        let is_series = |one: &Approximation| one.operator == "make-series";
        if behind.approximate.iter().all(is_series) && !case.query.contains("series_") {
            // The points of a series that no function looks at rest on their bins alone.
            let exact = |name: &str| behind.tables.get(name).map(|rows| rows.exact.clone());
            let part = tables.iter().map(|(name, table)| {
                let rows = exact(name).unwrap_or_default();
                (name.clone(), table.take(&rows))
            });
            let again = lines(&case.run(&part.collect()));
            // A bin without rows needs another row of its series to be there at all.
            let has_rows = behind
                .tables
                .get("T")
                .is_some_and(|rows| !rows.exact.is_empty());
            let of_data = case.query.contains("on t step");
            assert!(
                (!behind.approximate.is_empty() && (!has_rows || of_data))
                    || again.contains(wanted),
                "{}\nrow {row}: {wanted}\nexact: {behind:?}\ngive: {again:?}",
                case.query
            );
        }
        if !chooses {
            check_need(case, &tables, &behind, (&all, wanted));
        }
    }
}

/// Without the rows behind a result row, it is not there.
fn check_need(case: &Case, tables: &Tables, behind: &Behind, (all, wanted): (&[String], &String)) {
    // An aggregate over all rows gives a row of none too, whose number may be overwritten.
    let of_all = ["summarize n = count() | ", "count | project n = Count"];
    let overwritten = |start: &str| {
        let rest = case.query.split_once(start).map(|(_, rest)| rest);
        rest.is_some_and(|rest| rest.contains("n = "))
    };
    if behind.count() == 0 || of_all.into_iter().any(overwritten) {
        return;
    }
    let rest = tables.iter().map(|(name, table)| {
        let behind = behind.rows(name);
        let others = 0..table.rows() as u32;
        let others: Vec<u32> = others
            .filter(|row| behind.binary_search(row).is_err())
            .collect();
        (name.clone(), table.take(&others))
    });
    let again = lines(&case.run(&rest.collect()));
    let count = |lines: &[String]| lines.iter().filter(|line| *line == wanted).count();
    assert!(
        count(&again) < count(all),
        "{}\n{wanted} stays without {behind:?}",
        case.query
    );
}

/// A row that conditions dropped, before rows are put together, changes nothing when it is taken out. A
/// row that is kept is behind its result rows.
fn check_fates(case: &Case) {
    let tables = case.tables();
    let whole = lines(&case.run(&tables));
    let t = tables.get("T").unwrap();
    for row in 0..t.rows() {
        let explained = case.explained(Some(row));
        let fate = explained.fate();
        for result_row in fate.kept.iter().flat_map(|(_, rows)| rows) {
            let result_row = *result_row as usize;
            let behind = explained.behind(0, result_row..result_row + 1).rows("T");
            assert!(behind.contains(&(row as u32)), "{}: row {row}", case.query);
        }
        let by_condition = |stop: &Stop| {
            let filters = ["where", "parse", "join"].contains(&stop.operator.as_str());
            // A row that is only looked up may decide about others.
            let filters = filters && !stop.why.contains(&Why::LookedUp);
            filters && stop.ends && stop.range.start < case.row_by_row
        };
        if fate.kept.is_empty() && fate.stops.iter().all(by_condition) {
            let rest: Vec<u32> = (0..t.rows() as u32)
                .filter(|other| *other != row as u32)
                .collect();
            let mut fewer = tables.clone();
            fewer.insert("T".to_owned(), t.take(&rest));
            assert_eq!(whole, lines(&case.run(&fewer)), "{}: row {row}", case.query);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(5), ..ProptestConfig::default() })]

    #[test]
    fn queries_that_read_a_table_again(case in cases(many_readings())) {
        check_same(&case);
        check_rows_behind(&case);
        check_fates(&case);
    }

    #[test]
    fn queries_of_all_operators(case in cases(one_reading())) {
        check_same(&case);
        check_rows_behind(&case);
        check_fates(&case);
    }
}
