//! Records of JSON Lines, read without a general JSON reader: a million of them have the same names.
//!
//! Takes what [`Fields::of_object`](crate::cell::Fields::of_object) takes, or nothing; then that has to be
//! asked, and says what is wrong.

use serde::de::IgnoredAny;

use crate::bytes::Finder;
use crate::names::{Names, Way};
use crate::raw::{Form, Raw};

/// Appends the cells of the object that a stretch of a text is, if its names were met before; the way that
/// they take. `ends` finds the ends of plain strings in the text.
pub(crate) fn cells(
    text: &str,
    (start, end): (usize, usize),
    ends: &mut Finder<'_>,
    names: &mut Names,
    cells: &mut Vec<Raw>,
) -> Option<Way> {
    let mut cursor = Cursor {
        text: text.get(..end)?,
        at: start,
        ends,
    };
    let mut way = Way::default();
    // The quote behind the cell before, when that is a text.
    let mut quote = None;
    cursor.eat(b'{')?;
    let mut is_over = cursor.has(b'}');
    while !is_over {
        if !cursor.has(b'"') {
            return None;
        }
        let (next, length) = names.step(way, cursor.all().get(cursor.at + 1..)?)?;
        way = next;
        // The name and the quotes around it.
        cursor.at += length + 2;
        cursor.eat(b':')?;
        let cell = cursor.cell()?;
        cells.push(cell);
        let before = quote.take();
        if cell.is_text() {
            if let Some(joint) = before.and_then(|quote| cursor.all().get(quote..cell.start())) {
                names.join(way, joint);
            }
            way = cursor.texts(way, names, cells);
            quote = Some(cursor.at - 1);
        }
        match cursor.next()? {
            b',' => cursor.at += 1,
            _ => is_over = true,
        }
    }
    cursor.eat(b'}')?;
    cursor.rest().is_empty().then_some(way)
}

struct Cursor<'t, 'e, 'b> {
    text: &'t str,
    at: usize,
    ends: &'e mut Finder<'b>,
}

impl<'t> Cursor<'t, '_, '_> {
    /// The text up to the end of the record.
    fn all(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    fn bytes(&self) -> &'t [u8] {
        self.all().get(self.at..).unwrap_or_default()
    }

