//! Which columns of its tables a query never reads, so that the engine does not copy them.
//!
//! What an operator needs of its input follows from what is needed of its result. Where that is not worked
//! out, all columns count as read.

use super::{
    AggregateCall, Expr, ExprKind, Haystack, JoinColumn, MakeSeries, NamedExpr, Node, Parts, Plan,
    Query, ScalarSource,
};

/// Writes into every [`Node::Table`] of a query which of its columns are not read.
pub(crate) fn mark(query: &mut Query) {
    if query.late.is_some() {
        // The rest of the query is not bound yet.
        return;
    }
    let none = query.shared.iter().map(|one| vec![false; one.schema.len()]);
    let mut needs = Needs {
        shared: none.collect(),
        grown: true,
    };
    // A table that the query names may be read by another that stands before it.
    while std::mem::take(&mut needs.grown) {
        needs.query(query);
    }
}

struct Needs {
    /// The columns that are read of each table that the query names.
    shared: Vec<Vec<bool>>,
    /// Whether more was found to be read since the last look.
    grown: bool,
}

impl Needs {
    fn query(&mut self, query: &mut Query) {
        for plan in &mut query.statements {
            let all = vec![true; plan.schema.len()];
            self.plan(plan, all);
        }
        for scalar in &mut query.scalars {
            match &mut scalar.source {
                ScalarSource::Expr(expr) => self.constant(expr),
                ScalarSource::FirstCell(plan) => self.first_column(plan),
            }
        }
        for (index, shared) in query.shared.iter_mut().enumerate() {
            if let Some(plan) = &mut shared.plan {
                let needed = self.shared.get(index).cloned().unwrap_or_default();
                self.plan(plan, needed);
            }
        }
    }

    /// Follows what is needed of an operator's result.
    fn plan(&mut self, plan: &mut Plan, mut needed: Vec<bool>) {
        needed.resize(plan.schema.len(), true);
        match &mut plan.node {
            Node::Table { unread, .. } => *unread = needed.iter().map(|one| !one).collect(),
            Node::Shared { index } => self.shared(*index, &needed),
            Node::As { input, index } => {
                let named = self.shared.get(*index).into_iter().flatten();
                let either = needed.iter_mut().zip(named);
                either.for_each(|(needed, named)| *needed |= named);
                self.plan(input, needed);
            }
            Node::Where { input, predicate } => {
                self.expr(predicate, &mut needed);
                self.plan(input, needed);
            }
            Node::Pass { input } => self.plan(input, needed),
            Node::Project { input, columns } => self.project(input, columns, &needed),
            Node::Extend { input, columns } => self.extend(input, columns, needed),
            Node::Summarize {
                input,
                keys,
                aggregates,
                outputs,
            } => {
                let mut read = nothing_of(input);
                self.named(keys, &mut read);
                self.aggregates(aggregates, &mut read);
                outputs
                    .iter_mut()
                    .for_each(|one| self.constant(&mut one.expr));
                self.plan(input, read);
            }
            Node::Sort { input, keys } => {
                for key in keys {
                    self.expr(&mut key.expr, &mut needed);
                }
                self.plan(input, needed);
            }
            Node::Take { input, count } => {
                self.constant(count);
                self.plan(input, needed);
            }
            Node::Top { input, count, keys } => {
                self.constant(count);
                for key in keys {
                    self.expr(&mut key.expr, &mut needed);
                }
                self.plan(input, needed);
            }
            Node::Count { input } => {
                let read = nothing_of(input);
                self.plan(input, read);
            }
            Node::Join {
                left,
                right,
                keys,
                outputs,
                ..
            } => self.join([left, right], keys, outputs, &needed),
            Node::Union { inputs, .. } => {
                for (input, sources) in inputs {
                    let mut read = nothing_of(input);
                    for (source, _) in sources.iter().zip(&needed).filter(|(_, needed)| **needed) {
                        set(&mut read, *source);
                    }
                    self.plan(input, read);
                }
            }
            Node::MvExpand { input, expansion } => {
                needed.truncate(input.schema.len());
                for column in &mut expansion.columns {
                    self.expr(&mut column.expr, &mut needed);
                }
                expansion
                    .limit
                    .iter_mut()
                    .for_each(|limit| self.constant(limit));
                self.plan(input, needed);
            }
            Node::MakeSeries(series) => self.series(series),
            _ => self.everything(plan.parts()),
        }
    }

    fn project(&mut self, input: &mut Plan, columns: &mut [NamedExpr], needed: &[bool]) {
        let mut read = nothing_of(input);
        for (column, needed) in columns.iter_mut().zip(needed) {
            // What is computed is computed, whether it is read or not.
            if *needed || !matches!(column.expr.kind, ExprKind::Column(_)) {
                self.expr(&mut column.expr, &mut read);
            }
        }
        self.plan(input, read);
    }

