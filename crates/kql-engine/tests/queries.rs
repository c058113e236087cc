//! Queries run end to end: `queries/*.txt` holds cases parted by lines of `=`, each a query, a line
//! `---` and the table it gives as plain text, or `error: ` and the message.
//!
//! With `UPDATE_EXPECT=1` the files are written anew from the results.

#![allow(clippy::unwrap_used)]

mod cases;

use std::collections::BTreeMap;

use kql_analysis::{Catalog, bind};
use kql_engine::{RunOptions, format, run};

fn evaluate(query: &str) -> String {
    let bound = bind(query, &Catalog::default());
    let Some(plan) = bound.query else {
        let errors = bound.diagnostics.iter().filter(|found| found.is_error());
        return errors
            .map(|found| format!("error: {}\n", found.message))
            .collect();
    };
    match run(&plan, &BTreeMap::new(), &RunOptions::default()) {
        Ok(result) => result.tables.iter().map(format::plain).collect(),
        Err(error) => format!("error: {error}\n"),
    }
}

#[test]
fn queries_give_their_tables() {
    cases::check("queries", |query| evaluate(query).trim_end().to_owned());
}