    /// What is left, without space in front.
    fn rest(&mut self) -> &'t [u8] {
        self.next();
        self.bytes()
    }

    /// The next byte that is no space.
    fn next(&mut self) -> Option<u8> {
        loop {
            match self.all().get(self.at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    fn has(&mut self, byte: u8) -> bool {
        // Space is rare.
        self.all().get(self.at) == Some(&byte) || self.next() == Some(byte)
    }

    /// Goes over a byte that has to come next.
    fn eat(&mut self, byte: u8) -> Option<()> {
        self.has(byte).then(|| self.at += 1)
    }

    /// A string of which the quote comes next.
    fn string(&mut self) -> Option<Raw> {
        let inner = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut end = self.ends.next(inner);
        if bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Raw::new(inner, end - inner, Form::Text);
        }
        // An escape takes the byte behind it, which may be a quote.
        while bytes.get(end)? != &b'"' {
            let behind = match bytes.get(end) {
                Some(b'\\') => end + 2,
                _ => end + 1,
            };
            end = self.ends.next(behind);
        }
        self.json(end + 1 - self.at)
    }

    /// Goes on with the texts behind a text, as long as the same stands between them as it did last, and appends
    /// them; the way to the last one.
    fn texts(&mut self, way: Way, names: &Names, cells: &mut Vec<Raw>) -> Way {
        let mut way = way;
        while let Some((next, inner)) = names.joined(way, self.all(), self.at - 1) {
            let end = self.ends.next(inner);
            let cell = Raw::new(inner, end - inner, Form::Text);
            let Some(cell) = cell.filter(|_| self.all().get(end) == Some(&b'"')) else {
                break;
            };
            cells.push(cell);
            (way, self.at) = (next, end + 1);
        }
        way
    }

    /// A JSON value of this length, found to be one.
    fn json(&mut self, length: usize) -> Option<Raw> {
        let value = self.text.get(self.at..self.at + length)?;
        serde_json::from_str::<serde_json::Value>(value).ok()?;
        self.at += length;
        Raw::new(self.at - length, length, Form::Json)
    }

    fn cell(&mut self) -> Option<Raw> {
        match self.next()? {
            b'"' => self.string(),
            b'{' | b'[' => self.nested(),
            b'n' => self.word("null", Form::Null),
            b't' => self.word("true", Form::Json),
            b'f' => self.word("false", Form::Json),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, form: Form) -> Option<Raw> {
        let is = self.bytes().starts_with(word.as_bytes());
        is.then(|| self.at += word.len())?;
        Raw::new(self.at - word.len(), word.len(), form)
    }

    /// The text of an array or object, found to be one.
    fn nested(&mut self) -> Option<Raw> {
        let text = self.text.get(self.at..)?;
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
        values.next()?.ok()?;
        self.at += values.byte_offset();
        let length = values.byte_offset();
        Raw::new(self.at - length, length, Form::Json)
    }

    fn number(&mut self) -> Option<Raw> {
        let part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.bytes().iter().take_while(part).count();
        let digits = self.bytes().get(..length)?;
        let is_plain = digits
            .first()
            .is_some_and(|first| (b'1'..=b'9').contains(first))
            && digits.iter().all(u8::is_ascii_digit);
        match is_plain {
            true => {
                self.at += length;
                Raw::new(self.at - length, length, Form::Json)
            }
            false => self.json(length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Wanted;
    use crate::cell::Fields;
    use proptest::prelude::*;

    const KNOWN: [&[&str]; 4] = [&["a", "b c", "é"], &["a"], &["b c", "a", "é"], &[]];

    fn read(text: &str) -> Option<Vec<Raw>> {
        let mut names = Names::default();
        for (plan, known) in KNOWN.iter().enumerate() {
            let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
            let way = names.reach(&known).expect("room");
            names.add_plan(way, plan);
        }
        let mut raw = Vec::new();
        let mut ends = Finder::new(text.as_bytes(), Wanted::EndOfPlain);
        let way = cells(text, (0, text.len()), &mut ends, &mut names, &mut raw)?;
        (!names.plans(way).is_empty()).then_some(raw)
    }

    /// What is read here is what the general reader gives, and it takes what is read here.
    fn agrees(text: &str) {
        if let Some(fast) = read(text) {
            let exact = Fields::of_object(text).expect(text);
            let fast: Vec<_> = fast.into_iter().map(|raw| raw.cell(text)).collect();
            assert_eq!(fast, exact.cells, "{text}");
        }
    }

    #[test]
    fn records_with_names_that_were_met() {
        for text in [
            r#"{"a":1,"b c":"x","é":null}"#,
            r#" { "a" : -0.5e3 , "b c" : "x\"\\" , "é" : [1, {"b":"]"}] } "#,
            "{\"a\":0,\"b c\":\"\\u00e9\",\"é\":{\"x\": true}}",
            r#"{"b c":123456789012345678901,"a":9223372036854775808,"é":-7}"#,
            "{}",
            r#"{"a":1}"#,
        ] {
            assert!(read(text).is_some(), "{text}");
            agrees(text);
        }
    }

    #[test]
    fn records_with_other_names() {
        for text in [
            r#"{"a":1,"b c":2,"é":3,"d":4}"#,
            r#"{"a":1,"b c":2}"#,
            r#"{"\u0061":18446744073709551615}"#,
        ] {
            assert!(read(text).is_none(), "{text}");
            assert!(Fields::of_object(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_record_between_others() {
        let mut names = Names::default();
        let way = names.reach(&["a".to_owned()]).expect("room");
        names.add_plan(way, 0);
        let mut raw = Vec::new();
        let text = "{\"a\":1}\n{\"a\":\"é\"}\n{\"a\":3}";
        let mut ends = Finder::new(text.as_bytes(), Wanted::EndOfPlain);
        let way = cells(text, (8, 18), &mut ends, &mut names, &mut raw).expect("a record");
        assert_eq!(names.plans(way), [0]);
        let texts: Vec<_> = raw.into_iter().map(|raw| raw.text(text)).collect();
        assert_eq!(texts, [Some("é")]);
    }

    /// Reads each line, with the names and what was seen of the lines before.
    fn agree(lines: &[String]) {
        let text = lines.join("\n");
        let mut names = Names::default();
        for list in [&["a", "b c", "é"][..], &["a", "é"], &["b c"]] {
            let list: Vec<String> = list.iter().map(|name| (*name).to_owned()).collect();
            names.reach(&list).expect("room");
        }
        let mut ends = Finder::new(text.as_bytes(), Wanted::EndOfPlain);
        let mut start = 0;
        for line in lines {
            let (mut raw, place) = (Vec::new(), (start, start + line.len()));
            let exact = Fields::of_object(line);
            if cells(&text, place, &mut ends, &mut names, &mut raw).is_some() {
                let read: Vec<_> = raw.into_iter().map(|raw| raw.cell(&text)).collect();
                assert_eq!(read, exact.expect(line).cells, "{line} in {text}");
            }
            start += line.len() + 1;
        }
    }

    #[test]
    fn records_that_repeat_one_another_only_in_part() {
        let lines = [
            r#"{"a":"x","b c":[1, 2],"é":null}"#,
            r#"{"a":"x","b c":[1, 2],"é":null}"#,
            r#"{"a":"x", "b c":[1, 2],"é":7}"#,
            r#"{"a":"x","b c":[1, 2],}"#,
            r#"{"a":"x","b c":[1, 2],"é":null"#,
            r#"{"a":"x","é":null}"#,
            r#"{"a":"x","b c":[1, 2], "é":"x"}"#,
        ];
        agree(&lines.map(str::to_owned));
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

        #[test]
        fn any_lines_are_read_as_the_general_reader_reads_them(
            lines in proptest::collection::vec(
                r#"\{("a":("x"|"y"|7), ?)?("b c":("x"|\[1\]), ?)?("a":"x",)?"é":(null|"x")[,}]?\}?"#,
                0..8,
            ),
        ) {
            agree(&lines);
        }
    }
}
