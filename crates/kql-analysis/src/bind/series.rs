//! `make-series`.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::literals::constant;
use super::names::ColumnNames;
use super::scope::Row;
use super::summarize::{ARRAY, series_name};
use super::tabular::plan;
use crate::plan::{AggregateCall, Expr, ExprKind, MakeSeries, NamedExpr, Node, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};
use crate::value::Value;

impl Binder<'_> {
    pub(crate) fn make_series(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut names = ColumnNames::default();
        let keys = self.named_expressions(&input.schema, &operator.by(), &mut names)?;
        let mut aggregates: Vec<(AggregateCall, Expr)> = Vec::new();
        let mut series = Vec::new();
        for node in operator.items() {
            if node.kind() == SyntaxKind::DefaultClause {
                let default =
                    self.expression(&node.children().find_map(Syntax::cast)?, &Row::none())?;
                if let Some((_, value)) = aggregates.last_mut() {
                    *value = default;
                }
                continue;
            }
            let item = Syntax::cast(node)?;
            let call = self.series_aggregate(&input, &keys, &item)?;
            series.push(series_name(&item, &mut names));
            let zero = zero_of(&call, item.range());
            aggregates.push((call, zero));
        }
        let axis = self.axis(&input.schema, operator, &mut names)?;
        let (from, to, step) = self.bounds(operator)?;
        let mut columns: Vec<ColumnSchema> = keys
            .iter()
            .map(|key| ColumnSchema {
                name: key.name.clone(),
                ty: key.expr.ty,
            })
            .collect();
        columns.extend(
            series
                .into_iter()
                .map(|name| ColumnSchema { name, ty: ARRAY }),
        );
        columns.push(ColumnSchema {
            name: axis.name.clone(),
            ty: ARRAY,
        });
        let nonempty = operator
            .parameter("kind")
            .is_some_and(|kind| kind == "nonempty");
        let node = MakeSeries {
            input,
            aggregates,
            axis,
            from,
            to,
            step,
            keys,
            nonempty,
        };
        Some(plan(
            Node::MakeSeries(Box::new(node)),
            columns.into(),
            operator.range(),
        ))
    }

    /// One aggregate; expressions around aggregates are not part of `make-series` here.
    fn series_aggregate(
        &mut self,
        input: &Plan,
        keys: &[NamedExpr],
        item: &Syntax,
    ) -> Option<AggregateCall> {
        let mut scratch = ColumnNames::default();
        let (mut calls, outputs) =
            self.aggregates(input, keys, std::slice::from_ref(item), &mut scratch)?;
        let plain =
            matches!(outputs.as_slice(), [only] if matches!(only.expr.kind, ExprKind::Column(_)));
        match (calls.pop(), plain && calls.is_empty()) {
            (Some(call), true) => Some(call),
            _ => {
                self.unsupported(
                    "an expression around aggregates in `make-series`",
                    item.range(),
                );
                None
            }
        }
    }

    fn axis(
        &mut self,
        schema: &Schema,
        operator: &Operator,
        names: &mut ColumnNames,
    ) -> Option<NamedExpr> {
        let on = operator.on();
        let syntax = on.first()?;
        let row = self.row(schema);
        let expr = self.expression(syntax, &row)?;
        let ty = expr.ty;
        if !(ty.is_numeric()
            || matches!(
                ty,
                ScalarType::DateTime | ScalarType::TimeSpan | ScalarType::Unknown
            ))
        {
            let message = format!("an axis of type {} has no steps", ty.name());
            self.error("RS2011", &message, None, syntax.range());
            return None;
        }
        Some(NamedExpr {
            name: names.derive(syntax),
            expr,
        })
    }

    /// First bin, end of the last one, and the width of a bin.
    fn bounds(&mut self, operator: &Operator) -> Option<(Option<Expr>, Option<Expr>, Expr)> {
        let row = Row::none();
        let mut bound = |kind| match operator.clause(kind) {
            Some(syntax) => self.expression(&syntax, &row).map(Some),
            None => Some(None),
        };
        let from = bound(SyntaxKind::FromClause)?;
        let to = bound(SyntaxKind::ToClause)?;
        let step = bound(SyntaxKind::StepClause)?;
        match step {
            Some(step) => Some((from, to, step)),
            None => {
                let hint = "write `from … to … step …`";
                self.error(
                    "RS3001",
                    "`in range(…)` is not supported",
                    Some(hint.to_owned()),
                    operator.range(),
                );
                None
            }
        }
    }
}

/// The value of a bin without rows, unless the query gives one: zero of the aggregate's type.
fn zero_of(call: &AggregateCall, range: std::ops::Range<usize>) -> Expr {
    let ty = call.types.first().copied().unwrap_or(ScalarType::Unknown);
    let value = match ty {
        ScalarType::Real | ScalarType::Decimal => Value::Real(0.0),
        ScalarType::TimeSpan => Value::TimeSpan(0),
        ScalarType::Long | ScalarType::Int => Value::Long(0),
        _ => Value::Null,
    };
    constant(value, ty, range)
}
