//! `project`, and projections that other operators come to.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::names::{ColumnNames, derived};
use super::parts::spread_item;
use super::tabular::plan;
use crate::plan::{Expr, ExprKind, NamedExpr, Node, Plan};
use crate::types::Schema;

/// Columns of named expressions.
pub(crate) fn schema_of(columns: &[NamedExpr]) -> Schema {
    Schema::new(
        columns
            .iter()
            .map(|column| (column.name.clone(), column.expr.ty)),
    )
}

/// A projection of bound columns.
pub(crate) fn projected(input: Plan, columns: Vec<NamedExpr>, range: Range<usize>) -> Plan {
    let schema = schema_of(&columns);
    plan(
        Node::Project {
            input: Box::new(input),
            columns,
        },
        schema,
        range,
    )
}

/// A projection of columns of the input, by index.
pub(crate) fn selected(input: Plan, indexes: &[usize], range: Range<usize>) -> Plan {
    let columns = indexes
        .iter()
        .map(|&index| kept(&input.schema, index, range.clone()))
        .collect();
    projected(input, columns, range)
}

/// A column of the input under its own name.
pub(super) fn kept(schema: &Schema, index: usize, range: Range<usize>) -> NamedExpr {
    let column = &schema.columns[index];
    let expr = Expr {
        kind: ExprKind::Column(index),
        ty: column.ty,
        range,
    };
    NamedExpr {
        name: column.name.clone(),
        expr,
    }
}

impl Binder<'_> {
    /// Named expressions over a table's columns. A tuple of names spreads an array over columns.
    pub(crate) fn named_expressions(
        &mut self,
        schema: &Schema,
        items: &[Syntax],
        names: &mut ColumnNames,
    ) -> Option<Vec<NamedExpr>> {
        let row = self.row(schema);
        let mut columns = Vec::new();
        let mut sound = true;
        for item in items {
            match self.expression(item, &row) {
                Some(expr) if self.repeats(item, &expr, names) => {}
                Some(expr) => {
                    let single = |names: &mut ColumnNames| names.derive(item);
                    columns.extend(spread_item(item, expr, names, self.is_checker(), single));
                }
                None => sound = false,
            }
        }
        sound.then_some(columns)
    }

    /// Whether an item names a column that an item before has named. The checker objects and leaves it
    /// out; the engine numbers it.
    pub(crate) fn repeats(&mut self, item: &Syntax, expr: &Expr, names: &mut ColumnNames) -> bool {
        let named = match item {
            Syntax::Named(named) => named.name().map(|name| name.text()),
            _ if matches!(expr.kind, ExprKind::Column(_)) => derived(item),
            _ => None,
        };
        let repeated = named.filter(|name| !names.declare(name));
        if let Some(name) = &repeated {
            let message = format!("a column `{name}` is there already");
            self.object(&message, item.range());
        }
        repeated.is_some() && self.is_checker()
    }

    pub(crate) fn project(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let columns = self.named_expressions(
            &input.schema,
            &operator.list(),
            &mut ColumnNames::beside(&input.schema),
        )?;
        Some(projected(input, columns, operator.range()))
    }
}
