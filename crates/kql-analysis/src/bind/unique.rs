//! Filters right behind a join of kind `innerunique`.
//!
//! Such a join keeps one left row of each key, and Kusto does not say which. Its engine filters the left
//! side before it chooses, so a filter on left columns takes part in the choice.

use std::ops::Range;

use super::Binder;
use super::windows;
use crate::plan::{Expr, ExprKind, Haystack, JoinColumn, JoinKind, Node, Plan};

impl Binder<'_> {
    /// `input | where predicate`. Conditions on columns of an `innerunique` join's left side go to that
    /// side.
    pub(crate) fn filtered(
        &mut self,
        mut input: Plan,
        predicate: Expr,
        range: Range<usize>,
    ) -> Plan {
        let predicate = match &input.node {
            Node::Join {
                kind: JoinKind::InnerUnique,
                ..
            } => {
                let mut rest = conditions(predicate);
                rest.retain(|condition| !push(&mut input, condition, &range));
                self.balanced("and", rest)
            }
            _ => Some(predicate),
        };
        let Some(predicate) = predicate else {
            return input;
        };
        let schema = input.schema.clone();
        let node = Node::Where {
            input: Box::new(input),
            predicate,
        };
        super::tabular::plan(node, schema, range)
    }
}

/// The conditions that `and` joins.
fn conditions(predicate: Expr) -> Vec<Expr> {
    match predicate.kind {
        ExprKind::Call(function, operands) if function.name == "and" => {
            operands.into_iter().flat_map(conditions).collect()
        }
        _ => vec![predicate],
    }
}

/// Filters the left side of an `innerunique` join; false when the condition is not about it alone.
fn push(input: &mut Plan, condition: &Expr, range: &Range<usize>) -> bool {
    let Node::Join {
        left,
        kind: JoinKind::InnerUnique,
        outputs,
        ..
    } = &mut input.node
    else {
        return false;
    };
    if windows::find(condition).is_some() {
        return false;
    }
    let Some(predicate) = over_left(condition, outputs) else {
        return false;
    };
    let schema = left.schema.clone();
    let side = std::mem::replace(
        left.as_mut(),
        super::tabular::plan(
            Node::Rows { rows: Vec::new() },
            schema.clone(),
            range.clone(),
        ),
    );
    let node = Node::Where {
        input: Box::new(side),
        predicate,
    };
    **left = super::tabular::plan(node, schema, range.clone());
    true
}

/// A condition over the result of a join as one over its left side.
fn over_left(condition: &Expr, outputs: &[JoinColumn]) -> Option<Expr> {
    let all = |exprs: &[Expr]| -> Option<Vec<Expr>> {
        exprs.iter().map(|expr| over_left(expr, outputs)).collect()
    };
    let kind = match &condition.kind {
        ExprKind::Literal(_) | ExprKind::Scalar(_) => condition.kind.clone(),
        ExprKind::Column(index) => match outputs.get(*index)? {
            JoinColumn::Left(column) => ExprKind::Column(*column),
            JoinColumn::Right(_) => return None,
        },
        ExprKind::Call(function, args) => ExprKind::Call(function, all(args)?),
        ExprKind::Array(items) => ExprKind::Array(all(items)?),
        ExprKind::Index(base, index) => {
            let base = over_left(base, outputs)?;
            ExprKind::Index(Box::new(base), Box::new(over_left(index, outputs)?))
        }
        ExprKind::In(list) => {
            let mut list = list.as_ref().clone();
            list.needle = over_left(&list.needle, outputs)?;
            if let Haystack::Values(values) = &list.haystack {
                list.haystack = Haystack::Values(all(values)?);
            }
            ExprKind::In(Box::new(list))
        }
    };
    Some(Expr {
        kind,
        ..condition.clone()
    })
}
