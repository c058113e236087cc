//! A run that is to end ends soon, wherever it is; one that is not asked to goes on.

use std::cell::Cell;
use std::collections::BTreeMap;

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use kql_engine::interrupt::{CANCELLED, ask};
use kql_engine::{RunOptions, Table, TableBuilder, run};

/// Questions that may pass before a run of a hundred thousand rows is over.
const LONG: u32 = 20;

thread_local! {
    static ASKED: Cell<u32> = const { Cell::new(0) };
    static PATIENCE: Cell<u32> = const { Cell::new(0) };
}

fn is_cancelled() -> bool {
    ASKED.set(ASKED.get() + 1);
    ASKED.get() > PATIENCE.get()
}

fn tables() -> BTreeMap<String, Table> {
    let mut table = TableBuilder::new(Schema::new([
        ("n", ScalarType::Long),
        ("k", ScalarType::Long),
    ]));
    for row in 0..100_000 {
        table.push(0, Value::Long(row));
        table.push(1, Value::Long(row % 60));
        table.end_row();
    }
    BTreeMap::from([("T".to_owned(), table.finish())])
}

/// What a query ends in when it is cancelled at a question, and how often it was asked.
fn cancelled_after(
    query: &str,
    questions: u32,
    tables: &BTreeMap<String, Table>,
) -> (Option<String>, u32) {
    let mut catalog = Catalog::default();
    catalog
        .tables
        .insert("T".to_owned(), tables["T"].schema().clone());
    let bound = bind(query, &catalog).query.expect("a plan");
    ASKED.set(0);
    PATIENCE.set(questions);
    ask(Some(is_cancelled));
    let result = run(&bound, tables, &RunOptions::default());
    ask(None);
    (result.err().map(|error| error.message), ASKED.get())
}

#[test]
fn long_work_of_every_kind_can_be_ended() {
    let tables = tables();
    for query in [
        "T | where n % 7 == k % 7",
        "T | extend m = strcat(n, '-', k)",
        "T | summarize percentile(n, 50), make_list(n) by k",
        "T | where n < 3000 | join kind=inner (T | where n < 3000) on k",
        "T | extend a = pack_array(n, k) | mv-expand a",
        "T | summarize s = make_list(k, 8000) | extend p = series_periods_detect(s, 4, 4000, 1)",
        "T | sort by k desc, n desc",
        "T | partition by k (summarize sum(n))",
        "range i from 1 to 200000 step 1 | extend j = i * i",
    ] {
        let (error, asked) = cancelled_after(query, u32::MAX, &tables);
        assert_eq!(error, None, "{query}");
        assert!(asked > LONG, "{query} was asked {asked} times");
        for questions in [0, 1, asked / 2, asked - 1] {
            let (error, asked) = cancelled_after(query, questions, &tables);
            assert_eq!(
                error.as_deref(),
                Some(CANCELLED),
                "{query} after {questions}"
            );
            assert_eq!(asked, questions + 1, "{query} goes on");
        }
    }
}

/// Work that is one call, or one column, asks while it goes on: a query with it is asked so many times more
/// than one without.
#[test]
fn one_long_call_asks_too() {
    const MORE: u32 = 15;
    let tables = tables();
    let list = "T | extend s = strcat(n) | summarize s = make_list(s)";
    let text = "T | summarize s = strcat_array(make_list(n), ',')";
    let texts = "T | extend s = strcat(n)";
    let bags = "T | project b = bag_pack('x', n)";
    for (without, with) in [
        (list, "| extend s = array_sort_desc(s)"),
        (text, "| extend s = replace_regex(s, '[0-9]+', 'x')"),
        (text, "| extend s = extract_all('([0-9]+)', s)"),
        (text, "| extend s = countof(s, '1')"),
        ("T", "| summarize percentiles(n, 5, 95)"),
        (texts, "| sort by s asc"),
        (texts, "| union T | project s"),
        (
            texts,
            "| join kind=leftouter (T | project s = tostring(n)) on s",
        ),
        (texts, "| where s in ((T | project tostring(n)))"),
        (texts, "| where s matches regex '9$'"),
        (bags, "| evaluate bag_unpack(b)"),
        ("T", "| serialize | extend p = prev(n)"),
        (
            "T",
            "| serialize | extend w = row_window_session(datetime(2020-01-01) + n * 1s, 1h, 1m)",
        ),
        ("T", "| reduce by tostring(n)"),
        ("T | summarize l = make_list(n)", "| mv-expand l"),
        (
            "T | summarize s = make_list(n)",
            "| extend s = set_union(s, s)",
        ),
        (
            "T | extend t = datetime(2020-01-01) + n * 1s",
            "| evaluate activity_counts_metrics(n, t, datetime(2020-01-01), datetime(2020-01-03), 1d)",
        ),
    ] {
        let (_, before) = cancelled_after(without, u32::MAX, &tables);
        let query = format!("{without} {with}");
        let (error, asked) = cancelled_after(&query, u32::MAX, &tables);
        assert_eq!(error, None, "{query}");
        assert!(
            asked > before + MORE,
            "{query} was asked {asked} times, {before} without"
        );
        for questions in [before + (asked - before) / 2, asked - 1] {
            let (error, asked) = cancelled_after(&query, questions, &tables);
            assert_eq!(
                error.as_deref(),
                Some(CANCELLED),
                "{query} after {questions}"
            );
            assert_eq!(asked, questions + 1, "{query} goes on");
        }
    }
}
