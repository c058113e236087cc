//! What a plan is made of: the operators and expressions directly inside an operator, whatever its kind.

use super::{
    AggregateCall, Evaluate, Expr, ExprKind, Haystack, MakeSeries, NamedExpr, NestedLevel, Node,
    Plan, Plugin, Query, ScalarSource, Scan, Split,
};

/// The operators and expressions directly inside an operator.
#[derive(Debug, Default)]
pub struct Parts<'p> {
    /// Operators whose rows it reads.
    pub plans: Vec<&'p Plan>,
    /// Expressions, without those inside of expressions.
    pub exprs: Vec<&'p Expr>,
}

impl<'p> Parts<'p> {
    fn plan(mut self, plan: &'p Plan) -> Self {
        self.plans.push(plan);
        self
    }

    fn exprs(mut self, exprs: impl IntoIterator<Item = &'p Expr>) -> Self {
        self.exprs.extend(exprs);
        self
    }

    fn named(self, columns: &'p [NamedExpr]) -> Self {
        self.exprs(columns.iter().map(|column| &column.expr))
    }

    fn aggregates(self, calls: &'p [AggregateCall]) -> Self {
        self.exprs(calls.iter().flat_map(|call| &call.args))
    }

    fn series(self, series: &'p MakeSeries) -> Self {
        let all = series
            .values
            .iter()
            .fold(self.plan(&series.input), |all, value| {
                all.aggregates(&value.aggregates)
                    .named(&value.outputs)
                    .exprs([&value.default])
            });
        all.exprs([&series.axis.expr, &series.step])
            .exprs(series.from.iter().chain(&series.to))
            .named(&series.keys)
    }

    fn scan(self, scan: &'p Scan) -> Self {
        let all = self
            .plan(&scan.input)
            .exprs(&scan.partition)
            .exprs(&scan.defaults);
        scan.steps.iter().fold(all, |all, step| {
            let assigned = step.assignments.iter().map(|(_, expr)| expr);
            all.exprs([&step.condition]).exprs(assigned)
        })
    }

    fn level(self, level: &'p NestedLevel) -> Self {
        self.exprs([&level.value.expr, &level.rank.expr, &level.key.expr])
            .exprs(level.count.iter().chain(&level.others))
            .aggregates(&level.aggregates)
    }

    fn evaluate(self, evaluate: &'p Evaluate) -> Self {
        let all = self.plan(&evaluate.input);
        match &evaluate.plugin {
            Plugin::Pivot(call) => all.aggregates(std::slice::from_ref(call)),
            Plugin::RollingPercentile(rolling) => {
                all.exprs([&rolling.percent, &rolling.step, &rolling.window])
            }
            Plugin::SlidingCounts(sliding) => all.exprs([
                &sliding.start,
                &sliding.end,
                &sliding.lookback,
                &sliding.step,
            ]),
            Plugin::RowsNear {
                condition,
                before,
                after,
            } => all.exprs([condition, before, after]),
            Plugin::CommonValues(sketches) => all.exprs(sketches),
            Plugin::AddressLookup(lookup) => all.plan(&lookup.lookup),
            Plugin::BagUnpack(_)
            | Plugin::Narrow
            | Plugin::SchemaMerge { .. }
            | Plugin::ActivityCounts => all,
        }
    }
}

impl Plan {
    /// The operators whose rows it reads as a whole: not what runs on each part of them.
    pub fn inputs(&self) -> Vec<&Plan> {
        match &self.node {
            Node::Each(each) => vec![&each.input],
            _ => self.parts().plans,
        }
    }

    /// The same as [`Plan::inputs`], to change them.
    pub fn inputs_mut(&mut self) -> Vec<&mut Plan> {
        match &mut self.node {
            Node::Table { .. }
            | Node::Rows { .. }
            | Node::Shared { .. }
            | Node::Part { .. }
            | Node::Late { .. }
            | Node::Print { .. }
            | Node::Range { .. } => Vec::new(),
            Node::Where { input, .. }
            | Node::Project { input, .. }
            | Node::Extend { input, .. }
            | Node::ExtendTuple { input, .. }
            | Node::Summarize { input, .. }
            | Node::Distinct { input }
            | Node::Count { input }
            | Node::As { input, .. }
            | Node::GetSchema { input }
            | Node::Pass { input }
            | Node::Sort { input, .. }
            | Node::Take { input, .. }
            | Node::Top { input, .. }
            | Node::MvExpand { input, .. }
            | Node::TopNested { input, .. } => vec![input],
            Node::Join { left, right, .. } => vec![left, right],
            Node::Union { inputs, .. } => inputs.iter_mut().map(|(plan, _)| plan).collect(),
            Node::Each(each) => vec![&mut each.input],
            Node::Reduce(reduce) => vec![&mut reduce.input],
            Node::Scan(scan) => vec![&mut scan.input],
            Node::MakeSeries(series) => vec![&mut series.input],
            Node::Parse(parse) => vec![&mut parse.input],
            Node::ParseKv(parse) => vec![&mut parse.input],
            Node::Evaluate(evaluate) => match &mut evaluate.plugin {
                Plugin::AddressLookup(lookup) => vec![&mut evaluate.input, &mut lookup.lookup],
                _ => vec![&mut evaluate.input],
            },
        }
    }

