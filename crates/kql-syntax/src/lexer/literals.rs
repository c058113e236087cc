//! Extents of literals: numbers, timespans, strings, GUIDs, and types with raw text.

use super::{Fault, is_line_end, is_word_part};
use crate::literal::is_timespan_unit;
use crate::syntax_kind::SyntaxKind::{self, Integer, Real, TimeSpan};

/// Length of a GUID in its usual form.
pub(super) const GUID_LENGTH: usize = 36;

/// Whether a type name with a parenthesis right behind it holds raw text.
pub(crate) fn is_type(name: &str) -> bool {
    matches!(
        name,
        "datetime"
            | "date"
            | "timespan"
            | "time"
            | "guid"
            | "decimal"
            | "long"
            | "int64"
            | "int"
            | "int32"
            | "real"
            | "double"
            | "bool"
    )
}

/// Length of `(…)` on one line, up to the first closing parenthesis.
pub(super) fn raw(text: &str) -> (usize, Option<Fault>) {
    let ends = |c: char| c == ')' || is_line_end(c);
    let end = text.find(ends).unwrap_or(text.len());
    match text.as_bytes().get(end) {
        Some(b')') => (end + 1, None),
        _ => (end, Some(Fault::OpenLiteral)),
    }
}

/// Whether a text begins with a GUID outside of quotes.
pub(super) fn is_guid(bytes: &[u8]) -> bool {
    let dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    bytes.get(8) == Some(&b'-')
        && bytes.get(..GUID_LENGTH).is_some_and(|guid| {
            guid.iter().enumerate().all(|(at, byte)| match dash(at) {
                true => *byte == b'-',
                false => byte.is_ascii_hexdigit(),
            })
        })
}

/// A number or timespan, when one stands at the start of a text and no name goes on behind it.
pub(super) fn number(text: &str) -> Option<(SyntaxKind, usize)> {
    let bytes = text.as_bytes();
    let whole = digits(bytes, 0);
    let ends = |length: usize| !bytes.get(length).copied().is_some_and(is_word_part);
    if let Some(length) = real(bytes, whole)
        && ends(length)
    {
        return Some((Real, length));
    }
    if let Some(length) = timespan(text, whole) {
        return Some((TimeSpan, length));
    }
    let length = hexadecimal(bytes).unwrap_or(whole);
    ends(length).then_some((Integer, length))
}

/// Count of digits from a place on.
fn digits(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.iter().skip(from);
    rest.take_while(|byte| byte.is_ascii_digit()).count()
}

/// `1.5`, `1.`, `1e5`; two dots are a range.
fn real(bytes: &[u8], whole: usize) -> Option<usize> {
    let is_dot = |at: usize| bytes.get(at) == Some(&b'.');
    if is_dot(whole) && (!is_dot(whole + 1) || is_dot(whole + 2)) {
        let fraction = whole + 1 + digits(bytes, whole + 1);
        return Some(exponent(bytes, fraction).unwrap_or(fraction));
    }
    exponent(bytes, whole)
}

/// End of an exponent that begins at a place.
fn exponent(bytes: &[u8], from: usize) -> Option<usize> {
    if !matches!(bytes.get(from), Some(b'e' | b'E')) {
        return None;
    }
    let sign = usize::from(matches!(bytes.get(from + 1), Some(b'+' | b'-')));
    let count = digits(bytes, from + 1 + sign);
    (count > 0).then_some(from + 1 + sign + count)
}

/// `1d`, `1.5h`.
fn timespan(text: &str, whole: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let fraction = match bytes.get(whole) {
        Some(b'.') => digits(bytes, whole + 1),
        _ => 0,
    };
    let number = if fraction > 0 {
        whole + 1 + fraction
    } else {
        whole
    };
    let rest = bytes.iter().skip(number);
    let end = number + rest.take_while(|byte| is_word_part(**byte)).count();
    is_timespan_unit(text.get(number..end)?).then_some(end)
}

fn hexadecimal(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes, [b'0', b'x' | b'X', ..]) {
        return None;
    }
    let rest = bytes.iter().skip(2);
    match rest.take_while(|byte| byte.is_ascii_hexdigit()).count() {
        0 => None,
        count => Some(2 + count),
    }
}

/// A string in any of its forms, with or without `h` and `@` before it.
pub(super) fn string(text: &str) -> Option<(usize, Option<Fault>)> {
    let body = text.strip_prefix(['h', 'H']).unwrap_or(text);
    let (verbatim, body) = match body.strip_prefix('@') {
        Some(body) => (true, body),
        None => (false, body),
    };
    let start = text.len() - body.len();
    let (length, fault) = match body.as_bytes().first()? {
        quote @ (b'"' | b'\'') if verbatim => self::verbatim(body, *quote),
        quote @ (b'"' | b'\'') => escaped(body, *quote),
        b'`' => fenced(body, "```")?,
        b'~' => fenced(body, "~~~")?,
        _ => return None,
    };
    Some((start + length, fault))
}

/// Text between two fences, over any number of lines.
fn fenced(text: &str, fence: &str) -> Option<(usize, Option<Fault>)> {
    let body = text.strip_prefix(fence)?;
    Some(match body.find(fence) {
        Some(end) => (end + 2 * fence.len(), None),
        None => (text.len(), Some(Fault::OpenString)),
    })
}

/// `@"…"`: a doubled quote stands for itself.
fn verbatim(text: &str, quote: u8) -> (usize, Option<Fault>) {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at) {
            Some(found) if *found == quote && bytes.get(at + 1) == Some(&quote) => at += 2,
            Some(found) if *found == quote => return (at + 1, None),
            Some(b'\r' | b'\n') | None => return (at, Some(Fault::OpenString)),
            Some(_) => at += 1,
        }
    }
}

/// `"…"` with backslash escapes.
fn escaped(text: &str, quote: u8) -> (usize, Option<Fault>) {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at) {
            Some(found) if *found == quote => return (at + 1, None),
            Some(b'\\') => match escape(bytes.get(at + 1..).unwrap_or_default()) {
                Some(length) => at += 1 + length,
                None => return (at, Some(Fault::BadEscape)),
            },
            Some(b'\r' | b'\n') | None => return (at, Some(Fault::OpenString)),
            Some(_) => at += 1,
        }
    }
}

/// Length of what a backslash escapes.
fn escape(bytes: &[u8]) -> Option<usize> {
    let hex = |count: usize| {
        let digits = bytes.get(1..=count)?;
        digits
            .iter()
            .all(u8::is_ascii_hexdigit)
            .then_some(1 + count)
    };
    match bytes.first()? {
        b'\\' | b'\'' | b'"' | b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' => Some(1),
        b'u' => hex(4),
        b'U' => hex(8),
        b'x' => hex(2),
        first @ b'0'..=b'7' => Some(octal(*first, bytes)),
        _ => None,
    }
}

/// One to three octal digits; three only up to `\377`.
fn octal(first: u8, bytes: &[u8]) -> usize {
    let is_octal = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|byte| (b'0'..=b'7').contains(byte))
    };
    match (is_octal(1), is_octal(2) && first <= b'3') {
        (true, true) => 3,
        (true, false) => 2,
        _ => 1,
    }
}
