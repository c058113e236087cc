//! From a cell of a file to a typed value.

use kql_analysis::text::parse_json;
use kql_analysis::time::{parse_datetime, parse_log_time, parse_timespan};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use crate::cell::Cell;

/// The value of a cell; `None` when it does not fit the column's type.
pub(crate) fn value(cell: &Cell<'_>, ty: ScalarType) -> Option<Value> {
    match cell {
        Cell::Null => Some(Value::Null),
        Cell::Text(text) => from_text(text, ty),
        _ if ty == ScalarType::String => Some(Value::String(cell.json().to_string().into())),
        _ if ty == ScalarType::Dynamic => parse_json(&cell.json().to_string()),
        Cell::Bool(truth) => match ty {
            ScalarType::Bool => Some(Value::Bool(*truth)),
            ScalarType::Long => Some(Value::Long(i64::from(*truth))),
            _ => None,
        },
        Cell::Whole(number) => match ty {
            ScalarType::Int => i32::try_from(*number).ok().map(Value::Int),
            ScalarType::Long => Some(Value::Long(*number)),
            ScalarType::Bool => Some(Value::Bool(*number != 0)),
            _ => real(*number as f64, ty),
        },
        Cell::Large(number) => real(*number as f64, ty),
        Cell::Real(number) => match ty {
            ScalarType::Long => Some(Value::Long(*number as i64)),
            _ => real(*number, ty),
        },
        Cell::Nested(_) => None,
    }
}

fn real(number: f64, ty: ScalarType) -> Option<Value> {
    matches!(ty, ScalarType::Real | ScalarType::Decimal).then_some(Value::Real(number))
}

fn from_text(text: &str, ty: ScalarType) -> Option<Value> {
    let trimmed = text.trim();
    if trimmed.is_empty() && ty != ScalarType::String {
        return Some(Value::Null);
    }
    match ty {
        ScalarType::Bool => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        ScalarType::Int => trimmed.parse().ok().map(Value::Int),
        ScalarType::Long => whole(trimmed).map(Value::Long),
        ScalarType::Real | ScalarType::Decimal => number(trimmed).map(Value::Real),
        ScalarType::DateTime => time(trimmed).map(Value::DateTime),
        ScalarType::TimeSpan => parse_timespan(trimmed).map(Value::TimeSpan),
        ScalarType::Dynamic => {
            Some(parse_json(trimmed).unwrap_or_else(|| Value::String(text.into())))
        }
        _ => Some(Value::String(text.into())),
    }
}

/// A real, also one with commas between thousands.
fn number(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .or_else(|| text.replace(',', "").parse().ok())
}

/// A whole number, also one that was written as a real or with commas between thousands.
fn whole(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let plain = text.replace(',', "");
        let real = || plain.parse::<f64>().ok().filter(|x| x.fract() == 0.0);
        plain.parse().ok().or_else(|| real().map(|x| x as i64))
    })
}

/// A time; the portal writes `1/29/2026, 5:44:10.000 AM`.
fn time(text: &str) -> Option<i64> {
    parse_log_time(text)
        .or_else(|| parse_datetime(text))
        .or_else(|| parse_datetime(&text.replacen(", ", " ", 1)))
}

/// The type of a column that no schema knows, by its first value.
pub(crate) fn inferred(cell: &Cell<'_>) -> ScalarType {
    match cell {
        Cell::Bool(_) => ScalarType::Bool,
        Cell::Real(_) => ScalarType::Real,
        Cell::Whole(_) | Cell::Large(_) => ScalarType::Long,
        Cell::Nested(_) => ScalarType::Dynamic,
        Cell::Text(_) | Cell::Null => ScalarType::String,
    }
}
