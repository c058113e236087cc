//! Rows that a result rests on by keeping others out.
//!
//! The rows behind a result row are those that it is made of. Where an operator that puts rows together reads
//! from one that chooses among rows, a row that is not chosen comes in as soon as another is gone.

use std::collections::BTreeSet;

use kql_analysis::plan::{
    Expr, ExprKind, Haystack, JoinKind, Node, Plan, Query, Scalar, ScalarSource,
};

/// What is said of such a query.
const NOTE: &str = "Other rows can matter by keeping rows out, as `top`, `leftanti`, `!in`, filters of what is counted and neighbours in an order do: without one of them, a row that is not among these would come in.";

/// That rows of a query may matter that are not among those behind its result.
pub(super) fn note(query: &Query) -> Option<String> {
    let asks_for_nothing = query.any_expr(&|expr| calls(expr, &["isempty", "isnull"]));
    let below = |plan: &Plan, test: &dyn Fn(&Plan) -> bool| {
        let mut seen = BTreeSet::new();
        let mut inputs = plan.inputs().into_iter();
        inputs.any(|input| reaches(query, input, test, &mut seen))
    };
    let chooses = |plan: &Plan| match &plan.node {
        Node::Where { predicate, .. } => asks_of_others(query, predicate) || below(plan, &counts),
        Node::Join { kind, .. } => match kind {
            JoinKind::LeftAnti | JoinKind::RightAnti | JoinKind::InnerUnique => true,
            JoinKind::Inner | JoinKind::LeftSemi | JoinKind::RightSemi => false,
            _ => asks_for_nothing,
        },
        _ => takes_some(plan),
    };
    let values_of_others = |plan: &Plan| counts(plan) || looks_around(plan);
    let rests = query.any_plan(&|plan| {
        let chooses_by_value = takes_some(plan) || matches!(plan.node, Node::Each(_));
        (puts_together(plan) && below(plan, &chooses))
            || (looks_around(plan) && below(plan, &values_of_others))
            || (chooses_by_value && below(plan, &looks_around))
    });
    rests.then(|| NOTE.to_owned())
}

/// Whether a plan or what it reads passes a test.
fn reaches(
    query: &Query,
    plan: &Plan,
    test: &dyn Fn(&Plan) -> bool,
    seen: &mut BTreeSet<usize>,
) -> bool {
    if test(plan) {
        return true;
    }
    let shared = match plan.node {
        Node::Shared { index } if seen.insert(index) => query.shared.get(index),
        _ => None,
    };
    let shared = shared.and_then(|shared| shared.plan.as_ref());
    let mut inputs = plan.inputs().into_iter().chain(shared);
    inputs.any(|input| reaches(query, input, test, seen))
}

/// Whether each row of an operator's result is made of several rows.
fn counts(plan: &Plan) -> bool {
    matches!(
        plan.node,
        Node::Summarize { .. } | Node::Count { .. } | Node::MakeSeries(_) | Node::TopNested { .. }
    )
}

/// Whether an operator lets some rows through for what others are.
fn takes_some(plan: &Plan) -> bool {
    match &plan.node {
        Node::Take { .. } | Node::Top { .. } | Node::TopNested { .. } | Node::Scan(_) => true,
        Node::Summarize { aggregates, .. } => aggregates
            .iter()
            .any(|one| one.aggregate.name.starts_with("arg_")),
        _ => false,
    }
}

/// Whether more rows may change what an operator makes of one.
fn puts_together(plan: &Plan) -> bool {
    let chooses_partners = |kind: &JoinKind| !matches!(kind, JoinKind::Inner);
    counts(plan)
        || takes_some(plan)
        || looks_around(plan)
        || matches!(&plan.node, Node::Join { kind, .. } if chooses_partners(kind))
}

/// Whether an operator looks at the neighbours of a row.
fn looks_around(plan: &Plan) -> bool {
    let is_window = |expr: &Expr| match &expr.kind {
        ExprKind::Call(function, _) => {
            ["prev", "next"].contains(&function.name) || function.name.starts_with("row_")
        }
        _ => false,
    };
    let mut exprs = plan.parts().exprs.into_iter();
    exprs.any(|expr| any(expr, &is_window)) || matches!(plan.node, Node::Scan(_))
}

/// Whether a condition asks for what all rows of a table come to, or that none of them is alike.
fn asks_of_others(query: &Query, condition: &Expr) -> bool {
    let of_table = |scalar: &Scalar| matches!(scalar.source, ScalarSource::FirstCell(_));
    let is_table = |haystack: &Haystack| matches!(haystack, Haystack::Table(_));
    let looks_up =
        |expr: &Expr| matches!(&expr.kind, ExprKind::In(list) if is_table(&list.haystack));
    any(condition, &|expr| match &expr.kind {
        ExprKind::In(list) => list.negated && is_table(&list.haystack),
        ExprKind::Scalar(index) => query.scalars.get(*index).is_some_and(of_table),
        _ => calls(expr, &["not"]) && any(expr, &looks_up),
    })
}

/// Whether an expression or one inside of it passes a test.
fn any(expr: &Expr, test: &dyn Fn(&Expr) -> bool) -> bool {
    test(expr) || expr.parts().exprs.into_iter().any(|inner| any(inner, test))
}

fn calls(expr: &Expr, names: &[&str]) -> bool {
    matches!(&expr.kind, ExprKind::Call(function, _) if names.contains(&function.name))
}
