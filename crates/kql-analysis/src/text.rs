//! The text of values: as `tostring` gives it, and as JSON.

mod read_json;
mod write_json;

use std::borrow::Cow;

use crate::time::{format_datetime, format_timespan};
use crate::types::ScalarType;
use crate::value::Value;
pub use read_json::parse_json;
pub use write_json::json_text;
use write_json::written;

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
        Value::Real(number) => Cow::Owned(real_in_text(*number)),
        Value::Decimal(number) => Cow::Owned(number.to_string()),
        Value::String(text) => Cow::Borrowed(text),
        Value::DateTime(ticks) => Cow::Owned(format_datetime(*ticks)),
        Value::TimeSpan(ticks) => Cow::Owned(format_timespan(*ticks)),
        Value::Guid(id) => Cow::Owned(guid_text(*id)),
        Value::Array(_) | Value::Bag(_) => Cow::Owned(written(value, real_in_text)),
    }
}

/// The text of a real inside of a text, as `tostring` gives it: with a decimal point, and of several
/// numbers of the fewest digits that read back the same the largest. Recorded texts of Kusto are so.
fn real_in_text(number: f64) -> String {
    /// With fewer digits there is no second number that reads back the same.
    const AMBIGUOUS_DIGITS: usize = 16;
    let scientific = format!("{:e}", number.abs());
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return pointed(number);
    };
    let digits = mantissa.replace('.', "");
    let fraction = digits.len().saturating_sub(1);
    let (Ok(mut digits), Ok(exponent)) = (digits.parse::<u64>(), exponent.parse::<i64>()) else {
        return pointed(number);
    };
    if fraction + 1 < AMBIGUOUS_DIGITS {
        return pointed(number);
    }
    let text = |digits: u64| format!("{digits}e{}", exponent - fraction as i64);
    while text(digits + 1).parse() == Ok(number.abs()) {
        digits += 1;
    }
    let sign = if number < 0.0 { "-" } else { "" };
    format!("{sign}{}", pointed_digits(&digits.to_string(), exponent))
}

/// Digits with the decimal point behind the first one moved by an exponent, in .NET's form.
fn pointed_digits(digits: &str, exponent: i64) -> String {
    let Ok(places) = usize::try_from(exponent.unsigned_abs()) else {
        return digits.to_owned();
    };
    match exponent {
        0..15 => {
            let (whole, fraction) = digits.split_at((places + 1).min(digits.len()));
            format!("{whole}.{fraction}")
        }
        -4..0 => format!("0.{}{digits}", "0".repeat(places - 1)),
        _ => {
            let (first, rest) = digits.split_at(1);
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{first}.{rest}E{sign}{places:02}")
        }
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

/// Most digits whose number fits into 64 bits whatever they are.
const SAFE_DIGITS: usize = 18;

/// The number of 1 to 18 decimal digits and nothing else. Inlined, as a log has millions.
#[inline]
pub fn number_of_digits(digits: &[u8]) -> Option<i64> {
    if !(1..=SAFE_DIGITS).contains(&digits.len()) {
        return None;
    }
    let (mut number, mut is_wrong) = (0i64, false);
    for digit in digits {
        let value = digit.wrapping_sub(b'0');
        is_wrong |= value > 9;
        // What is no number is not used.
        number = number.wrapping_mul(10).wrapping_add(value.into());
    }
    (!is_wrong).then_some(number)
}

/// Whether two texts are equal, looked at in words: texts of logs are short, and calling for a comparison of
/// memory costs more. Those that differ mostly do so at their ends, and those that end alike are mostly equal:
/// then all words are compared without asking after each. Inlined, as a log has millions.
#[inline]
pub fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(a_end), Some(b_end)) => {
            let (a_words, b_words) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
            a_end == b_end && differing_bits(a_words, b_words) == 0
        }
        _ => a.iter().zip(b).all(|(a, b)| a == b),
    }
}

/// The bits in which words differ, of all words together.
#[inline]
fn differing_bits(a: &[[u8; 8]], b: &[[u8; 8]]) -> u64 {
    let words = a.iter().zip(b);
    words.fold(0, |bits, (a, b)| {
        bits | (u64::from_ne_bytes(*a) ^ u64::from_ne_bytes(*b))
    })
}

/// Reads a guid of 32 hexadecimal digits, with or without braces; hyphens may stand anywhere.
pub fn parse_guid(text: &str) -> Option<u128> {
    let text = text.trim();
    let bare = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text);
    let digits = bare.replace('-', "");
    let valid = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    valid
        .then(|| u128::from_str_radix(&digits, 16).ok())
        .flatten()
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