    fn extend(&mut self, input: &mut Plan, columns: &mut [(usize, Expr)], mut read: Vec<bool>) {
        for (target, _) in columns.iter() {
            if let Some(written) = read.get_mut(*target) {
                *written = false;
            }
        }
        read.truncate(input.schema.len());
        for (_, expr) in columns {
            self.expr(expr, &mut read);
        }
        self.plan(input, read);
    }

    fn join(
        &mut self,
        [left, right]: [&mut Plan; 2],
        keys: &mut [(Expr, Expr)],
        outputs: &[JoinColumn],
        needed: &[bool],
    ) {
        let (mut of_left, mut of_right) = (nothing_of(left), nothing_of(right));
        for (output, _) in outputs.iter().zip(needed).filter(|(_, needed)| **needed) {
            match output {
                JoinColumn::Left(index) => set(&mut of_left, Some(*index)),
                JoinColumn::Right(index) => set(&mut of_right, Some(*index)),
            }
        }
        for (left_key, right_key) in keys {
            self.expr(left_key, &mut of_left);
            self.expr(right_key, &mut of_right);
        }
        self.plan(left, of_left);
        self.plan(right, of_right);
    }

    fn series(&mut self, series: &mut MakeSeries) {
        let mut read = nothing_of(&series.input);
        self.expr(&mut series.axis.expr, &mut read);
        self.named(&mut series.keys, &mut read);
        for value in &mut series.values {
            self.aggregates(&mut value.aggregates, &mut read);
            value
                .outputs
                .iter_mut()
                .for_each(|one| self.constant(&mut one.expr));
            self.constant(&mut value.default);
        }
        let bounds = series.from.iter_mut().chain(&mut series.to);
        bounds
            .chain([&mut series.step])
            .for_each(|bound| self.constant(bound));
        self.plan(&mut series.input, read);
    }

    fn named(&mut self, columns: &mut [NamedExpr], read: &mut [bool]) {
        for column in columns {
            self.expr(&mut column.expr, read);
        }
    }

    fn aggregates(&mut self, calls: &mut [AggregateCall], read: &mut [bool]) {
        for arg in calls.iter_mut().flat_map(|call| &mut call.args) {
            self.expr(arg, read);
        }
    }

    /// Notes the columns that an expression reads.
    fn expr(&mut self, expr: &mut Expr, read: &mut [bool]) {
        match &mut expr.kind {
            ExprKind::Literal(_) | ExprKind::Scalar(_) => {}
            ExprKind::Column(index) => set(read, Some(*index)),
            ExprKind::Call(_, args) | ExprKind::Array(args) => {
                args.iter_mut().for_each(|arg| self.expr(arg, read));
            }
            ExprKind::Index(base, index) => {
                self.expr(base, read);
                self.expr(index, read);
            }
            ExprKind::In(list) => {
                self.expr(&mut list.needle, read);
                match &mut list.haystack {
                    Haystack::Values(values) => {
                        values.iter_mut().for_each(|value| self.expr(value, read));
                    }
                    Haystack::Table(plan) => self.first_column(plan),
                }
            }
        }
    }

    /// An expression that reads no column of the operator's input.
    fn constant(&mut self, expr: &mut Expr) {
        self.expr(expr, &mut []);
    }

    fn first_column(&mut self, plan: &mut Plan) {
        let mut read = nothing_of(plan);
        set(&mut read, Some(0));
        self.plan(plan, read);
    }

    fn shared(&mut self, index: usize, needed: &[bool]) {
        let Some(known) = self.shared.get_mut(index) else {
            return;
        };
        for (known, needed) in known.iter_mut().zip(needed) {
            self.grown |= *needed && !*known;
            *known |= needed;
        }
    }

    /// All that is inside may be read; the tables there say nothing about their columns.
    fn everything(&mut self, parts: Parts<'_>) {
        for plan in parts.plans {
            if let Node::Shared { index } | Node::As { index, .. } = &plan.node {
                self.shared(*index, &vec![true; plan.schema.len()]);
            }
            self.everything(plan.parts());
        }
        for expr in parts.exprs {
            self.everything(expr.parts());
        }
    }
}

fn nothing_of(plan: &Plan) -> Vec<bool> {
    vec![false; plan.schema.len()]
}

fn set(read: &mut [bool], index: Option<usize>) {
    if let Some(read) = index.and_then(|index| read.get_mut(index)) {
        *read = true;
    }
}
