//! Running a bound query over tables.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kql_analysis::Diagnostic;
use kql_analysis::plan::Query;

use crate::error::EvalError;
use crate::explain::Trace;
use crate::limits::Limits;
use crate::operators::{Computed, Runner};
use crate::step::Step;
use crate::table::Table;

/// The column that a time window applies to.
pub(crate) const TIME_COLUMN: &str = "TimeGenerated";

/// What a run may depend on besides the query and the tables.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// The time `now()` gives, in ticks since 0001-01-01T00:00:00Z.
    pub now: i64,
    /// Bounds on what the run may use.
    pub limits: Limits,
    /// Ticks from (included) and to (not included) of the `TimeGenerated` that queries see: rows of
    /// the given tables outside are left out before the first operator.
    pub time_window: Option<(i64, i64)>,
    /// Whether to record [`RunResult::steps`].
    pub explain: bool,
}

/// What a run gives.
#[derive(Clone, Debug, Default)]
pub struct RunResult {
    /// One table per tabular statement.
    pub tables: Vec<Table>,
    /// The operators in order of execution, when [`RunOptions::explain`] is set.
    pub steps: Vec<Step>,
}

/// Runs a query over the tables of these names. The same arguments give the same result everywhere.
pub fn run(
    query: &Query,
    tables: &BTreeMap<String, Table>,
    options: &RunOptions,
) -> Result<RunResult, EvalError> {
    Ok(run_noting(query, tables, options, None)?.0)
}

/// As [`run`]; when there is a trace, the operators note in it where their rows come from.
pub(crate) fn run_noting(
    query: &Query,
    tables: &BTreeMap<String, Table>,
    options: &RunOptions,
    trace: Option<Box<Trace>>,
) -> Result<(RunResult, Option<Box<Trace>>), EvalError> {
    let mut query = Cow::Borrowed(query);
    let mut computed = Computed::noting(trace);
    while let Some(late) = &query.late {
        let mut runner = Runner::new(&query, tables, options, computed);
        let table = runner.plan(&late.plan)?;
        computed = runner.into_computed();
        let bound = late.bind(table.schema());
        computed.keep_late(table);
        query = Cow::Owned(bound.query.ok_or_else(|| not_bound(&bound.diagnostics))?);
    }
    run_with(&query, tables, options, computed)
}

/// Runs a query whose plugins have all been run.
pub(crate) fn run_with(
    query: &Query,
    tables: &BTreeMap<String, Table>,
    options: &RunOptions,
    computed: Computed,
) -> Result<(RunResult, Option<Box<Trace>>), EvalError> {
    let mut runner = Runner::new(query, tables, options, computed);
    let mut result = RunResult::default();
    for statement in &query.statements {
        result.tables.push(runner.plan(statement)?);
    }
    let trace;
    (result.steps, trace) = runner.into_computed().into_notes();
    Ok((result, trace))
}

/// The error of a query that does not fit the columns of a plugin's result.
fn not_bound(diagnostics: &[Diagnostic]) -> EvalError {
    let Some(found) = diagnostics.iter().find(|found| found.is_error()) else {
        return EvalError::new("the query does not fit the columns of its plugin");
    };
    let error = EvalError::new(found.message.clone()).at(found.range.clone());
    match &found.hint {
        Some(hint) => error.with_hint(hint.clone()),
        None => error,
    }
}
