//! Conversions between the scalar types, `gettype`, and literals made from parts.
//!
//! What cannot be converted becomes null, never an error.

use std::borrow::Cow;

use kql_analysis::decimal::Decimal;
use kql_analysis::text::parse_guid;
pub(super) use kql_analysis::text::{json_text, value_text as typed_text};
use kql_analysis::time::{parse_datetime, parse_timespan};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, TypedTable, arg, string};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("toint", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::Int))
    }),
    ("tolong", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::Long))
    }),
    ("toreal", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::Real))
    }),
    ("todouble", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::Real))
    }),
    ("todecimal", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::Decimal))
    }),
    ("tobool", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::Bool))
    }),
    ("toboolean", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::Bool))
    }),
    ("todatetime", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::DateTime))
    }),
    ("totimespan", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::TimeSpan))
    }),
    ("totime", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::TimeSpan))
    }),
    ("toguid", |_, args| {
        Ok(convert(arg(args, 0), ScalarType::Guid))
    }),
    ("tohex", to_hex),
];

/// The conversions that depend on the static type of their argument.
pub(super) const TYPED: TypedTable = &[
    ("tostring", to_string),
    ("gettype", type_name),
    ("estimate_data_size", data_size),
];

/// How the service computes a conversion of constants, where that differs from the conversion of columns.
pub(super) const OF_CONSTANTS: Table = &[
    ("tolong", |_, args| Ok(constant_to_long(arg(args, 0)))),
    ("toreal", |_, args| Ok(constant_to_real(arg(args, 0)))),
    ("todouble", |_, args| Ok(constant_to_real(arg(args, 0)))),
];

/// A real that is too large becomes the smallest long.
fn constant_to_long(value: &Value) -> Value {
    match value {
        Value::Real(number) if number.abs() >= 9_223_372_036_854_775_808.0 => Value::Long(i64::MIN),
        other => convert(other, ScalarType::Long),
    }
}

/// `inf` without a sign must be in lower case.
fn constant_to_real(value: &Value) -> Value {
    match value {
        Value::String(text) if text.trim().eq_ignore_ascii_case("inf") && text.trim() != "inf" => {
            Value::Null
        }
        other => convert(other, ScalarType::Real),
    }
}

/// The text of a value where its static type does not matter or is not known.
pub(crate) fn to_text(value: &Value) -> Cow<'_, str> {
    typed_text(value, ScalarType::Dynamic)
}

/// A value as the given type; null when it has none. Dynamic text converts like text.
pub fn convert(value: &Value, ty: ScalarType) -> Value {
    let converted = match ty {
        ScalarType::Bool => to_bool(value).map(Value::Bool),
        ScalarType::Int => to_int(value).map(Value::Int),
        ScalarType::Long => to_whole(value).map(Value::Long),
        ScalarType::Real => to_real(value).map(Value::Real),
        ScalarType::Decimal => to_decimal(value).map(Value::Decimal),
        ScalarType::String => Some(string(to_text(value))),
        ScalarType::DateTime => to_datetime(value).map(Value::DateTime),
        ScalarType::TimeSpan => to_timespan(value).map(Value::TimeSpan),
        ScalarType::Guid => to_guid(value).map(Value::Guid),
        ScalarType::Dynamic | ScalarType::Unknown => Some(value.clone()),
    };
    converted.unwrap_or(Value::Null)
}

/// A text as a value of a column's type; null when it is none. JSON text gives a dynamic value.
pub(crate) fn converted_text(text: &str, ty: ScalarType) -> Value {
    match ty {
        ScalarType::String => string(text),
        ScalarType::Dynamic | ScalarType::Unknown => {
            kql_analysis::text::parse_json(text).unwrap_or_else(|| string(text))
        }
        _ => convert(&string(text.trim()), ty),
    }
}

fn to_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            other => whole_from_text(other).map(|number| number != 0),
        },
        number => super::kernel::real(number).map(|number| number != 0.0),
    }
}

/// Kusto narrows a number by dropping the high bits, but a text must fit and a real is cut to fit.
fn to_int(value: &Value) -> Option<i32> {
    match value {
        Value::String(_) => i32::try_from(to_whole(value)?).ok(),
        Value::Real(number) => to_whole(value).map(|_| *number as i32),
        other => to_whole(other).map(|number| number as i32),
    }
}

fn to_whole(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(truth) => Some(i64::from(*truth)),
        Value::Int(number) => Some(i64::from(*number)),
        Value::Long(number) => Some(*number),
        Value::Real(number) if !number.is_nan() => Some(*number as i64),
        Value::Decimal(number) => number.to_whole(),
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(*ticks),
        Value::String(text) => whole_from_text(text.trim()),
        _ => None,
    }
}

