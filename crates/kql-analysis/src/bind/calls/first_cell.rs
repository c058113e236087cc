//! `toscalar`: the first cell of a table as a value.

use std::ops::Range;

use kql_syntax::ast::Expr as Syntax;

use super::super::Binder;
use super::super::scope::Row;
use crate::plan::{Expr, ExprKind, Plan, Scalar, ScalarSource};
use crate::types::ScalarType;

impl Binder<'_> {
    /// `toscalar(table)` or `toscalar(value)`.
    pub(super) fn first_cell(&mut self, arguments: &[Syntax], range: Range<usize>) -> Option<Expr> {
        let [inner] = arguments else {
            self.error("RS2010", "`toscalar` takes one table or value", None, range);
            return None;
        };
        if !self.is_tabular(inner) {
            return self.expression(inner, &Row::none());
        }
        if let Some(known) = self.search_memory().and_then(|known| known.value(inner)) {
            return Some(known);
        }
        let plan = self.inner_table(inner)?;
        let value = self.first_cell_of(plan, range)?;
        if let Some(known) = self.search_memory() {
            known.keep_value(inner, value.clone());
        }
        Some(value)
    }

    /// The first column of the first row of a table, evaluated once.
    pub(crate) fn first_cell_of(&mut self, plan: Plan, range: Range<usize>) -> Option<Expr> {
        let ty = plan
            .schema
            .columns
            .first()
            .map_or(ScalarType::Unknown, |column| column.ty);
        let scalar = Scalar {
            name: String::new(),
            source: ScalarSource::FirstCell(Box::new(plan)),
            ty,
        };
        let index = self.add_scalar(scalar, range.clone())?;
        Some(Expr {
            kind: ExprKind::Scalar(index),
            ty,
            range,
        })
    }
}
