//! Scalars and tables that a run evaluates at most once, and that expressions read by their index.

use std::ops::Range;

use super::expressions::has_column;
use super::{Binder, MAX_NAMED};
use crate::plan::{Expr, ExprKind, Plan, Scalar, ScalarSource, Shared};
use crate::types::Schema;

impl Binder<'_> {
    /// Adds a table that is evaluated at most once, and gives its index.
    pub(super) fn share(
        &mut self,
        name: String,
        plan: Option<Plan>,
        schema: Schema,
        range: Range<usize>,
    ) -> Option<usize> {
        self.check_named(range)?;
        self.shared.push(Shared { name, plan, schema });
        self.shared_in_order.push(self.in_order);
        self.shared_graphs.push(self.graph.take());
        Some(self.shared.len() - 1)
    }

    /// Adds a scalar that is evaluated at most once, and gives its index.
    pub(super) fn add_scalar(&mut self, scalar: Scalar, range: Range<usize>) -> Option<usize> {
        self.check_named(range)?;
        self.scalars.push(scalar);
        Some(self.scalars.len() - 1)
    }

    /// An expression by itself, or as an entry of its own when that saves computing it for each row.
    pub(super) fn named_scalar(
        &mut self,
        name: String,
        expr: Expr,
        range: Range<usize>,
    ) -> Option<Expr> {
        let is_cheap = matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Scalar(_));
        if is_cheap || has_column(&expr) {
            return Some(expr);
        }
        let (ty, place) = (expr.ty, expr.range.clone());
        let source = ScalarSource::Expr(expr);
        let index = self.add_scalar(Scalar { name, source, ty }, range)?;
        Some(Expr {
            kind: ExprKind::Scalar(index),
            ty,
            range: place,
        })
    }

    /// `None`, and a report, when the query names more than [`MAX_NAMED`] scalars and tables already.
    fn check_named(&mut self, range: Range<usize>) -> Option<()> {
        if self.scalars.len() + self.shared.len() < MAX_NAMED {
            return Some(());
        }
        let message = format!("the query names more than {MAX_NAMED} values and tables");
        let hint = "call fewer functions, or shorten their bodies".to_owned();
        self.error("RS2002", &message, Some(hint), range);
        None
    }
}
