//! Rows of CSV without a general CSV reader, where they are plain.
//!
//! Gives what the `csv` crate gives, or nothing; then that has to be asked.

use crate::bytes::{Finder, Wanted};
use crate::raw::{Form, Raw};

/// A row in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where it ends, behind the end of its line.
    pub end: usize,
    /// Ends of lines in it.
    pub lines: usize,
}

/// Where plain cells of a text end.
#[derive(Debug)]
pub(crate) struct Cells<'t> {
    text: &'t str,
    delimiter: u8,
    ends: Finder<'t>,
}

impl<'t> Cells<'t> {
    /// The cells of a text with this delimiter.
    pub fn new(text: &'t str, delimiter: u8) -> Self {
        let ends = Wanted::Any([delimiter, b'\n', b'\r']);
        Self {
            text,
            delimiter,
            ends: Finder::new(text.as_bytes(), ends),
        }
    }

    /// Appends the cells of the row that begins at a place; an empty line has one empty cell.
    pub fn of_row(&mut self, start: usize, cells: &mut Vec<Raw>) -> Option<Span> {
        let bytes = self.text.as_bytes();
        let mut row = Span {
            end: start,
            lines: 0,
        };
        loop {
            match bytes.get(row.end) {
                Some(b'"') => {
                    let rest = bytes.get(row.end..)?;
                    let (cell, length) = quoted(row.end, rest)?;
                    row.lines += memchr::memchr_iter(b'\n', rest.get(..length)?).count();
                    cells.push(cell);
                    row.end += length;
                }
                _ => {
                    let end = self.ends.next(row.end);
                    cells.push(plain(row.end, end - row.end)?);
                    row.end = end;
                }
            }
            match (bytes.get(row.end), bytes.get(row.end + 1)) {
                (Some(byte), _) if *byte == self.delimiter => row.end += 1,
                (Some(b'\r'), Some(b'\n')) => return Some(row.ended(2, 1)),
                (Some(b'\n'), _) => return Some(row.ended(1, 1)),
                (Some(b'\r'), _) => return Some(row.ended(1, 0)),
                (None, _) => return Some(row),
                // Text behind a closing quote.
                (Some(_), _) => return None,
            }
        }
    }
}

impl Span {
    fn ended(self, length: usize, lines: usize) -> Self {
        Self {
            end: self.end + length,
            lines: self.lines + lines,
        }
    }
}

fn plain(at: usize, length: usize) -> Option<Raw> {
    match length {
        0 => Some(Raw::default()),
        _ => Raw::new(at, length, Form::Text),
    }
}

/// A quoted cell whose opening quote is at a place, and its length with both quotes.
fn quoted(at: usize, text: &[u8]) -> Option<(Raw, usize)> {
    let inner = text.get(1..)?;
    let mut doubled = false;
    let mut end = memchr::memchr(b'"', inner)?;
    while inner.get(end + 1) == Some(&b'"') {
        doubled = true;
        end += 2;
        end += memchr::memchr(b'"', inner.get(end..)?)?;
    }
    let cell = match doubled {
        true => Raw::new(at + 1, end, Form::Doubled),
        false => plain(at + 1, end),
    };
    Some((cell?, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Cell;
    use proptest::prelude::*;

    /// The first row as the csv crate reads it.
    fn exact(text: &str) -> Option<(Vec<String>, usize)> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut row = csv::StringRecord::new();
        let found = reader.read_record(&mut row).expect("text");
        found.then(|| {
            (
                row.iter().map(str::to_owned).collect(),
                reader.position().byte() as usize,
            )
        })
    }

    fn read(text: &str) -> Option<(Vec<String>, Span)> {
        let mut raw = Vec::new();
        let row = Cells::new(text, b',').of_row(0, &mut raw)?;
        let texts = raw.into_iter().map(|raw| match raw.cell(text) {
            Cell::Text(text) => text.to_string(),
            _ => String::new(),
        });
        Some((texts.collect(), row))
    }

    fn agrees(text: &str) {
        let Some((cells, row)) = read(text) else {
            return;
        };
        let (expected, length) = exact(text).expect(text);
        assert_eq!(cells, expected, "{text:?}");
        // The csv crate leaves the second half of a line's end to the next row.
        let ends = text.get(length..row.end).unwrap_or("?");
        assert!(matches!(ends, "" | "\n"), "{text:?}: {row:?}");
        assert_eq!(row.lines, text[..row.end].matches('\n').count(), "{text:?}");
    }

    #[test]
    fn plain_and_quoted_cells() {
        for (text, count, end) in [
            ("a,b,\nc", 3, 5),
            ("\"a,\"\"b\"\"\",\"\"\r\nc", 2, 14),
            ("a b c d e f g h,i", 2, 17),
            ("\"two\nlines\",x", 2, 13),
            ("é,\"é\"\r", 2, 8),
        ] {
            let (cells, row) = read(text).expect(text);
            assert_eq!((cells.len(), row.end), (count, end), "{text:?}");
            agrees(text);
        }
    }

    #[test]
    fn a_row_behind_others() {
        let mut raw = Vec::new();
        let mut cells = Cells::new("a,b\nc,\"d\"\ne", b',');
        let row = cells.of_row(4, &mut raw).expect("a row");
        assert_eq!(row, Span { end: 10, lines: 1 });
        assert_eq!(raw.len(), 2);
    }

    #[test]
    fn odd_quotes_are_left_to_the_general_reader() {
        assert!(read("\"a\"b,c\n").is_none());
        assert!(read("\"a").is_none());
    }

    proptest! {
        #[test]
        fn any_row_is_read_as_the_general_reader_reads_it(text in "[^\r\n\u{feff}][ab,\"\r\né;]{0,24}") {
            agrees(&text);
        }
    }
}
