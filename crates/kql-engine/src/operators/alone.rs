//! Which expressions and operators treat each row alone: they depend on nothing but the row, so that rows of many
//! runs, or of many parts, can go through them together.

use kql_analysis::plan::{Expr, ExprKind, Haystack, NamedExpr, Node, Plan, Query, ScalarSource};

use crate::eval;

/// The input of an operator that treats each row alone.
pub(crate) fn by_rows<'p>(query: &Query, plan: &'p Plan) -> Option<&'p Plan> {
    let (input, is_local) = match &plan.node {
        Node::Where { input, predicate } => (input, is_local(query, predicate)),
        Node::Project { input, columns } => (input, are_local(query, columns)),
        Node::Extend { input, columns } => {
            let mut exprs = columns.iter().map(|(_, expr)| expr);
            (input, exprs.all(|expr| is_local(query, expr)))
        }
        Node::Pass { input } => (input, true),
        _ => return None,
    };
    is_local.then_some(input)
}

/// The input of a `summarize` whose expressions treat each row alone.
pub(crate) fn grouping<'p>(query: &Query, plan: &'p Plan) -> Option<&'p Plan> {
    let Node::Summarize {
        input,
        keys,
        aggregates,
        outputs,
    } = &plan.node
    else {
        return None;
    };
    let mut args = aggregates.iter().flat_map(|call| &call.args);
    let are_local =
        are_local(query, keys) && are_local(query, outputs) && args.all(|arg| is_local(query, arg));
    are_local.then_some(input)
}

fn are_local(query: &Query, columns: &[NamedExpr]) -> bool {
    columns.iter().all(|column| is_local(query, &column.expr))
}

/// Whether an expression depends on nothing but its row.
pub(crate) fn is_local(query: &Query, expr: &Expr) -> bool {
    let here = match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::Index(..) | ExprKind::Array(_) => {
            true
        }
        ExprKind::Scalar(index) => match query.scalars.get(*index).map(|scalar| &scalar.source) {
            Some(ScalarSource::Expr(source)) => is_local(query, source),
            _ => false,
        },
        ExprKind::Call(function, _) => {
            !eval::is_window(function.name) && !matches!(function.name, "now" | "ago")
        }
        ExprKind::In(list) => matches!(list.haystack, Haystack::Values(_)),
    };
    here && expr.parts().exprs.iter().all(|part| is_local(query, part))
}
