//! The text of values: as `tostring` gives it, and as JSON.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use crate::time::{format_datetime, format_timespan};
use crate::types::ScalarType;
use crate::value::Value;

/// The text that `tostring` gives for a value of a column or expression of type `ty`; null is empty.
pub fn value_text(value: &Value, ty: ScalarType) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::Bool(truth) if ty != ScalarType::Dynamic => {
            Cow::Borrowed(if *truth { "True" } else { "False" })
        }
        Value::Bool(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
        Value::Int(number) => Cow::Owned(number.to_string()),
        Value::Long(number) => Cow::Owned(number.to_string()),
        Value::Real(number) => Cow::Owned(pointed(*number)),
        Value::String(text) => Cow::Borrowed(text),
        Value::DateTime(ticks) => Cow::Owned(format_datetime(*ticks)),
        Value::TimeSpan(ticks) => Cow::Owned(format_timespan(*ticks)),
        Value::Guid(id) => Cow::Owned(guid_text(*id)),
        Value::Array(_) | Value::Bag(_) => Cow::Owned(json_text(value)),
    }
}

/// The shortest text of a real as a cell shows it, in .NET's form: `1`, `0.1`, `1E+16`, `NaN`.
pub fn real_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if number == 0.0 || (-4..15).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}E{sign}{:02}", exponent.abs())
}

/// A guid in lower case with hyphens.
pub fn guid_text(id: u128) -> String {
    let hex = format!("{id:032x}");
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

/// Reads a guid of 32 hexadecimal digits, with or without hyphens and braces.
pub fn parse_guid(text: &str) -> Option<u128> {
    let text = text.trim();
    let bare = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text);
    let hyphens: Vec<usize> = bare.match_indices('-').map(|(at, _)| at).collect();
    if !(hyphens.is_empty() || hyphens == [8, 13, 18, 23]) {
        return None;
    }
    let digits = bare.replace('-', "");
    let valid = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    valid
        .then(|| u128::from_str_radix(&digits, 16).ok())
        .flatten()
}

/// The value as JSON without spaces, as Kusto prints dynamic values.
pub fn json_text(value: &Value) -> String {
    let mut json = String::new();
    write_json(value, &mut json);
    json
}

fn write_json(value: &Value, json: &mut String) {
    match value {
        Value::Null => json.push_str("null"),
        Value::Bool(truth) => json.push_str(if *truth { "true" } else { "false" }),
        Value::Int(number) => {
            let _ = write!(json, "{number}");
        }
        Value::Long(number) => {
            let _ = write!(json, "{number}");
        }
        Value::Real(number) => write_json_real(*number, json),
        Value::Array(items) => {
            json.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_json(item, json);
            }
            json.push(']');
        }
        Value::Bag(bag) => {
            json.push('{');
            for (index, (key, item)) in bag.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_json_string(key, json);
                json.push(':');
                write_json(item, json);
            }
            json.push('}');
        }
        text => write_json_string(&value_text(text, ScalarType::Dynamic), json),
    }
}

/// What JSON has no number for is text.
fn write_json_real(number: f64, json: &mut String) {
    if number.is_finite() {
        json.push_str(&pointed(number));
    } else {
        write_json_string(&real_text(number), json);
    }
}

/// The text of a real that keeps a decimal point, so that it reads back as a real.
fn pointed(number: f64) -> String {
    let text = real_text(number);
    if number.is_finite() && !text.contains(['.', 'E']) {
        text + ".0"
    } else {
        text
    }
}

fn write_json_string(text: &str, json: &mut String) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            c if c.is_control() => {
                let _ = write!(json, "\\u{:04x}", u32::from(c));
            }
            c => json.push(c),
        }
    }
    json.push('"');
}

/// Reads JSON into a value: whole numbers as long, others as real. `None` when it is not JSON or nests
/// deeper than 128 levels.
pub fn parse_json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().map(from_json)
}

fn from_json(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(truth),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Long(whole),
            None => number.as_f64().map_or(Value::Null, Value::Real),
        },
        serde_json::Value::String(text) => Value::String(text.into()),
        serde_json::Value::Array(items) => {
            Value::Array(Arc::new(items.into_iter().map(from_json).collect()))
        }
        serde_json::Value::Object(members) => {
            let members = members
                .into_iter()
                .map(|(key, value)| (key.into(), from_json(value)));
            Value::Bag(Arc::new(members.collect()))
        }
    }
}
