//! From a JSON value or a text cell to a typed value.

use kql_analysis::text::parse_json;
use kql_analysis::time::{parse_datetime, parse_timespan};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use serde_json::Value as Json;

/// The value of a cell; `None` when it does not fit the column's type.
pub(crate) fn cell(json: &Json, ty: ScalarType) -> Option<Value> {
    match json {
        Json::Null => Some(Value::Null),
        Json::String(text) => from_text(text, ty),
        _ if ty == ScalarType::String => Some(Value::String(json.to_string().into())),
        _ if ty == ScalarType::Dynamic => parse_json(&json.to_string()),
        Json::Bool(truth) => match ty {
            ScalarType::Bool => Some(Value::Bool(*truth)),
            ScalarType::Long => Some(Value::Long(i64::from(*truth))),
            _ => None,
        },
        Json::Number(number) => match ty {
            ScalarType::Int => number
                .as_i64()
                .and_then(|n| i32::try_from(n).ok())
                .map(Value::Int),
            ScalarType::Long => number
                .as_i64()
                .or_else(|| number.as_f64().map(|x| x as i64))
                .map(Value::Long),
            ScalarType::Real | ScalarType::Decimal => number.as_f64().map(Value::Real),
            ScalarType::Bool => number.as_i64().map(|n| Value::Bool(n != 0)),
            _ => None,
        },
        Json::Array(_) | Json::Object(_) => None,
    }
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
        ScalarType::Real | ScalarType::Decimal => {
            trimmed.replace(',', "").parse().ok().map(Value::Real)
        }
        ScalarType::DateTime => time(trimmed).map(Value::DateTime),
        ScalarType::TimeSpan => parse_timespan(trimmed).map(Value::TimeSpan),
        ScalarType::Dynamic => {
            Some(parse_json(trimmed).unwrap_or_else(|| Value::String(text.into())))
        }
        _ => Some(Value::String(text.into())),
    }
}

/// A whole number, also one that was written as a real.
fn whole(text: &str) -> Option<i64> {
    let plain = text.replace(',', "");
    plain.parse().ok().or_else(|| {
        plain
            .parse::<f64>()
            .ok()
            .filter(|x| x.fract() == 0.0)
            .map(|x| x as i64)
    })
}

/// A time; the portal writes `1/29/2026, 5:44:10.000 AM`.
fn time(text: &str) -> Option<i64> {
    parse_datetime(text).or_else(|| parse_datetime(&text.replacen(", ", " ", 1)))
}

/// The type of a column that no schema knows, by its first value.
pub(crate) fn inferred(json: &Json) -> ScalarType {
    match json {
        Json::Bool(_) => ScalarType::Bool,
        Json::Number(number) if number.is_f64() => ScalarType::Real,
        Json::Number(_) => ScalarType::Long,
        Json::Array(_) | Json::Object(_) => ScalarType::Dynamic,
        Json::String(_) | Json::Null => ScalarType::String,
    }
}
