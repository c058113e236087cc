//! The operators of a query that make time series.

use kql_analysis::plan::{Expr, ExprKind, Node, Plan, Query, ScalarSource};
use kql_analysis::types::{ScalarType, Schema};

/// Operators inside one another that are looked through.
const MAX_DEPTH: usize = 200;

/// A time series in a query.
#[derive(Debug)]
pub(super) struct Found<'q> {
    /// The operator whose rows are the series.
    pub plan: &'q Plan,
    /// Column of the values.
    pub value: usize,
    /// Column of the times.
    pub axis: usize,
    /// Columns of flags, scores and baselines.
    pub parts: Option<[usize; 3]>,
}

/// All time series of a query, in order of the text. A `make-series` whose values are decomposed is found
/// once, with its anomalies.
pub(super) fn series(query: &Query) -> Vec<Found<'_>> {
    let mut search = Search {
        query,
        found: Vec::new(),
        decomposed: Vec::new(),
    };
    for statement in &query.statements {
        search.plan(statement, 0);
    }
    for plan in query
        .shared
        .iter()
        .filter_map(|shared| shared.plan.as_ref())
    {
        search.plan(plan, 0);
    }
    for scalar in &query.scalars {
        if let ScalarSource::FirstCell(plan) = &scalar.source {
            search.plan(plan, 0);
        }
    }
    let mut found = search.found;
    let decomposed: Vec<std::ops::Range<usize>> = search.decomposed;
    found.retain(|one| one.parts.is_some() || !decomposed.contains(&one.plan.range));
    found.sort_by_key(|one| (one.plan.range.start, one.plan.range.end));
    found.dedup_by_key(|one| (one.plan.range.clone(), one.value));
    found
}

struct Search<'q> {
    query: &'q Query,
    found: Vec<Found<'q>>,
    /// Places of the `make-series` that are decomposed.
    decomposed: Vec<std::ops::Range<usize>>,
}

impl<'q> Search<'q> {
    fn plan(&mut self, plan: &'q Plan, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match &plan.node {
            Node::MakeSeries(series) => {
                let (value, axis) = (series.keys.len(), plan.schema.len().saturating_sub(1));
                if is_time(&series.axis.expr) {
                    self.found.push(Found {
                        plan,
                        value,
                        axis,
                        parts: None,
                    });
                }
            }
            Node::ExtendTuple {
                input,
                targets,
                expr,
            } => self.anomalies(plan, input, targets, expr),
            _ => {}
        }
        for input in inside(plan) {
            self.plan(input, depth + 1);
        }
    }

    fn anomalies(&mut self, plan: &'q Plan, input: &'q Plan, targets: &[usize], expr: &Expr) {
        let ExprKind::Call(function, args) = &expr.kind else {
            return;
        };
        let value = match args.first().map(|arg| &arg.kind) {
            Some(ExprKind::Column(value)) => *value,
            _ => return,
        };
        let (Some(series), [flags, scores, baselines, ..]) = (self.made_by(input), targets) else {
            return;
        };
        let Node::MakeSeries(made) = &series.node else {
            return;
        };
        let axis = name_of_axis(series).and_then(|name| plan.schema.index_of(name));
        if function.name != "series_decompose_anomalies" || !is_time(&made.axis.expr) {
            return;
        }
        if let Some(axis) = axis {
            self.decomposed.push(series.range.clone());
            self.found.push(Found {
                plan,
                value,
                axis,
                parts: Some([*flags, *scores, *baselines]),
            });
        }
    }

    /// The `make-series` that a table comes from, when every operator behind it keeps rows and columns.
    fn made_by(&self, plan: &'q Plan) -> Option<&'q Plan> {
        let mut plan = plan;
        for _ in 0..MAX_DEPTH {
            match &plan.node {
                Node::MakeSeries(_) => return Some(plan),
                Node::Where { input, .. }
                | Node::Extend { input, .. }
                | Node::ExtendTuple { input, .. }
                | Node::Project { input, .. }
                | Node::Sort { input, .. }
                | Node::Take { input, .. }
                | Node::Top { input, .. }
                | Node::As { input, .. }
                | Node::Pass { input } => plan = input,
                Node::Shared { index } => plan = self.query.shared.get(*index)?.plan.as_ref()?,
                _ => return None,
            }
        }
        None
    }
}

fn name_of_axis(series: &Plan) -> Option<&str> {
    let last = series.schema.columns.last()?;
    Some(last.name.as_str())
}

fn is_time(axis: &Expr) -> bool {
    axis.ty == ScalarType::DateTime
}

/// The columns by which a series is told apart: those that hold no array of its own.
pub(super) fn key_columns<'s>(
    found: &Found<'_>,
    schema: &'s Schema,
) -> impl Iterator<Item = (usize, &'s str)> + use<'s> {
    let parts = found.parts.unwrap_or([found.value; 3]);
    let arrays = [found.value, found.axis, parts[0], parts[1], parts[2]];
    let columns = schema.columns.iter().enumerate();
    columns
        .filter(move |(index, column)| !arrays.contains(index) && column.ty != ScalarType::Dynamic)
        .map(|(index, column)| (index, column.name.as_str()))
}

/// The operators inside an operator. A subquery over parts of the rows makes a series for each of them;
/// none of them is the chart.
fn inside(plan: &Plan) -> Vec<&Plan> {
    let parts = plan.parts();
    let mut plans = parts.plans;
    if let Node::Each(each) = &plan.node {
        plans.retain(|inside| !std::ptr::eq(*inside, &each.body));
    }
    for expr in parts.exprs {
        looked_up(expr, &mut plans, 0);
    }
    plans
}

/// The tables that an expression looks values up in.
fn looked_up<'q>(expr: &'q Expr, plans: &mut Vec<&'q Plan>, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    let parts = expr.parts();
    plans.extend(parts.plans);
    for expr in parts.exprs {
        looked_up(expr, plans, depth + 1);
    }
}
