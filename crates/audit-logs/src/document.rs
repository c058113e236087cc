//! Whole JSON documents, chunk by chunk: rows are cut out of their array as they pass, what surrounds
//! them is kept and read at the end.
//!
//! Arrays of rows are the root itself, `records` and `objects` of the root, and `rows` of the tables of
//! an API answer. Several documents may follow each other.

mod around;
mod elements;

use crate::lines::MAX_LINE_BYTES;
use crate::records::Records;
use around::Level;

/// What is wrong with a document: the line, counted from 1, and a sentence.
type Fault = (usize, String);

/// What the elements of an array of rows are.
#[derive(Debug, Default)]
enum Rows {
    /// Records.
    #[default]
    Records,
    /// Cells under these names.
    Cells(Vec<String>),
    /// Rows that are left out.
    Nothing,
}

/// Where the scanner is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Outside of rows.
    #[default]
    Around,
    /// Between the elements of an array of rows.
    Between,
    /// In an element, this many brackets deep.
    Within(usize),
}

/// Cuts chunks into rows.
#[derive(Default)]
pub(crate) struct Document {
    levels: Vec<Level>,
    place: Place,
    /// What the array holds that the scanner is in.
    rows: Rows,
    in_string: bool,
    escaped: bool,
    /// The document without its rows.
    around: Vec<u8>,
    /// Where the last string of `around` begins.
    string_start: usize,
    /// The last whole string of `around`.
    string: String,
    /// The element so far.
    element: Vec<u8>,
    lines: usize,
    element_line: usize,
    /// Words for what the file is, by what was found first.
    shape: Option<&'static str>,
    rows_cut: bool,
}

impl Document {
    /// Reads the rows that end in a chunk.
    pub fn push(&mut self, chunk: &[u8], records: &mut Records) -> Result<(), Fault> {
        let mut rest = chunk;
        while let Some((byte, after)) = rest.split_first() {
            rest = match self.place {
                Place::Around => {
                    self.lines += usize::from(*byte == b'\n');
                    self.around(*byte, records)?;
                    after
                }
                Place::Between => {
                    self.lines += usize::from(*byte == b'\n');
                    self.between(*byte);
                    after
                }
                Place::Within(depth) => self.within(depth, rest, records),
            };
            if self.around.len().max(self.element.len()) > MAX_LINE_BYTES {
                let message = format!("a part is longer than {MAX_LINE_BYTES} bytes");
                return Err((self.lines + 1, message));
            }
        }
        Ok(())
    }

    /// Ends the file. A document that is not closed is an error.
    pub fn finish(&mut self, records: &mut Records) -> Result<(), Fault> {
        if self.place != Place::Around {
            let message = "the document ends in the middle".to_owned();
            return Err((self.lines + 1, message));
        }
        match self.around.trim_ascii().is_empty() {
            true => Ok(()),
            false => self.root(records),
        }
    }

    /// Words for what the file is.
    pub fn shape(&self) -> &'static str {
        self.shape.unwrap_or("JSON")
    }

    /// Follows strings; whether the byte belongs to one.
    fn follow_string(&mut self, byte: u8) -> bool {
        let inside = self.in_string;
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if inside => self.escaped = true,
            b'"' => self.in_string = !inside,
            _ => {}
        }
        inside || byte == b'"'
    }
}
