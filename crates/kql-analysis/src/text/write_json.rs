//! Values written as JSON, without spaces; writing many megabytes can be ended.

use std::fmt::Write;

use super::{pointed, real_text, value_text};
use crate::interrupt::Pace;
use crate::types::ScalarType;
use crate::value::Value;

/// The value as JSON without spaces, as Kusto prints cells of dynamic columns. Cut short when the work is to
/// end.
pub fn json_text(value: &Value) -> String {
    written(value, pointed)
}

/// As [`json_text`], with another text of reals.
pub(super) fn written(value: &Value, real: fn(f64) -> String) -> String {
    let mut writer = Writer {
        json: String::new(),
        real,
        pace: Pace::default(),
    };
    writer.write(value);
    writer.json
}

struct Writer {
    json: String,
    real: fn(f64) -> String,
    pace: Pace,
}

impl Writer {
    fn write(&mut self, value: &Value) {
        match value {
            Value::Null => self.json.push_str("null"),
            Value::Bool(truth) => self.json.push_str(if *truth { "true" } else { "false" }),
            Value::Int(number) => {
                let _ = write!(self.json, "{number}");
            }
            Value::Long(number) => {
                let _ = write!(self.json, "{number}");
            }
            Value::Real(number) => self.real(*number),
            Value::Decimal(number) => {
                let _ = write!(self.json, "{number}");
            }
            Value::Array(items) => self.inside(['[', ']'], items.iter(), Self::write),
            Value::Bag(bag) => self.inside(['{', '}'], bag.iter(), |writer, (key, item)| {
                writer.text(key);
                writer.json.push(':');
                writer.write(item);
            }),
            text => self.text(&value_text(text, ScalarType::Dynamic)),
        }
    }

    /// Writes what an array or a bag holds.
    fn inside<T>(
        &mut self,
        brackets: [char; 2],
        items: impl Iterator<Item = T>,
        write: fn(&mut Self, T),
    ) {
        let [open, close] = brackets;
        self.json.push(open);
        for (index, item) in items.enumerate() {
            if self.pace.is_over() {
                return;
            }
            if index > 0 {
                self.json.push(',');
            }
            write(self, item);
        }
        self.json.push(close);
    }

    /// What JSON has no number for is text.
    fn real(&mut self, number: f64) {
        match number.is_finite() {
            true => self.json.push_str(&(self.real)(number)),
            false => self.text(&real_text(number)),
        }
    }

    /// Writes a text; what needs no escape is copied together.
    fn text(&mut self, text: &str) {
        self.json.push('"');
        let mut rest = text;
        while let Some((at, c)) = escaped(rest) {
            self.json.push_str(&rest[..at]);
            self.escape(c);
            rest = &rest[at + c.len_utf8()..];
        }
        self.json.push_str(rest);
        self.json.push('"');
    }

    fn escape(&mut self, c: char) {
        match c {
            '"' => self.json.push_str("\\\""),
            '\\' => self.json.push_str("\\\\"),
            '\n' => self.json.push_str("\\n"),
            '\r' => self.json.push_str("\\r"),
            '\t' => self.json.push_str("\\t"),
            '\u{8}' => self.json.push_str("\\b"),
            '\u{c}' => self.json.push_str("\\f"),
            c => {
                let _ = write!(self.json, "\\u{:04x}", u32::from(c));
            }
        }
    }
}

/// The first character that has to be escaped, and where it is.
fn escaped(text: &str) -> Option<(usize, char)> {
    /// The first byte of the control characters beyond ASCII, and of others.
    const BEYOND: u8 = 0xc2;
    let is_candidate = |byte: u8| matches!(byte, b'"' | b'\\' | BEYOND) || byte.is_ascii_control();
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let at = from + rest.bytes().position(is_candidate)?;
        let c = text.get(at..)?.chars().next()?;
        if matches!(c, '"' | '\\') || c.is_control() {
            return Some((at, c));
        }
        from = at + c.len_utf8();
    }
}
