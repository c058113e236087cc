//! What is known about the values of columns, from the tables to the result: where they come from, to what
//! width times are binned, in which letter case texts are.
//!
//! A fact is only kept where it holds for every row; what is not understood has none.

use std::collections::BTreeMap;

use kql_analysis::plan::{
    AggregateCall, Expr, ExprKind, Haystack, JoinColumn, Node, Plan, Query, ScalarSource,
};
use kql_analysis::value::TICKS_PER_DAY;

use crate::constants::ticks;

/// Deepest nesting of tables that is looked into.
const MAX_DEPTH: usize = 200;

/// The letter case of all texts of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Converted by `tolower`.
    Lower,
    /// Converted by `toupper`.
    Upper,
}

/// What is known about a column or an expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fact {
    /// Table and column that the value is taken from unchanged.
    pub origin: Option<(String, String)>,
    /// Width in ticks that times are binned to.
    pub grain: Option<i64>,
    /// Letter case of the texts.
    pub case: Option<Case>,
}

/// An operator with the facts of the columns that it reads.
pub(crate) struct Scene<'s> {
    /// The plan around.
    pub query: &'s Query,
    /// The operator.
    pub plan: &'s Plan,
    /// Facts of each input's columns, in the order of `plan.parts().plans`.
    pub inputs: &'s [Vec<Fact>],
    /// Facts of the tables behind `let`.
    shared: &'s BTreeMap<usize, Vec<Fact>>,
}

impl Scene<'_> {
    /// What is known of an expression over an input.
    pub fn fact(&self, expr: &Expr, input: usize) -> Fact {
        let none = Vec::new();
        fact(self.query, expr, self.inputs.get(input).unwrap_or(&none))
    }

    /// What is known of the first column of the table behind `in`.
    pub fn haystack(&self, plan: &Plan) -> Fact {
        let mut known = Walk {
            query: self.query,
            shared: self.shared.clone(),
            hook: &mut |_| {},
        };
        known
            .plan(plan, MAX_DEPTH)
            .into_iter()
            .next()
            .unwrap_or_default()
    }
}

/// Shows every operator of a query with the facts of its inputs, sources first.
pub(crate) fn walk(query: &Query, hook: &mut dyn FnMut(&Scene<'_>)) {
    let mut walk = Walk {
        query,
        shared: BTreeMap::new(),
        hook,
    };
    for scalar in &query.scalars {
        match &scalar.source {
            ScalarSource::FirstCell(plan) => {
                walk.plan(plan, MAX_DEPTH);
            }
            ScalarSource::Expr(expr) => walk.tables_inside(expr, MAX_DEPTH),
        }
    }
    for index in 0..query.shared.len() {
        walk.shared_table(index, MAX_DEPTH);
    }
    for statement in &query.statements {
        walk.plan(statement, MAX_DEPTH);
    }
}

struct Walk<'q, 'h> {
    query: &'q Query,
    shared: BTreeMap<usize, Vec<Fact>>,
    hook: &'h mut dyn FnMut(&Scene<'_>),
}

impl Walk<'_, '_> {
    fn shared_table(&mut self, index: usize, depth: usize) -> Vec<Fact> {
        if let Some(known) = self.shared.get(&index) {
            return known.clone();
        }
        let Some(plan) = self
            .query
            .shared
            .get(index)
            .and_then(|shared| shared.plan.as_ref())
        else {
            return Vec::new();
        };
        // A table cannot read itself; an entry ends what a broken plan would repeat.
        self.shared.insert(index, Vec::new());
        let facts = self.plan(plan, depth);
        self.shared.insert(index, facts.clone());
        facts
    }

    /// Facts of the columns of an operator's result.
    fn plan(&mut self, plan: &Plan, depth: usize) -> Vec<Fact> {
        let Some(depth) = depth.checked_sub(1) else {
            return Vec::new();
        };
        let parts = plan.parts();
        let inputs: Vec<Vec<Fact>> = parts
            .plans
            .iter()
            .map(|input| self.plan(input, depth))
            .collect();
        for expr in &parts.exprs {
            self.tables_inside(expr, depth);
        }
        (self.hook)(&Scene {
            query: self.query,
            plan,
            inputs: &inputs,
            shared: &self.shared,
        });
        let mut facts = self.result(plan, &inputs, depth);
        facts.resize(plan.schema.len(), Fact::default());
        facts
    }

