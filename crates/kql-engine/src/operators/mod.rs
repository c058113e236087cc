//! The tabular operators, one file each, and the state of a run that they share.

pub(crate) mod alone;
mod bins;
mod carry;
mod each;
mod expand;
mod held;
mod join;
mod memory;
pub(crate) mod met;
mod parse;
mod parse_kv;
mod plugins;
mod project;
mod reduce;
mod rows;
mod scan;
mod select;
mod series;
pub(crate) mod sort;
mod source;
mod summarize;
mod together;
mod top_nested;
mod typed_aggregate;
mod union;

use std::collections::BTreeMap;

use kql_analysis::plan::{Node, Plan, Query};

pub(crate) use carry::{Marked, Marks};
use memory::Memory;

use crate::column::Column;
use crate::error::EvalError;
use crate::explain::{self, Trace};
use crate::interrupt;
use crate::room::Counted;
use crate::run::RunOptions;
use crate::step::Step;
use crate::table::Table;

/// One run: what it reads and what it has computed so far.
pub(crate) struct Runner<'a> {
    pub(crate) query: &'a Query,
    pub(crate) tables: &'a BTreeMap<String, Table>,
    pub(crate) options: &'a RunOptions,
    memory: Memory,
    steps: Vec<Step>,
    /// Rows the current operator has read from its inputs.
    rows_in: usize,
    /// What the current operator has to explain.
    met: Vec<String>,
    depth: usize,
    /// The operator that is under way.
    operator: &'static str,
    /// Bytes that the tables which are under way hold.
    held: usize,
    /// Bytes of the query's named tables that are kept.
    kept: usize,
    /// What was given and what is kept, when it was first asked for.
    counted: Option<Counted>,
    /// Bytes that the run may hold.
    run_bytes: usize,
    /// Present when the run is explained.
    trace: Option<Box<Trace>>,
}

/// What a run has computed, kept while its query is bound anew.
#[derive(Default)]
pub(crate) struct Computed {
    memory: Memory,
    steps: Vec<Step>,
    trace: Option<Box<Trace>>,
}

impl Computed {
    /// Nothing yet; the run notes where rows come from when there is a trace.
    pub(crate) fn noting(trace: Option<Box<Trace>>) -> Self {
        Self {
            trace,
            ..Self::default()
        }
    }

    /// Keeps the result of the next data-dependent plugin.
    pub(crate) fn keep_late(&mut self, table: Table) {
        self.memory.keep_late(table);
        if let Some(trace) = &mut self.trace {
            trace.keep_late();
        }
    }

    pub(crate) fn into_notes(self) -> (Vec<Step>, Option<Box<Trace>>) {
        (self.steps, self.trace)
    }
}

impl<'a> Runner<'a> {
    /// Goes on with what has been computed. Binding a query anew numbers its scalars and tables in the
    /// same order, so that what is known stays where it is.
    pub(crate) fn new(
        query: &'a Query,
        tables: &'a BTreeMap<String, Table>,
        options: &'a RunOptions,
        computed: Computed,
    ) -> Self {
        Self {
            query,
            tables,
            options,
            memory: computed.memory.sized_for(query),
            steps: computed.steps,
            rows_in: 0,
            met: Vec::new(),
            depth: 0,
            operator: "",
            held: 0,
            kept: 0,
            counted: None,
            run_bytes: options.limits.run_bytes,
            trace: computed.trace,
        }
    }

    pub(crate) fn into_computed(self) -> Computed {
        Computed {
            memory: self.memory,
            steps: self.steps,
            trace: self.trace,
        }
    }

