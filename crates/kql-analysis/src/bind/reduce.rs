//! `reduce`: texts that share terms, as one row.

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::conversions::as_text;
use super::scope::Row;
use super::tabular::plan;
use crate::plan::{ExprKind, Node, Plan, Reduce};
use crate::types::{ScalarType, Schema};
use crate::value::Value;

/// The share of rows that makes a term common, unless the query gives one.
const THRESHOLD: f64 = 0.1;

impl Binder<'_> {
    pub(crate) fn reduce(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let by = operator.by();
        let syntax = by.first().cloned().or_else(|| operator.expression())?;
        let row = self.row(&input.schema);
        let text = self.expression(&syntax, &row)?;
        let text = as_text(text);
        let mut schema = Schema::new([
            ("Pattern", ScalarType::String),
            ("Count", ScalarType::Long),
            ("Representative", ScalarType::String),
        ]);
        if operator.parameter("kind").is_some() {
            self.unsupported("`reduce` with a kind", operator.range());
            let mut columns = input.schema.columns.clone();
            columns.append(&mut schema.columns);
            schema.columns = columns;
            return Some(self.unknown_table(schema, operator.range()));
        }
        let separators = match self.reduce_option(operator, "characters")? {
            Some(Value::String(text)) => Some(text.as_ref().to_owned()),
            _ => None,
        };
        let threshold = match self.reduce_option(operator, "threshold")? {
            Some(Value::Real(share)) => share,
            Some(Value::Long(share)) => share as f64,
            _ => THRESHOLD,
        };
        let reduce = Reduce {
            input,
            text,
            separators,
            is_strict: threshold > THRESHOLD,
        };
        Some(plan(
            Node::Reduce(Box::new(reduce)),
            schema,
            operator.range(),
        ))
    }

    /// A constant of the `with` clause.
    fn reduce_option(&mut self, operator: &Operator, name: &str) -> Option<Option<Value>> {
        let mut properties = operator.with_properties().into_iter();
        let Some(property) = properties.find(|property| property.name() == name) else {
            return Some(None);
        };
        let syntax: Syntax = property.expression()?;
        let value = self.expression(&syntax, &Row::none())?;
        if let ExprKind::Literal(value) = value.kind {
            return Some(Some(value));
        }
        let message = format!("`{name}` of `reduce` must be a constant");
        self.error("RS2013", &message, None, syntax.range());
        None
    }
}