    /// Visits the tables of membership tests inside of an expression.
    fn tables_inside(&mut self, expr: &Expr, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let parts = expr.parts();
        for plan in parts.plans {
            self.plan(plan, depth);
        }
        for inner in parts.exprs {
            self.tables_inside(inner, depth);
        }
    }

    fn result(&mut self, plan: &Plan, inputs: &[Vec<Fact>], depth: usize) -> Vec<Fact> {
        let none = Vec::new();
        let first = inputs.first().unwrap_or(&none);
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
            | Node::Pass { .. } => first.clone(),
            Node::Project { columns, .. } => {
                columns.iter().map(|column| of(&column.expr)).collect()
            }
            Node::Extend { columns, .. } => {
                let mut all = widened(first, plan);
                for (target, expr) in columns {
                    set(&mut all, *target, of(expr));
                }
                all
            }
            Node::ExtendTuple { targets, .. } => {
                let mut all = widened(first, plan);
                for target in targets {
                    set(&mut all, *target, Fact::default());
                }
                all
            }
            Node::Summarize {
                keys,
                aggregates,
                outputs,
                ..
            } => {
                let mut grouped: Vec<Fact> = keys.iter().map(|key| of(&key.expr)).collect();
                grouped.extend(
                    aggregates
                        .iter()
                        .flat_map(|call| aggregated(self.query, call, first)),
                );
                let outputs = outputs.iter();
                outputs
                    .map(|output| fact(self.query, &output.expr, &grouped))
                    .collect()
            }
            Node::Join { outputs, .. } => {
                let right = inputs.get(1).unwrap_or(&none);
                let outputs = outputs.iter().map(|output| match output {
                    JoinColumn::Left(index) => first.get(*index),
                    JoinColumn::Right(index) => right.get(*index),
                });
                outputs
                    .map(|fact| fact.cloned().unwrap_or_default())
                    .collect()
            }
            Node::MvExpand { expansion, .. } => {
                let mut all = widened(first, plan);
                for column in &expansion.columns {
                    set(&mut all, column.target, of(&column.expr));
                }
                all
            }
            Node::MakeSeries(series) => {
                let mut all = widened(&[], plan);
                for key in &series.keys {
                    if let Some(at) = plan.schema.index_of(&key.name) {
                        set(&mut all, at, of(&key.expr));
                    }
                }
                if let Some(at) = plan.schema.index_of(&series.axis.name) {
                    let grain = ticks(self.query, &series.step);
                    set(
                        &mut all,
                        at,
                        Fact {
                            grain,
                            ..Fact::default()
                        },
                    );
                }
                all
            }
            _ => Vec::new(),
        }
    }
}

fn from_table(table: &str, column: &str) -> Fact {
    Fact {
        origin: Some((table.to_owned(), column.to_owned())),
        ..Fact::default()
    }
}

fn widened(facts: &[Fact], plan: &Plan) -> Vec<Fact> {
    let mut all = facts.to_vec();
    all.resize(plan.schema.len().max(facts.len()), Fact::default());
    all
}

fn set(facts: &mut [Fact], at: usize, fact: Fact) {
    if let Some(slot) = facts.get_mut(at) {
        *slot = fact;
    }
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
            let inner = || {
                args.first()
                    .map(|arg| fact(query, arg, input))
                    .unwrap_or_default()
            };
            // A constant is one time and not the bins that rows fall into.
            let binned = |grain: Option<i64>| Fact {
                grain: grain.filter(|_| reads_column(expr)),
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

fn reads_column(expr: &Expr) -> bool {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        if matches!(expr.kind, ExprKind::Column(_)) {
            return true;
        }
        open.extend(expr.parts().exprs);
    }
    false
}

/// The table behind a membership test, when there is one.
pub(crate) fn table_of(haystack: &Haystack) -> Option<&Plan> {
    match haystack {
        Haystack::Table(plan) => Some(plan),
        Haystack::Values(_) => None,
    }
}
