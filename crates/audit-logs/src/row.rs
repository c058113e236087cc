//! Rows of CSV without a general CSV reader, where they are plain.
//!
//! Gives what the `csv` crate gives, or nothing; then that has to be asked.

use std::borrow::Cow;

use crate::bytes::find_any;
use crate::cell::Cell;

/// The cells of the row at the beginning of a text, and its length with the end of the line; an empty text
/// has a row of one empty cell.
pub(crate) fn cells<'t>(
    text: &'t str,
    delimiter: u8,
    room: usize,
) -> Option<(Vec<Cell<'t>>, usize)> {
    let bytes = text.as_bytes();
    let mut cells = Vec::with_capacity(room);
    let mut at = 0;
    loop {
        let (cell, length) = match bytes.get(at) {
            Some(b'"') => quoted(text.get(at + 1..)?)?,
            _ => {
                let ends = [delimiter, b'\n', b'\r'];
                let length = find_any(bytes.get(at..).unwrap_or_default(), ends);
                (Cow::Borrowed(text.get(at..at + length)?), length)
            }
        };
        cells.push(match cell.is_empty() {
            true => Cell::Null,
            false => Cell::Text(cell),
        });
        at += length;
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(byte), _) if *byte == delimiter => at += 1,
            (Some(b'\r'), Some(b'\n')) => return Some((cells, at + 2)),
            (Some(b'\n' | b'\r'), _) => return Some((cells, at + 1)),
            (None, _) => return Some((cells, at)),
            // Text behind a closing quote.
            (Some(_), _) => return None,
        }
    }
}

/// A quoted cell whose opening quote was read, and its length with both quotes.
fn quoted(text: &str) -> Option<(Cow<'_, str>, usize)> {
    let bytes = text.as_bytes();
    let mut doubled = false;
    let mut end = memchr::memchr(b'"', bytes)?;
    while bytes.get(end + 1) == Some(&b'"') {
        doubled = true;
        end += 2;
        end += memchr::memchr(b'"', bytes.get(end..)?)?;
    }
    let inner = text.get(..end)?;
    let cell = match doubled {
        true => Cow::Owned(inner.replace("\"\"", "\"")),
        false => Cow::Borrowed(inner),
    };
    Some((cell, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
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

    fn agrees(text: &str) {
        let Some((cells, length)) = cells(text, b',', 0) else {
            return;
        };
        let texts = cells.iter().map(|cell| match cell {
            Cell::Text(text) => text.to_string(),
            _ => String::new(),
        });
        let (row, read) = exact(text).expect(text);
        assert_eq!(texts.collect::<Vec<_>>(), row, "{text:?}");
        // The csv crate leaves the second half of a line's end to the next row.
        let ends = text.get(read..length).unwrap_or("?");
        assert!(matches!(ends, "" | "\n"), "{text:?}: {length} for {read}");
    }

    #[test]
    fn plain_and_quoted_cells() {
        for (text, count, length) in [
            ("a,b,\nc", 3, 5),
            ("\"a,\"\"b\"\"\",\"\"\r\nc", 2, 14),
            ("a b c d e f g h,i", 2, 17),
            ("\"two\nlines\",x", 2, 13),
            ("é,\"é\"\r", 2, 8),
        ] {
            let (cells, read) = cells(text, b',', 0).expect(text);
            assert_eq!((cells.len(), read), (count, length), "{text:?}");
            agrees(text);
        }
    }

    #[test]
    fn odd_quotes_are_left_to_the_general_reader() {
        assert!(cells("\"a\"b,c\n", b',', 0).is_none());
        assert!(cells("\"a", b',', 0).is_none());
    }

    proptest! {
        #[test]
        fn any_row_is_read_as_the_general_reader_reads_it(text in "[^\r\n\u{feff}][ab,\"\r\né;]{0,24}") {
            agrees(&text);
        }
    }
}
