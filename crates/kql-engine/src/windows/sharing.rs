//! What many runs of a query may share: the operators that treat each row alone, right behind a table.

use kql_analysis::plan::{Expr, ExprKind, JoinKind, Node, Plan, Query};

use crate::operators::alone::{by_rows, grouping};

/// A query in two parts: what is run once, and what is run for each window.
pub(super) struct Parted {
    /// Chains of operators that treat each row alone, each over a table.
    pub(super) prefixes: Vec<Plan>,
    /// The query with the results of the prefixes in their places.
    pub(super) rest: Query,
    /// What is known of the rest.
    pub(super) shape: Shape,
}

/// What is known of a query behind its prefixes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// The only statement filters, computes and groups the rows of one prefix, whatever the time.
    pub(super) groups_only: bool,
    /// The result may depend on the time of the run.
    pub(super) reads_time: bool,
    /// Tables are read that are not part of a prefix.
    pub(super) reads_tables: bool,
    /// The result has no rows when no prefix has any.
    pub(super) vanishes: bool,
}

/// Parts a query; `None` when its columns depend on the data, or when it may end in an error by itself.
pub(super) fn part(query: &Query) -> Option<Parted> {
    if query.late.is_some() || query.any_expr(&|expr| calls(expr, &["assert"])) {
        return None;
    }
    let mut rest = query.clone();
    let mut prefixes = Vec::new();
    let shared = rest.shared.iter_mut().filter_map(|one| one.plan.as_mut());
    for plan in shared.chain(&mut rest.statements) {
        replace(query, plan, &mut prefixes);
    }
    let statement = match rest.statements.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let shape = Shape {
        groups_only: statement.is_some_and(|plan| groups_only(&rest, plan)),
        reads_time: query.any_expr(&|expr| calls(expr, &["now", "ago"])),
        reads_tables: rest.any_plan(&|plan| matches!(plan.node, Node::Table { .. })),
        vanishes: statement.is_some_and(|plan| vanishes(&rest, plan)),
    };
    (!prefixes.is_empty()).then_some(Parted {
        prefixes,
        rest,
        shape,
    })
}

fn calls(expr: &Expr, names: &[&str]) -> bool {
    matches!(&expr.kind, ExprKind::Call(function, _) if names.contains(&function.name))
}

/// Puts the place of a prefix's result wherever the longest possible prefix stands.
fn replace(query: &Query, plan: &mut Plan, prefixes: &mut Vec<Plan>) {
    if is_prefix(query, plan) {
        let index = prefixes.len();
        prefixes.push(plan.clone());
        plan.node = Node::Late { index };
        return;
    }
    for input in plan.inputs_mut() {
        replace(query, input, prefixes);
    }
}

/// Whether a plan treats each row of a table alone.
fn is_prefix(query: &Query, plan: &Plan) -> bool {
    match &plan.node {
        Node::Table { .. } => true,
        _ => by_rows(query, plan).is_some_and(|input| is_prefix(query, input)),
    }
}

/// Whether a plan filters, computes and groups what one prefix has left.
fn groups_only(query: &Query, plan: &Plan) -> bool {
    match &plan.node {
        Node::Late { .. } => true,
        Node::Shared { index } => {
            let shared = query.shared.get(*index);
            let plan = shared.and_then(|shared| shared.plan.as_ref());
            plan.is_some_and(|plan| groups_only(query, plan))
        }
        Node::Distinct { input } => groups_only(query, input),
        Node::Summarize { keys, .. } => {
            let input = grouping(query, plan).filter(|_| !keys.is_empty());
            input.is_some_and(|input| groups_only(query, input))
        }
        _ => by_rows(query, plan).is_some_and(|input| groups_only(query, input)),
    }
}

/// Whether a plan has no rows when no prefix has any.
fn vanishes(query: &Query, plan: &Plan) -> bool {
    let gone = |plan: &Plan| vanishes(query, plan);
    match &plan.node {
        Node::Late { .. } => true,
        Node::Shared { index } => {
            let shared = query.shared.get(*index);
            let plan = shared.and_then(|shared| shared.plan.as_ref());
            plan.is_some_and(gone)
        }
        Node::Where { input, .. }
        | Node::Project { input, .. }
        | Node::Extend { input, .. }
        | Node::ExtendTuple { input, .. }
        | Node::Distinct { input }
        | Node::Sort { input, .. }
        | Node::Take { input, .. }
        | Node::Top { input, .. }
        | Node::MvExpand { input, .. }
        | Node::Pass { input } => gone(input),
        Node::Summarize { input, keys, .. } => !keys.is_empty() && gone(input),
        Node::Join {
            left, right, kind, ..
        } => match kind {
            JoinKind::Inner | JoinKind::InnerUnique => gone(left) || gone(right),
            JoinKind::LeftSemi | JoinKind::RightSemi => gone(left) || gone(right),
            JoinKind::LeftOuter | JoinKind::LeftAnti => gone(left),
            JoinKind::RightOuter | JoinKind::RightAnti => gone(right),
            JoinKind::FullOuter => gone(left) && gone(right),
        },
        Node::Union { inputs, .. } => inputs.iter().all(|(input, _)| gone(input)),
        _ => false,
    }
}
