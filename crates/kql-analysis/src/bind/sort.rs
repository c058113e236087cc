//! `sort`, `top` and `take`, and the sort keys of other operators.

use kql_syntax::ast::{Expr as Syntax, Operator, Ordered};

use super::Binder;
use super::scope::Row;
use super::tabular::same_columns;
use crate::plan::{Expr, Node, Plan, SortKey};
use crate::types::{ScalarType, Schema};

impl Binder<'_> {
    pub(crate) fn take(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let count = self.row_count(&operator.expression()?)?;
        Some(same_columns(input, operator, |input| Node::Take {
            input,
            count,
        }))
    }

    /// A number of rows.
    pub(crate) fn row_count(&mut self, syntax: &Syntax) -> Option<Expr> {
        let count = self.expression(syntax, &Row::none())?;
        if matches!(
            count.ty,
            ScalarType::Int | ScalarType::Long | ScalarType::Unknown
        ) {
            return Some(count);
        }
        let message = "the number of rows must be an integer";
        self.error("RS2011", message, None, syntax.range());
        None
    }

    pub(crate) fn sort(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let keys = self.keys_over(&input.schema, &operator.ordered())?;
        let dynamic = |key: &&SortKey| key.expr.ty == ScalarType::Dynamic;
        if let Some(key) = keys.iter().find(dynamic) {
            let hint = "convert it, for example with `tostring(…)`".to_owned();
            let message = "a dynamic value has no order";
            self.error("RS2011", message, Some(hint), key.expr.range.clone());
        }
        Some(same_columns(input, operator, |input| Node::Sort {
            input,
            keys,
        }))
    }

    pub(crate) fn top(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let count = self.row_count(&operator.expression()?)?;
        let keys = self.keys_over(&input.schema, &operator.ordered())?;
        Some(same_columns(input, operator, |input| Node::Top {
            input,
            count,
            keys,
        }))
    }

    /// Sort keys over a table's columns.
    pub(crate) fn keys_over(
        &mut self,
        schema: &Schema,
        ordered: &[Ordered],
    ) -> Option<Vec<SortKey>> {
        let row = self.row(schema);
        let keys = ordered.iter().map(|ordered| {
            let expr = self.expression(&ordered.expression()?, &row)?;
            Some(sort_key(expr, ordered))
        });
        keys.collect()
    }
}

/// A sort key; the largest comes first unless `asc` is written, nulls last with `desc` and first with
/// `asc` unless the query says otherwise.
pub(crate) fn sort_key(expr: Expr, ordered: &Ordered) -> SortKey {
    let descending = !ordered.has("asc");
    let nulls_first = match (ordered.has("first"), ordered.has("last")) {
        (true, _) => true,
        (_, true) => false,
        _ => !descending,
    };
    SortKey {
        expr,
        descending,
        nulls_first,
    }
}
