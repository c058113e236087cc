//! `datatable`: its constants as cells of the declared columns.

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::scope::Row;
use super::tabular::plan;
use crate::plan::{ExprKind, Node, Plan};
use crate::text::parse_guid;
use crate::time::{parse_datetime, parse_timespan};
use crate::types::{ColumnSchema, ScalarType};
use crate::value::Value;

impl Binder<'_> {
    /// `datatable`: rows of constants. Rows that are not full are an error, and the table has none.
    pub(super) fn datatable(&mut self, operator: &Operator) -> Option<Plan> {
        let columns = self.declared_columns(operator)?;
        let values = operator.list();
        if columns.is_empty() || !values.len().is_multiple_of(columns.len()) {
            let message = format!(
                "{} values do not fill rows of {} columns",
                values.len(),
                columns.len()
            );
            self.error("RS2018", &message, None, operator.range());
            let node = Node::Rows { rows: Vec::new() };
            return Some(plan(node, columns.into(), operator.range()));
        }
        let mut rows = Vec::new();
        for row in values.chunks(columns.len()) {
            let cells = row.iter().zip(&columns);
            let cell = |(value, column): (&Syntax, &ColumnSchema)| {
                self.cell(value, column.ty).unwrap_or(Value::Null)
            };
            rows.push(cells.map(cell).collect());
        }
        Some(plan(Node::Rows { rows }, columns.into(), operator.range()))
    }

    /// A constant of `datatable`, converted to its column's type.
    fn cell(&mut self, syntax: &Syntax, ty: ScalarType) -> Option<Value> {
        if ty == ScalarType::Long && is_smallest_long(syntax) {
            return Some(Value::Long(i64::MIN));
        }
        let expr = self.expression(syntax, &Row::none())?;
        let value = match &expr.kind {
            _ if expr.ty == ScalarType::Unknown => return None,
            ExprKind::Literal(value) => Some(value.clone()),
            ExprKind::Call(function, args) if function.name == "-" => match args.as_slice() {
                [only] => negated(&only.kind),
                _ => None,
            },
            _ => None,
        };
        let Some(value) = value else {
            let message = "only constants stand in a datatable";
            self.error("RS2018", message, None, syntax.range());
            return None;
        };
        let cell = as_cell(&value, ty);
        if cell.is_none() {
            let what = format!("a value of another type in a column of type {}", ty.name());
            self.refuse("RS3005", &what, None, syntax.range());
        }
        cell
    }
}

/// Whether this is the smallest long. Without its sign it would be no long, so an expression cannot hold it.
fn is_smallest_long(syntax: &Syntax) -> bool {
    let Syntax::Unary(unary) = syntax else {
        return false;
    };
    let digits = match unary.operand() {
        Some(Syntax::Literal(literal)) => literal.syntax().text().to_string(),
        _ => return false,
    };
    unary.is_negative() && digits.trim() == "9223372036854775808"
}

/// A constant with a minus in front of it; `None` when its type holds no such value.
fn negated(kind: &ExprKind) -> Option<Value> {
    let ExprKind::Literal(value) = kind else {
        return None;
    };
    Some(match value {
        Value::Long(number) => Value::Long(number.checked_neg()?),
        Value::Int(number) => Value::Int(number.checked_neg()?),
        Value::Real(number) => Value::Real(-number),
        Value::Decimal(number) => Value::Decimal(-*number),
        Value::TimeSpan(ticks) => Value::TimeSpan(ticks.checked_neg()?),
        _ => return None,
    })
}

/// A constant as a value of a column's type, where that loses nothing.
fn as_cell(value: &Value, ty: ScalarType) -> Option<Value> {
    Some(match (value, ty) {
        (Value::Null, _) | (_, ScalarType::Dynamic) => value.clone(),
        (Value::Bool(_), ScalarType::Bool)
        | (Value::Int(_), ScalarType::Int)
        | (Value::Long(_), ScalarType::Long)
        | (Value::Real(_), ScalarType::Real | ScalarType::Decimal)
        | (Value::Decimal(_), ScalarType::Decimal)
        | (Value::String(_), ScalarType::String)
        | (Value::DateTime(_), ScalarType::DateTime)
        | (Value::TimeSpan(_), ScalarType::TimeSpan)
        | (Value::Guid(_), ScalarType::Guid) => value.clone(),
        (Value::Long(number), ScalarType::Int) => Value::Int(i32::try_from(*number).ok()?),
        (Value::Int(number), ScalarType::Long) => Value::Long(i64::from(*number)),
        (Value::Long(number), ScalarType::Real) => Value::Real(*number as f64),
        (Value::Long(number), ScalarType::Decimal) => Value::Decimal((*number).into()),
        (Value::Long(number), ScalarType::Bool) => Value::Bool(*number != 0),
        (Value::String(text), ScalarType::DateTime) => Value::DateTime(parse_datetime(text)?),
        (Value::String(text), ScalarType::TimeSpan) => Value::TimeSpan(parse_timespan(text)?),
        (Value::String(text), ScalarType::Guid) => Value::Guid(parse_guid(text)?),
        _ => return None,
    })
}
