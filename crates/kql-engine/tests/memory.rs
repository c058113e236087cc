//! Queries that would hold too much: `memory/*.txt` holds cases parted by lines of `=`, each a query, a
//! line `---` and the number of rows it gives, or the error with its place and its remedy. Runs may hold
//! [`RUN_BYTES`] here.
//!
//! With `UPDATE_EXPECT=1` the files are written anew from the results.

#![allow(clippy::unwrap_used)]

mod cases;

use std::collections::BTreeMap;

use kql_analysis::{Catalog, bind};
use kql_engine::limits::Limits;
use kql_engine::{EvalError, RunOptions, run};

const RUN_BYTES: usize = 4 << 20;

fn evaluate(query: &str, run_bytes: usize) -> Result<usize, EvalError> {
    let bound = bind(query, &Catalog::default());
    let plan = bound
        .query
        .unwrap_or_else(|| panic!("{query}: {:?}", bound.diagnostics));
    let options = RunOptions {
        limits: Limits {
            run_bytes,
            ..Limits::default()
        },
        ..RunOptions::default()
    };
    let result = run(&plan, &BTreeMap::new(), &options)?;
    Ok(result.tables.iter().map(|table| table.rows()).sum())
}

fn told(query: &str) -> String {
    match evaluate(query, RUN_BYTES) {
        Ok(rows) => format!("{rows} rows"),
        Err(error) => {
            let place = query
                .get(error.range.unwrap_or_default())
                .unwrap_or_default();
            let remedy = error.hint.unwrap_or_default();
            format!("{}\nat: {place}\nremedy: {remedy}", error.message)
        }
    }
}

#[test]
fn what_does_not_fit_ends_with_an_error() {
    cases::check("memory", told);
}

#[test]
fn the_limit_is_what_decides() {
    let query = "range x from 1 to 200000 step 1 | summarize make_list(x)";
    assert!(evaluate(query, 4 << 20).is_err());
    assert!(evaluate(query, 16 << 20).is_ok());
}
