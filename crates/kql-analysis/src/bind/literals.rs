//! Constants.

use std::ops::Range;
use std::sync::Arc;

use kql_syntax::ast::{DynamicLiteral, Json, Literal, LiteralKind};

use super::Binder;
use crate::decimal::Decimal;
use crate::plan::{Expr, ExprKind};
use crate::text::parse_guid;
use crate::time::{parse_datetime, parse_timespan, ticks_of_date};
use crate::types::ScalarType;
use crate::value::{Bag, Value};

/// An expression for a value.
pub(crate) fn constant(value: Value, ty: ScalarType, range: Range<usize>) -> Expr {
    Expr {
        kind: ExprKind::Literal(value),
        ty,
        range,
    }
}

impl Binder<'_> {
    pub(crate) fn literal(&mut self, literal: &Literal) -> Option<Expr> {
        let range = literal.range();
        let Some((value, ty)) = self.literal_value(literal) else {
            let what = format!("the value `{}`", literal.syntax().text());
            self.refuse("RS3007", &what, None, range.clone());
            let ty = match literal.value()? {
                LiteralKind::Typed(name, _) => ScalarType::from_name(&name)?,
                LiteralKind::Long(_) => ScalarType::Long,
                LiteralKind::TimeSpan(_) => ScalarType::TimeSpan,
                _ => ScalarType::String,
            };
            return Some(constant(Value::Null, ty, range));
        };
        Some(constant(value, ty, range))
    }

    fn literal_value(&mut self, literal: &Literal) -> Option<(Value, ScalarType)> {
        Some(match literal.value()? {
            LiteralKind::Bool(truth) => (Value::Bool(truth), ScalarType::Bool),
            LiteralKind::Long(number) => (Value::Long(number?), ScalarType::Long),
            LiteralKind::Real(number) => (Value::Real(number), ScalarType::Real),
            LiteralKind::String(text) => (Value::String(text?.into()), ScalarType::String),
            LiteralKind::TimeSpan(ticks) => (Value::TimeSpan(ticks?), ScalarType::TimeSpan),
            LiteralKind::Null => (Value::Null, ScalarType::Dynamic),
            LiteralKind::Typed(name, raw) => {
                let ty = ScalarType::from_name(&name)?;
                (typed(ty, unquoted(&raw))?, ty)
            }
        })
    }

    pub(crate) fn dynamic_literal(&mut self, literal: &DynamicLiteral) -> Option<Expr> {
        let value = match literal.value() {
            Some(json) => self.json(&json)?,
            None => Value::Null,
        };
        Some(constant(value, ScalarType::Dynamic, literal.range()))
    }

    fn json(&mut self, json: &Json) -> Option<Value> {
        Some(match json {
            Json::Scalar(literal) => match self.literal(literal)?.kind {
                ExprKind::Literal(value) => value,
                _ => return None,
            },
            Json::Array(items) => {
                let values: Option<Vec<Value>> = items.iter().map(|item| self.json(item)).collect();
                Value::array(values?)
            }
            Json::Object(pairs) => {
                let mut bag = Bag::default();
                for (name, item) in pairs {
                    bag.insert(name.as_str().into(), self.json(item)?);
                }
                Value::Bag(Arc::new(bag))
            }
        })
    }
}

fn unquoted(raw: &str) -> &str {
    let inner = raw
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner
        .or_else(|| {
            raw.strip_prefix('\'')
                .and_then(|rest| rest.strip_suffix('\''))
        })
        .unwrap_or(raw)
}

/// The value of a literal such as `datetime(2020-01-01)`; `None` when the text does not fit the type.
fn typed(ty: ScalarType, raw: &str) -> Option<Value> {
    if raw.eq_ignore_ascii_case("null") {
        return Some(Value::Null);
    }
    let integer = || kql_syntax::literal::integer(raw);
    Some(match ty {
        ScalarType::Bool => match raw.to_ascii_lowercase().as_str() {
            "true" | "1" => Value::Bool(true),
            "false" | "0" => Value::Bool(false),
            _ => return None,
        },
        ScalarType::Int => Value::Int(i32::try_from(integer()?).ok()?),
        ScalarType::Long => Value::Long(integer()?),
        ScalarType::Real => Value::Real(real(raw)?),
        ScalarType::Decimal => Value::Decimal(Decimal::parse(raw)?),
        ScalarType::DateTime => {
            Value::DateTime(parse_datetime(raw).or_else(|| date_of_numbers(raw))?)
        }
        ScalarType::TimeSpan => Value::TimeSpan(parse_timespan(raw)?),
        ScalarType::Guid => Value::Guid(parse_guid(raw)?),
        _ => return None,
    })
}

/// Year, month and day parted by commas: `datetime(2025, 6, 14)`.
fn date_of_numbers(raw: &str) -> Option<i64> {
    let numbers: Option<Vec<i64>> = raw
        .split(',')
        .map(|part| part.trim().parse().ok())
        .collect();
    match numbers?.as_slice() {
        [year, month, day] => ticks_of_date(*year, *month, *day),
        _ => None,
    }
}

fn real(raw: &str) -> Option<f64> {
    match raw.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "+inf" | "inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        _ => raw.parse().ok(),
    }
}