fn whole_from_text(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(|bits| bits as i64),
        None => text.parse().ok(),
    }
}

fn to_real(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(*ticks as f64),
        Value::String(text) => real_from_text(text.trim()),
        number => super::kernel::real(number),
    }
}

fn to_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(number) => Some(*number),
        Value::Real(number) => Decimal::from_real(*number),
        Value::String(text) => Decimal::parse(text),
        other => to_whole(other).map(Decimal::from),
    }
}

fn real_from_text(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "+inf" | "infinity" | "+infinity" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        number => number.parse().ok(),
    }
}

fn to_datetime(value: &Value) -> Option<i64> {
    match value {
        Value::DateTime(ticks) => Some(*ticks),
        Value::Int(ticks) => Some(i64::from(*ticks)),
        Value::Long(ticks) => Some(*ticks),
        Value::Real(ticks) if ticks.is_finite() => Some(*ticks as i64),
        Value::String(text) => parse_datetime(text),
        _ => None,
    }
    .filter(|ticks| (0..=kql_analysis::time::MAX_DATETIME).contains(ticks))
}

fn to_timespan(value: &Value) -> Option<i64> {
    match value {
        Value::TimeSpan(ticks) => Some(*ticks),
        Value::Int(ticks) => Some(i64::from(*ticks)),
        Value::Long(ticks) => Some(*ticks),
        Value::String(text) => timespan_from_text(text.trim()),
        _ => None,
    }
}

/// A text counts as a guid when its first 32 characters besides hyphens are hexadecimal digits; what follows
/// is ignored.
fn guid_from_text(text: &str) -> Option<u128> {
    let digits = text
        .trim()
        .trim_start_matches('{')
        .chars()
        .filter(|c| *c != '-');
    let digits: String = digits.take(32).collect();
    parse_guid(&digits)
}

/// A text without a unit or a colon is a number of days when it is whole, and else no timespan.
fn timespan_from_text(text: &str) -> Option<i64> {
    let bare = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    if bare && text.contains('.') {
        return None;
    }
    parse_timespan(text)
}

fn to_guid(value: &Value) -> Option<u128> {
    match value {
        Value::Guid(id) => Some(*id),
        Value::String(text) => guid_from_text(text),
        _ => None,
    }
}

fn to_string(_: &Ctx, args: &[Value], types: &[ScalarType]) -> Result<Value, EvalError> {
    let ty = types.first().copied().unwrap_or(ScalarType::Unknown);
    Ok(match arg(args, 0) {
        text @ Value::String(_) => text.clone(),
        value => string(typed_text(value, ty)),
    })
}

/// Bytes that values take: the width of their types, the length of texts, the JSON of dynamic values.
fn data_size(_: &Ctx, args: &[Value], types: &[ScalarType]) -> Result<Value, EvalError> {
    let size = |(index, value): (usize, &Value)| match types.get(index) {
        Some(ScalarType::Bool) => 1,
        Some(ScalarType::Int) => 4,
        Some(ScalarType::Guid | ScalarType::Decimal) => 16,
        Some(ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown) => {
            to_text(value).len() as i64
        }
        _ => 8,
    };
    Ok(Value::Long(args.iter().enumerate().map(size).sum()))
}

/// The type's name as Kusto reports it: dynamic values report what they hold.
fn type_name(_: &Ctx, args: &[Value], types: &[ScalarType]) -> Result<Value, EvalError> {
    let ty = types.first().copied().unwrap_or(ScalarType::Dynamic);
    Ok(string(match (ty, arg(args, 0)) {
        (ScalarType::Dynamic | ScalarType::Unknown, value) => dynamic_type_name(value),
        (ty, _) => ty.name(),
    }))
}

/// The type's name that `gettype` gives for what a dynamic value holds.
pub(crate) fn dynamic_type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Long(_) => "long",
        Value::Real(_) => "double",
        Value::Decimal(_) => "decimal",
        Value::String(_) => "string",
        Value::DateTime(_) => "datetime",
        Value::TimeSpan(_) => "timespan",
        Value::Guid(_) => "guid",
        Value::Array(_) => "array",
        Value::Bag(_) => "dictionary",
    }
}

/// Lower-case hexadecimal digits of the two's complement, filled up with zeros to a width.
fn to_hex(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let width = args
        .get(1)
        .and_then(super::kernel::integer)
        .unwrap_or(0)
        .clamp(0, 16) as usize;
    Ok(match arg(args, 0) {
        Value::Int(number) => string(format!("{number:0width$x}")),
        value => match to_whole(value) {
            Some(number) => string(format!("{number:0width$x}")),
            None => string(""),
        },
    })
}
