//! The tabular operators, one file each, and the state of a run that they share.

mod expand;
mod explain;
mod join;
mod parse;
mod parse_kv;
mod project;
mod rows;
mod select;
mod series;
mod sort;
mod source;
mod summarize;
mod union;

use std::collections::BTreeMap;

use kql_analysis::plan::{Node, Plan, Query, ScalarSource};
use kql_analysis::value::Value;

use crate::column::Column;
use crate::error::EvalError;
use crate::run::RunOptions;
use crate::step::Step;
use crate::table::Table;

/// One run: what it reads and what it has computed so far.
pub(crate) struct Runner<'a> {
    pub(crate) query: &'a Query,
    pub(crate) tables: &'a BTreeMap<String, Table>,
    pub(crate) options: &'a RunOptions,
    /// Parallel to the query's scalars; `None` until first used.
    scalars: Vec<Option<Value>>,
    /// Parallel to the query's shared tables; `None` until first used.
    shared: Vec<Option<Table>>,
    steps: Vec<Step>,
    /// Rows the current operator has read from its inputs.
    rows_in: usize,
    /// What the current operator has to explain.
    met: Vec<String>,
    depth: usize,
}

impl<'a> Runner<'a> {
    pub(crate) fn new(
        query: &'a Query,
        tables: &'a BTreeMap<String, Table>,
        options: &'a RunOptions,
    ) -> Self {
        Self {
            query,
            tables,
            options,
            scalars: vec![None; query.scalars.len()],
            shared: vec![None; query.shared.len()],
            steps: Vec::new(),
            rows_in: 0,
            met: Vec::new(),
            depth: 0,
        }
    }

    pub(crate) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// Runs an operator and its inputs.
    pub(crate) fn plan(&mut self, plan: &Plan) -> Result<Table, EvalError> {
        self.enter().map_err(|error| error.at(plan.range.clone()))?;
        let outer = std::mem::take(&mut self.rows_in);
        let table = self.node(plan);
        let rows_in = std::mem::replace(&mut self.rows_in, outer);
        self.depth -= 1;
        let table = table.map_err(|error| error.at(plan.range.clone()))?;
        self.rows_in += table.rows();
        let met = std::mem::take(&mut self.met);
        if self.options.explain {
            self.steps.push(Step {
                range: plan.range.clone(),
                rows_in,
                rows_out: table.rows(),
                met,
            });
        }
        Ok(table)
    }

    fn enter(&mut self) -> Result<(), EvalError> {
        let limit = self.options.limits.plan_depth;
        if self.depth >= limit {
            return Err(
                EvalError::new(format!("the query nests more than {limit} operators"))
                    .with_hint("Split it, or drop operators that change nothing."),
            );
        }
        self.depth += 1;
        Ok(())
    }

    fn node(&mut self, plan: &Plan) -> Result<Table, EvalError> {
        match &plan.node {
            Node::Table { name } => source::given(self, name, &plan.schema),
            Node::Rows { rows } => Ok(source::literal(rows, &plan.schema)),
            Node::Print { columns } => source::print(self, columns, &plan.schema),
            Node::Range { from, to, step, .. } => {
                source::range(self, [from, to, step], &plan.schema)
            }
            Node::Shared { index } => self.shared(*index),
            Node::Where { input, predicate } => select::filter(self, input, predicate),
            Node::Project { input, columns } => project::project(self, input, columns),
            Node::Extend { input, columns } => project::extend(self, input, columns, &plan.schema),
            Node::ExtendTuple {
                input,
                targets,
                expr,
            } => project::extend_tuple(self, input, targets, expr, &plan.schema),
            Node::Summarize {
                input,
                keys,
                aggregates,
                outputs,
            } => summarize::summarize(self, input, keys, aggregates, outputs),
            Node::Distinct { input } => Ok(select::distinct(&self.plan(input)?)),
            Node::Sort { input, keys } => sort::sort(self, input, keys),
            Node::Take { input, count } => select::take(self, input, count),
            Node::Top { input, count, keys } => sort::top(self, input, count, keys),
            Node::Count { input } => Ok(select::count(&self.plan(input)?, &plan.schema)),
            Node::Join {
                left,
                right,
                kind,
                keys,
                outputs,
            } => join::join(self, [left, right], *kind, keys, outputs, &plan.schema),
            Node::Union {
                inputs,
                source_column,
            } => union::union(self, inputs, source_column.as_ref(), &plan.schema),
            Node::MvExpand { .. } => expand::expand(self, plan),
            Node::MakeSeries(series) => series::make_series(self, series, &plan.schema),
            Node::As { input, index } => self.store(input, *index),
            Node::Parse(parse) => parse::parse(self, parse, &plan.schema),
            Node::ParseKv(parse) => parse_kv::parse_kv(self, parse, &plan.schema),
            Node::GetSchema { input } => Ok(rows::schema_rows(&input.schema, &plan.schema)),
            Node::Pass { input } => self.plan(input),
            Node::Late(late) => Err(EvalError::new(format!(
                "the plugin {} is not supported",
                late.plugin
            ))
            .with_hint("Replace it by operators with fixed columns.")),
        }
    }

    /// A named table of the query, run on first use.
    fn shared(&mut self, index: usize) -> Result<Table, EvalError> {
        if let Some(Some(table)) = self.shared.get(index) {
            self.rows_in = table.rows();
            return Ok(table.clone());
        }
        let query = self.query;
        let shared = query.shared.get(index);
        let plan = shared.and_then(|shared| shared.plan.as_ref());
        let Some(plan) = plan else {
            let name = shared.map_or("", |shared| shared.name.as_str());
            return Err(EvalError::new(format!(
                "the table {name} is read before the `as` that names it has run"
            ))
            .with_hint("Define it with `let` instead."));
        };
        let table = self.plan(plan)?;
        self.keep(index, &table);
        Ok(table)
    }

    fn store(&mut self, input: &Plan, index: usize) -> Result<Table, EvalError> {
        let table = self.plan(input)?;
        self.keep(index, &table);
        Ok(table)
    }

    fn keep(&mut self, index: usize, table: &Table) {
        if let Some(slot) = self.shared.get_mut(index) {
            *slot = Some(table.clone());
        }
    }

    /// A scalar of the query, computed on first use.
    pub(crate) fn scalar(&mut self, index: usize) -> Result<Value, EvalError> {
        if let Some(Some(value)) = self.scalars.get(index) {
            return Ok(value.clone());
        }
        let query = self.query;
        let Some(scalar) = query.scalars.get(index) else {
            return Err(EvalError::new("the query reads a scalar that it lacks"));
        };
        let value = match &scalar.source {
            ScalarSource::Expr(expr) => self.constant(expr)?,
            ScalarSource::FirstCell(plan) => self.aside(plan)?.value(0, 0),
        };
        if let Some(slot) = self.scalars.get_mut(index) {
            *slot = Some(value.clone());
        }
        Ok(value)
    }

    /// The first column of a table that an expression reads.
    pub(crate) fn first_column(&mut self, plan: &Plan) -> Result<Column, EvalError> {
        let table = self.aside(plan)?;
        let column = table.column(0).cloned();
        column.ok_or_else(|| EvalError::new("the table has no column"))
    }

    /// Runs a table that is no input of the current operator.
    fn aside(&mut self, plan: &Plan) -> Result<Table, EvalError> {
        let rows_in = self.rows_in;
        let met = std::mem::take(&mut self.met);
        let table = self.plan(plan);
        self.rows_in = rows_in;
        self.met = met;
        table
    }
}