    /// Runs an operator and its inputs.
    pub(crate) fn plan(&mut self, plan: &Plan) -> Result<Table, EvalError> {
        self.enter().map_err(|error| error.at(plan.range.clone()))?;
        let outer = std::mem::take(&mut self.rows_in);
        self.note(Trace::open);
        let (operator, held) = (self.operator, self.held);
        self.operator = explain::operator(&plan.node);
        let table = self.node(plan).and_then(|table| {
            interrupt::still_wanted()?;
            self.held = held + self.bytes_of(&table);
            self.room().check(0).map(|()| table)
        });
        self.operator = operator;
        let rows_in = std::mem::replace(&mut self.rows_in, outer);
        self.depth -= 1;
        let table = table.map_err(|error| error.at(plan.range.clone()))?;
        self.rows_in += table.rows();
        self.count_part_rows(table.rows())
            .map_err(|error| error.at(plan.range.clone()))?;
        self.note_result(plan, &table)?;
        let met = std::mem::take(&mut self.met);
        // The plugin's own step stands where it has run.
        if self.options.explain && !matches!(plan.node, Node::Late { .. } | Node::Part { .. }) {
            self.steps.push(Step {
                range: plan.range.clone(),
                rows_in,
                rows_out: table.rows(),
                met,
            });
        }
        Ok(table)
    }

    /// Whether the run is explained.
    pub(crate) fn is_traced(&self) -> bool {
        self.trace.is_some()
    }

    /// Notes something for the explanation, when there is to be one.
    pub(crate) fn note(&mut self, what: impl FnOnce(&mut Trace)) {
        if let Some(trace) = &mut self.trace {
            what(trace);
        }
    }

    /// What the explanation asks for, when there is to be one.
    pub(crate) fn asked<T: Default>(&self, what: impl FnOnce(&Trace) -> T) -> T {
        self.trace.as_deref().map_or_else(T::default, what)
    }

    fn note_result(&mut self, plan: &Plan, table: &Table) -> Result<(), EvalError> {
        let limit = self.options.limits.trace_rows;
        match &mut self.trace {
            Some(trace) => trace.close(plan, table.rows(), limit),
            None => Ok(()),
        }
    }

    /// Evaluates something again without a note or a step of it.
    pub(crate) fn unnoticed<T>(&mut self, what: impl FnOnce(&mut Self) -> T) -> T {
        let (trace, rows_in) = (self.trace.take(), self.rows_in);
        let (steps, met) = (
            std::mem::take(&mut self.steps),
            std::mem::take(&mut self.met),
        );
        let result = what(self);
        (self.trace, self.rows_in) = (trace, rows_in);
        (self.steps, self.met) = (steps, met);
        result
    }

    fn enter(&mut self) -> Result<(), EvalError> {
        interrupt::check()?;
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
            Node::Table { name, unread } => source::given(self, name, unread, &plan.schema),
            Node::Rows { rows } => Ok(source::literal(rows, &plan.schema)),
            Node::Print { columns } => source::print(self, columns, &plan.schema),
            Node::Range { from, to, step, .. } => {
                source::range(self, [from, to, step], &plan.schema, usize::MAX)
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
            Node::Distinct { input } => select::distinct(self, input),
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
            Node::MvExpand { input, expansion } => expand::expand(self, input, expansion),
            Node::TopNested { input, levels } => {
                top_nested::top_nested(self, input, levels, &plan.schema)
            }
            Node::Reduce(reduce) => reduce::reduce(self, reduce, &plan.schema),
            Node::Scan(scan) => scan::scan(self, scan, &plan.schema),
            Node::Each(each) => each::each(self, each, &plan.schema),
            Node::Part { level } => self.part(*level),
            Node::MakeSeries(series) => series::make_series(self, series, &plan.schema),
            Node::As { input, index } => self.store(input, *index),
            Node::Parse(parse) => parse::parse(self, parse, &plan.schema),
            Node::ParseKv(parse) => parse_kv::parse_kv(self, parse, &plan.schema),
            Node::GetSchema { input } => Ok(rows::schema_rows(&input.schema, &plan.schema)),
            Node::Pass { input } => self.plan(input),
            Node::Evaluate(evaluate) => plugins::evaluate(self, evaluate, &plan.schema),
            Node::Late { index } => self.late(*index),
        }
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
        self.note(Trace::set_aside);
        table
    }
}
