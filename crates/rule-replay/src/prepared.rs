//! A rule bound once against the tables, to be run at any number of times.

use std::collections::BTreeMap;
use std::sync::Arc;

use kql_analysis::plan::Query;
use kql_analysis::{Catalog, bind};
use kql_engine::limits::Limits;
use kql_engine::{EvalError, RunOptions, RunResult, Table, Windows, run};
use sentinel_rules::rule::Rule;

use crate::outcome::Failure;
use crate::window::Window;

/// Tables by name. A table that a rule may read but that has no rows is there with its columns.
pub type Tables = BTreeMap<String, Table>;

/// A rule whose query is bound.
#[derive(Debug)]
pub struct Prepared<'a> {
    /// The rule.
    pub rule: &'a Rule,
    query: Arc<Query>,
}

/// The query of a rule as it was bound last, for the next run over tables with the same columns.
#[derive(Debug, Default)]
pub struct LastBound {
    last: Option<(String, Catalog, Arc<Query>)>,
}

impl LastBound {
    /// The bound query of a text; bound anew when the text or a column is another than last time.
    fn query(&mut self, text: &str, tables: &Tables) -> Result<Arc<Query>, Failure> {
        if let Some((known, catalog, query)) = &self.last
            && known == text
            && has_columns(catalog, tables)
        {
            return Ok(Arc::clone(query));
        }
        let catalog = catalog(tables);
        let query = Arc::new(bound_in(text, &catalog)?);
        self.last = Some((text.to_owned(), catalog, Arc::clone(&query)));
        Ok(query)
    }
}

/// Whether a catalogue is that of these tables.
fn has_columns(catalog: &Catalog, tables: &Tables) -> bool {
    let known = catalog.tables.iter();
    known.eq(tables.iter().map(|(name, table)| (name, table.schema())))
}

impl<'a> Prepared<'a> {
    /// Binds the query. Fails with the first error of syntax or binding.
    pub fn new(rule: &'a Rule, tables: &Tables) -> Result<Self, Failure> {
        Self::delayed(rule, tables, 0)
    }

    /// As [`Self::new`], with the query as it was bound last where that still fits.
    pub fn again(rule: &'a Rule, tables: &Tables, bound: &mut LastBound) -> Result<Self, Failure> {
        let query = bound.query(&rule.query, tables)?;
        Ok(Self { rule, query })
    }

    /// As [`Self::new`], for rows that are ingested so many ticks after their time.
    pub fn delayed(rule: &'a Rule, tables: &Tables, ingestion: i64) -> Result<Self, Failure> {
        let catalog = Catalog {
            ingestion_delay: ingestion,
            ..catalog(tables)
        };
        let query = Arc::new(bound_in(&rule.query, &catalog)?);
        Ok(Self { rule, query })
    }

    /// The query with what many runs over these tables share.
    pub fn windows<'t>(&'t self, tables: &'t Tables) -> Windows<'t> {
        Windows::new(&self.query, tables, Limits::default())
    }

    /// Runs the query at `now` (ticks) over the rows of `window`.
    pub fn run(&self, tables: &Tables, window: Window, now: i64) -> Result<RunResult, Failure> {
        run(&self.query, tables, &options(Some(window), now)).map_err(failure)
    }

    /// The bound query.
    pub fn query(&self) -> &Query {
        &self.query
    }
}

/// The query of a text over the tables. Fails with the first error of syntax or binding.
pub(crate) fn bound(text: &str, tables: &Tables) -> Result<Query, Failure> {
    bound_in(text, &catalog(tables))
}

fn bound_in(text: &str, catalog: &Catalog) -> Result<Query, Failure> {
    let bound = bind(text, catalog);
    match (
        bound.query,
        bound.diagnostics.into_iter().find(|found| found.is_error()),
    ) {
        (Some(query), None) => Ok(query),
        (_, Some(error)) => Err(Failure {
            message: error.message,
            hint: error.hint.unwrap_or_default(),
            range: error.range,
        }),
        (None, None) => Err(Failure {
            message: "the query gives no table".to_owned(),
            hint: "end it with a tabular expression".to_owned(),
            range: 0..text.len(),
        }),
    }
}

/// A run at `now` over the rows of a window, or over all rows, with its steps.
pub(crate) fn options(window: Option<Window>, now: i64) -> RunOptions {
    RunOptions {
        now,
        time_window: window.map(|window| (window.from, window.to)),
        explain: true,
        ..RunOptions::default()
    }
}

/// The schemas of the tables, for the binder.
pub fn catalog(tables: &Tables) -> Catalog {
    let mut catalog = Catalog::default();
    for (name, table) in tables {
        catalog.tables.insert(name.clone(), table.schema().clone());
    }
    catalog
}

pub(crate) fn failure(error: EvalError) -> Failure {
    Failure {
        message: error.message,
        hint: error.hint.unwrap_or_default(),
        range: error.range.unwrap_or(0..0),
    }
}
