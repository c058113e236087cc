//! What is known of the columns behind each operator, and of expressions over columns.

use kql_analysis::plan::{
    AggregateCall, Expr, ExprKind, JoinColumn, MakeSeries, Node, Plan, Query,
};
use kql_analysis::value::TICKS_PER_DAY;

use super::{Case, Fact, Walk};
use crate::constants::ticks;
use crate::expressions::columns;

impl Walk<'_, '_> {
    /// Facts of the columns of an operator's result, as far as they are known.
    pub(super) fn result(&mut self, plan: &Plan, inputs: &[Vec<Fact>], depth: usize) -> Vec<Fact> {
        let first = inputs.first().map(Vec::as_slice).unwrap_or_default();
        let of = |expr: &Expr| fact(self.query, expr, first);
        match &plan.node {
            Node::Table { name, .. } => {
                let columns = plan.schema.columns.iter();
                columns
                    .map(|column| from_table(name, &column.name))
                    .collect()
            }
            Node::Shared { index } => self.shared_table(*index, depth),
            Node::Where { .. }
            | Node::Sort { .. }
            | Node::Take { .. }
            | Node::Top { .. }
            | Node::Distinct { .. }
            | Node::As { .. }
            | Node::Pass { .. } => first.to_vec(),
            Node::Project { columns, .. } => {
                columns.iter().map(|column| of(&column.expr)).collect()
            }
            Node::Extend { columns, .. } => {
                let columns = columns.iter().map(|(target, expr)| (*target, of(expr)));
                replaced(widened(first, plan), columns)
            }
            Node::ExtendTuple { targets, .. } => {
                let targets = targets.iter().map(|target| (*target, Fact::default()));
                replaced(widened(first, plan), targets)
            }
            Node::MvExpand { expansion, .. } => {
                let columns = expansion.columns.iter();
                let columns = columns.map(|column| (column.target, of(&column.expr)));
                replaced(widened(first, plan), columns)
            }
            Node::Summarize {
                keys,
                aggregates,
                outputs,
                ..
            } => {
                let calls = aggregates.iter();
                let calls = calls.flat_map(|call| aggregated(self.query, call, first));
                let grouped: Vec<Fact> =
                    keys.iter().map(|key| of(&key.expr)).chain(calls).collect();
                let outputs = outputs.iter();
                outputs
                    .map(|output| fact(self.query, &output.expr, &grouped))
                    .collect()
            }
            Node::Join { outputs, .. } => {
                let right = inputs.get(1).map(Vec::as_slice).unwrap_or_default();
                joined(outputs, first, right)
            }
            Node::MakeSeries(series) => series_facts(self.query, series, plan, first),
            _ => Vec::new(),
        }
    }
}

/// Facts of the columns that a join takes from either side.
fn joined(outputs: &[JoinColumn], left: &[Fact], right: &[Fact]) -> Vec<Fact> {
    let facts = outputs.iter().map(|output| match output {
        JoinColumn::Left(index) => left.get(*index),
        JoinColumn::Right(index) => right.get(*index),
    });
    facts
        .map(|fact| fact.cloned().unwrap_or_default())
        .collect()
}

/// Facts of the keys and of the axis of `make-series`.
fn series_facts(query: &Query, series: &MakeSeries, plan: &Plan, input: &[Fact]) -> Vec<Fact> {
    let at = |name: &str| plan.schema.index_of(name);
    let keys = series.keys.iter();
    let keys = keys.filter_map(|key| Some((at(&key.name)?, fact(query, &key.expr, input))));
    let axis = Fact {
        grain: ticks(query, &series.step),
        ..Fact::default()
    };
    let axis = at(&series.axis.name).map(|at| (at, axis));
    replaced(widened(&[], plan), keys.chain(axis))
}

/// What is known of a column of a table.
fn from_table(table: &str, column: &str) -> Fact {
    Fact {
        origin: Some((table.to_owned(), column.to_owned())),
        ..Fact::default()
    }
}

/// Facts of an input's columns, and none of those that the operator adds.
fn widened(facts: &[Fact], plan: &Plan) -> Vec<Fact> {
    let mut all = facts.to_vec();
    all.resize(plan.schema.len().max(facts.len()), Fact::default());
    all
}

/// Facts with those of some columns in place of what was known.
fn replaced(mut facts: Vec<Fact>, columns: impl IntoIterator<Item = (usize, Fact)>) -> Vec<Fact> {
    for (at, fact) in columns {
        if let Some(slot) = facts.get_mut(at) {
            *slot = fact;
        }
    }
    facts
}

/// Facts of the result columns of an aggregate: those that pick values keep what is known of them.
fn aggregated(query: &Query, call: &AggregateCall, input: &[Fact]) -> Vec<Fact> {
    let picks = matches!(
        call.aggregate.name,
        "min" | "max" | "take_any" | "any" | "arg_max" | "arg_min"
    );
    let facts = call.args.iter().map(|arg| fact(query, arg, input));
    let mut facts: Vec<Fact> = match picks {
        true => facts.collect(),
        false => Vec::new(),
    };
    facts.resize(call.names.len(), Fact::default());
    facts
}

/// What is known of an expression over columns of which `input` is known.
pub(crate) fn fact(query: &Query, expr: &Expr, input: &[Fact]) -> Fact {
    match &expr.kind {
        ExprKind::Column(index) => input.get(*index).cloned().unwrap_or_default(),
        ExprKind::Call(function, args) => {
            let first = args.first();
            let inner = || first.map_or_else(Fact::default, |arg| fact(query, arg, input));
            // A constant is one time and not the bins that rows fall into.
            let binned = |grain: Option<i64>| Fact {
                grain: grain.filter(|_| !columns(expr).is_empty()),
                ..Fact::default()
            };
            let folded = |case| Fact {
                case: Some(case),
                ..Fact::default()
            };
            match function.name {
                "bin" | "floor" | "bin_at" => {
                    binned(args.get(1).and_then(|width| ticks(query, width)))
                }
                "startofday" => binned(Some(TICKS_PER_DAY)),
                "startofweek" => binned(Some(7 * TICKS_PER_DAY)),
                "tolower" => folded(Case::Lower),
                "toupper" => folded(Case::Upper),
                "tostring" => Fact {
                    grain: None,
                    ..inner()
                },
                "todatetime" => inner(),
                _ => Fact::default(),
            }
        }
        _ => Fact::default(),
    }
}