    /// What is directly inside the operator.
    pub fn parts(&self) -> Parts<'_> {
        let parts = Parts::default();
        match &self.node {
            Node::Table { .. }
            | Node::Rows { .. }
            | Node::Shared { .. }
            | Node::Part { .. }
            | Node::Late { .. } => parts,
            Node::Print { columns } => parts.named(columns),
            Node::Range { from, to, step, .. } => parts.exprs([from, to, step]),
            Node::Where { input, predicate } => parts.plan(input).exprs([predicate]),
            Node::Project { input, columns } => parts.plan(input).named(columns),
            Node::Extend { input, columns } => parts
                .plan(input)
                .exprs(columns.iter().map(|(_, expr)| expr)),
            Node::ExtendTuple { input, expr, .. } => parts.plan(input).exprs([expr]),
            Node::Summarize {
                input,
                keys,
                aggregates,
                outputs,
            } => parts
                .plan(input)
                .named(keys)
                .aggregates(aggregates)
                .named(outputs),
            Node::Distinct { input }
            | Node::Count { input }
            | Node::As { input, .. }
            | Node::GetSchema { input }
            | Node::Pass { input } => parts.plan(input),
            Node::Sort { input, keys } => parts.plan(input).exprs(keys.iter().map(|key| &key.expr)),
            Node::Take { input, count } => parts.plan(input).exprs([count]),
            Node::Top { input, count, keys } => parts
                .plan(input)
                .exprs([count])
                .exprs(keys.iter().map(|key| &key.expr)),
            Node::Join {
                left, right, keys, ..
            } => parts
                .plan(left)
                .plan(right)
                .exprs(keys.iter().flat_map(|(left, right)| [left, right])),
            Node::Union { inputs, .. } => inputs
                .iter()
                .fold(parts, |parts, (plan, _)| parts.plan(plan)),
            Node::MvExpand { input, expansion } => {
                let columns = expansion.columns.iter().map(|column| &column.expr);
                parts
                    .plan(input)
                    .exprs(columns)
                    .exprs(expansion.limit.iter())
            }
            Node::Each(each) => {
                let parts = parts.plan(&each.input).plan(&each.body);
                match &each.split {
                    Split::Expansion(expansion) => {
                        let columns = expansion.columns.iter().map(|column| &column.expr);
                        parts.exprs(columns).exprs(expansion.limit.iter())
                    }
                    Split::Key { key, .. } => parts.exprs([key]),
                }
            }
            Node::TopNested { input, levels } => {
                levels.iter().fold(parts.plan(input), Parts::level)
            }
            Node::Reduce(reduce) => parts.plan(&reduce.input).exprs([&reduce.text]),
            Node::Scan(scan) => parts.scan(scan),
            Node::MakeSeries(series) => parts.series(series),
            Node::Parse(parse) => parts.plan(&parse.input).exprs([&parse.source]),
            Node::ParseKv(parse) => parts.plan(&parse.input).exprs([&parse.source]),
            Node::Evaluate(evaluate) => parts.evaluate(evaluate),
        }
    }
}

impl Expr {
    /// The expressions directly inside, and the table of a membership test.
    pub fn parts(&self) -> Parts<'_> {
        let parts = Parts::default();
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::Scalar(_) => parts,
            ExprKind::Call(_, args) | ExprKind::Array(args) => parts.exprs(args),
            ExprKind::Index(base, index) => parts.exprs([base.as_ref(), index.as_ref()]),
            ExprKind::In(list) => match &list.haystack {
                Haystack::Values(values) => parts.exprs([&list.needle]).exprs(values),
                Haystack::Table(plan) => parts.exprs([&list.needle]).plan(plan),
            },
        }
    }
}

impl Query {
    /// Whether any expression of the query passes a test.
    pub fn any_expr(&self, test: &dyn Fn(&Expr) -> bool) -> bool {
        any_expr(self.parts(), test)
    }

    /// Whether any operator of the query passes a test.
    pub fn any_plan(&self, test: &dyn Fn(&Plan) -> bool) -> bool {
        any_plan(self.parts(), test)
    }

    /// Its statements, and what they may read.
    fn parts(&self) -> Parts<'_> {
        let shared = self.shared.iter().filter_map(|shared| shared.plan.as_ref());
        let mut parts = Parts {
            plans: self.statements.iter().chain(shared).collect(),
            exprs: Vec::new(),
        };
        for scalar in &self.scalars {
            match &scalar.source {
                ScalarSource::Expr(expr) => parts.exprs.push(expr),
                ScalarSource::FirstCell(plan) => parts.plans.push(plan),
            }
        }
        parts
    }
}

/// Whether any operator inside passes a test.
fn any_plan(parts: Parts<'_>, test: &dyn Fn(&Plan) -> bool) -> bool {
    let mut plans = parts.plans.into_iter();
    let mut exprs = parts.exprs.into_iter();
    plans.any(|plan| test(plan) || any_plan(plan.parts(), test))
        || exprs.any(|expr| any_plan(expr.parts(), test))
}

/// Whether any expression inside passes a test.
fn any_expr(parts: Parts<'_>, test: &dyn Fn(&Expr) -> bool) -> bool {
    let mut plans = parts.plans.into_iter();
    let mut exprs = parts.exprs.into_iter();
    exprs.any(|expr| test(expr) || any_expr(expr.parts(), test))
        || plans.any(|plan| any_expr(plan.parts(), test))
}
