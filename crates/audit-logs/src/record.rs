//! Records of JSON Lines, read without a general JSON reader: a million of them have the same names.
//!
//! Gives what [`Fields::of_object`] gives, or nothing; then that has to be asked, and says what is wrong.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::bytes::find_end_of_plain;
use crate::cell::{Cell, Fields};

/// Digits that fit into 64 bits whatever they are.
const SAFE_DIGITS: usize = 18;

/// The fields of an object, whose names probably are the expected ones.
pub(crate) fn fields<'t>(text: &'t str, expected: &[String]) -> Option<Fields<'t>> {
    let mut cursor = Cursor { text, at: 0 };
    let mut fields = Fields {
        names: Vec::with_capacity(expected.len()),
        cells: Vec::with_capacity(expected.len()),
        same_names: true,
    };
    cursor.eat(b'{')?;
    let mut expected = expected.iter();
    while !cursor.has(b'}') {
        if !fields.names.is_empty() {
            cursor.eat(b',')?;
        }
        cursor.eat(b'"')?;
        let name = match expected.next() {
            Some(name) if cursor.has_name(name) => Cow::Borrowed(cursor.over(name.len())?),
            _ => {
                fields.same_names = false;
                cursor.string()?
            }
        };
        // The quote behind the name is still ahead when it was an expected one.
        fields.names.push(name);
        cursor.eat(b':')?;
        fields.cells.push(cursor.cell()?);
    }
    fields.same_names &= expected.next().is_none();
    cursor.eat(b'}')?;
    cursor.rest().is_empty().then_some(fields)
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// What is left, without space in front.
    fn rest(&mut self) -> &'t [u8] {
        let space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        self.at += self.bytes().iter().take_while(space).count();
        self.bytes()
    }

    fn has(&mut self, byte: u8) -> bool {
        self.rest().first() == Some(&byte)
    }

    /// Goes over a byte that has to come next.
    fn eat(&mut self, byte: u8) -> Option<()> {
        self.has(byte).then(|| self.at += 1)
    }

    /// Whether a string of these characters comes next, behind its quote.
    fn has_name(&self, name: &str) -> bool {
        let (bytes, name) = (self.bytes(), name.as_bytes());
        bytes.starts_with(name) && bytes.get(name.len()) == Some(&b'"')
    }

    /// A string of `length` characters that are known, and the quote behind it.
    fn over(&mut self, length: usize) -> Option<&'t str> {
        let inner = self.text.get(self.at..self.at + length)?;
        self.at += length + 1;
        Some(inner)
    }

    /// The rest of a string whose quote was read.
    fn string(&mut self) -> Option<Cow<'t, str>> {
        let bytes = self.bytes();
        let mut length = find_end_of_plain(bytes);
        if bytes.get(length) == Some(&b'"') {
            return self.over(length).map(Cow::Borrowed);
        }
        // An escape takes the byte behind it, which may be a quote.
        while bytes.get(length)? != &b'"' {
            length += if bytes.get(length) == Some(&b'\\') {
                2
            } else {
                1
            };
            length += find_end_of_plain(bytes.get(length..)?);
        }
        let quoted = self.text.get(self.at - 1..=self.at + length)?;
        self.at += length + 1;
        serde_json::from_str(quoted).ok().map(Cow::Owned)
    }

    fn cell(&mut self) -> Option<Cell<'t>> {
        match self.rest().first()? {
            b'"' => {
                self.at += 1;
                self.string().map(Cell::Text)
            }
            b'{' | b'[' => self.nested().map(Cell::Nested),
            b'n' => self.word("null", Cell::Null),
            b't' => self.word("true", Cell::Bool(true)),
            b'f' => self.word("false", Cell::Bool(false)),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, cell: Cell<'t>) -> Option<Cell<'t>> {
        self.bytes().starts_with(word.as_bytes()).then(|| {
            self.at += word.len();
            cell
        })
    }

    /// The text of an array or object, found to be one.
    fn nested(&mut self) -> Option<Cow<'t, str>> {
        let text = self.text.get(self.at..)?;
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        let raw = values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(Cow::Borrowed(raw.get()))
    }

    fn number(&mut self) -> Option<Cell<'t>> {
        let part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.bytes().iter().take_while(part).count();
        let digits = self.text.get(self.at..self.at + length)?;
        self.at += length;
        let is_plain = digits.len() <= SAFE_DIGITS
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        match is_plain {
            true => digits.parse().ok().map(Cell::Whole),
            false => Some(Cell::number(&serde_json::from_str(digits).ok()?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXPECTED: [&str; 3] = ["a", "b c", "é"];

    fn read(text: &str) -> Option<Fields<'_>> {
        fields(text, &EXPECTED.map(str::to_owned))
    }

    /// What is read here is what the general reader gives, and it takes what is read here.
    fn agrees(text: &str) {
        if let Some(fast) = read(text) {
            let exact = Fields::of_object(text).expect(text);
            assert_eq!(
                (fast.names, fast.cells),
                (exact.names, exact.cells),
                "{text}"
            );
        }
    }

    #[test]
    fn records_with_the_expected_names() {
        for text in [
            r#"{"a":1,"b c":"x","é":null}"#,
            r#" { "a" : -0.5e3 , "b c" : "x\"\\" , "é" : [1, {"b":"]"}] } "#,
            "{\"a\":0,\"b c\":\"\\u00e9\",\"é\":{\"x\": true}}",
        ] {
            assert!(read(text).is_some_and(|fields| fields.same_names), "{text}");
            agrees(text);
        }
    }

    #[test]
    fn records_with_other_names() {
        for text in [
            r#"{}"#,
            r#"{"a":1}"#,
            r#"{"a":1,"b c":2,"é":3,"d":4}"#,
            r#"{"b c":1,"a":2,"é":3}"#,
            r#"{"\u0061":18446744073709551615,"b c":false,"é":true}"#,
        ] {
            assert!(
                read(text).is_some_and(|fields| !fields.same_names),
                "{text}"
            );
            agrees(text);
        }
    }

    #[test]
    fn what_is_no_record() {
        for text in [
            "",
            "{",
            "[]",
            "{\"a\":1,}",
            "{,\"a\":1}",
            "{\"a\" 1}",
            "{\"a\":01}",
            "{\"a\":1} x",
            "{\"a\":\"\n\"}",
            "{\"a\":nul}",
            "{\"a\":\"\\q\"}",
            "{\"a\":\"x}",
            "{\"a\":[1}",
            "{\"a\":-}",
            "{\"a\":\"\\",
            "{\"a\":1 \"b\":2}",
            "{\"a\":trueish}",
        ] {
            assert!(read(text).is_none(), "{text}");
            assert!(Fields::of_object(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_the_general_reader_reads_it(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("{".to_owned()), Just("}".to_owned()), Just("\"a\":".to_owned()), Just(",".to_owned()),
                    Just("\"".to_owned()), Just("\\".to_owned()), Just("1".to_owned()), Just("-2.5e+3".to_owned()),
                    Just("\"b c\":\"é\\n\"".to_owned()), Just("[1,{\"x\":\"}\"}]".to_owned()), Just("null".to_owned()),
                    Just("\"é\"".to_owned()), Just(" ".to_owned()), Just("\u{1}".to_owned()), any::<String>(),
                ],
                0..12,
            ),
        ) {
            agrees(&parts.concat());
            agrees(&format!("{{{}}}", parts.concat()));
        }
    }
}
