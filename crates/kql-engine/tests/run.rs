//! Runs over given tables: explanations, time windows and limits.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use kql_analysis::time::parse_datetime;
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::{Catalog, bind};
use kql_engine::limits::Limits;
use kql_engine::{EvalError, RunOptions, RunResult, Table, TableBuilder, run};

fn logs() -> Table {
    let mut rows = TableBuilder::new(Schema::new([
        ("TimeGenerated", ScalarType::DateTime),
        ("ResultType", ScalarType::String),
    ]));
    for (day, result) in [("01", "Success"), ("02", "OK"), ("03", "Success")] {
        rows.push_str(0, &format!("2024-01-{day}"));
        rows.push_str(1, result);
        rows.end_row();
    }
    rows.finish()
}

fn evaluate(query: &str, options: &RunOptions) -> Result<RunResult, EvalError> {
    let tables = BTreeMap::from([("Logs".to_owned(), logs())]);
    let catalog = Catalog {
        tables: [("Logs".to_owned(), logs().schema().clone())].into(),
        ..Catalog::default()
    };
    let bound = bind(query, &catalog);
    assert!(bound.query.is_some(), "{:?}", bound.diagnostics);
    run(&bound.query.unwrap(), &tables, options)
}

#[test]
fn an_empty_where_says_what_it_met() {
    let options = RunOptions {
        explain: true,
        ..RunOptions::default()
    };
    let query = "let wanted = \"Failed\"; Logs | where ResultType == wanted | count";
    let steps = evaluate(query, &options).unwrap().steps;
    let filter = steps.iter().find(|step| !step.met.is_empty()).unwrap();
    assert_eq!((filter.rows_in, filter.rows_out), (3, 0));
    assert_eq!(
        filter.met.first().unwrap(),
        "ResultType was Success (2), OK (1)"
    );
    assert!(query[filter.range.clone()].contains("where ResultType"));
    assert_eq!(steps.last().unwrap().rows_out, 1);
}

#[test]
fn a_plugin_that_runs_first_is_explained_once() {
    let options = RunOptions {
        explain: true,
        ..RunOptions::default()
    };
    let query = "Logs | extend d = bag_pack(\"r\", ResultType) | evaluate bag_unpack(d) \
                 | where r == \"Failed\"";
    let steps = evaluate(query, &options).unwrap().steps;
    let texts: Vec<&str> = steps
        .iter()
        .map(|step| query[step.range.clone()].trim())
        .collect();
    let first_words = texts.iter().map(|text| text.split(' ').next().unwrap());
    let first_words: Vec<&str> = first_words.collect();
    assert_eq!(first_words, ["Logs", "extend", "evaluate", "where"]);
    let filter = steps.last().unwrap();
    assert_eq!((filter.rows_in, filter.rows_out), (3, 0));
    assert_eq!(filter.met.first().unwrap(), "r was Success (2), OK (1)");
}

#[test]
fn columns_that_a_plugin_does_not_give_are_an_error_with_a_place() {
    let query = "Logs | extend d = bag_pack(\"r\", ResultType) | evaluate bag_unpack(d) \
                 | where q == \"Failed\"";
    let error = evaluate(query, &RunOptions::default()).unwrap_err();
    assert_eq!(&query[error.range.clone().unwrap()], "q");
    assert_eq!(error.hint.as_deref(), Some("did you mean `r`?"));
}

#[test]
fn a_time_window_includes_its_start_and_not_its_end() {
    let day = |text| parse_datetime(text).unwrap();
    let options = RunOptions {
        time_window: Some((day("2024-01-01"), day("2024-01-03"))),
        ..RunOptions::default()
    };
    let result = evaluate("Logs", &options).unwrap();
    assert_eq!(result.tables.first().unwrap().rows(), 2);
}

#[test]
fn a_join_that_makes_too_many_rows_is_an_error_with_a_place() {
    let options = RunOptions {
        limits: Limits {
            table_rows: 8,
            ..Limits::default()
        },
        ..RunOptions::default()
    };
    let query = "Logs | extend k = 1 | join kind=inner (Logs | extend k = 1) on k";
    let error = evaluate(query, &options).unwrap_err();
    assert!(error.message.contains("limit of 8"), "{error}");
    assert!(error.range.is_some() && error.hint.is_some());
}

#[test]
fn an_operator_of_a_subquery_is_one_step_for_all_parts() {
    let options = RunOptions {
        explain: true,
        ..RunOptions::default()
    };
    let query = "range x from 1 to 3 step 1 | extend a = pack_array(x, 10 * x) \
                 | mv-apply v = a to typeof(long) on (where v > 9 | extend w = v)";
    let steps = evaluate(query, &options).unwrap().steps;
    let at = |text: &str| -> Vec<(usize, usize)> {
        let found = steps
            .iter()
            .filter(|step| query[step.range.clone()].starts_with(text));
        found.map(|step| (step.rows_in, step.rows_out)).collect()
    };
    assert_eq!(at("where v"), [(6, 3)]);
    assert_eq!(at("extend w"), [(3, 3)]);
    assert_eq!(at("mv-apply"), [(3, 3)]);
}

#[test]
fn work_over_parts_is_limited() {
    let options = RunOptions {
        limits: Limits {
            part_rows: 100,
            ..Limits::default()
        },
        ..RunOptions::default()
    };
    let query = "range x from 1 to 60 step 1 | partition hint.strategy=native by x (extend r = row_number() | count)";
    let error = evaluate(query, &options).unwrap_err();
    assert!(error.to_string().contains("more than 100 rows"), "{error}");
}
