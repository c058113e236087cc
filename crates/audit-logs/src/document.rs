//! Whole JSON documents, chunk by chunk: rows are cut out of their array as they pass, what surrounds
//! them is kept and read at the end.
//!
//! Arrays of rows are the root itself, `records` and `objects` of the root, and `rows` of the tables of
//! an API answer. Several documents may follow each other.

use memchr::{memchr_iter, memchr2};
use serde_json::{Map, Value as Json};

use crate::cell::{Fields, array};
use crate::lines::{MAX_LINE_BYTES, text_of};
use crate::records::Records;

/// Deepest nesting outside of rows.
const MAX_DEPTH: usize = 64;

/// A place in the brackets outside of rows.
#[derive(Debug)]
enum Level {
    Object {
        /// The member that the text is in.
        key: String,
    },
    Array {
        /// Elements before this one.
        index: usize,
    },
}

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
    /// Reads the rows that end in a chunk. The error is a line and a sentence.
    pub fn push(&mut self, chunk: &[u8], records: &mut Records) -> Result<(), (usize, String)> {
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
    pub fn finish(&mut self, records: &mut Records) -> Result<(), (usize, String)> {
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

    fn around(&mut self, byte: u8, records: &mut Records) -> Result<(), (usize, String)> {
        if !self.in_string && byte == b'"' {
            self.string_start = self.around.len() + 1;
        }
        self.around.push(byte);
        if self.follow_string(byte) {
            if !self.in_string {
                let text = self.around.get(self.string_start..self.around.len() - 1);
                self.string = String::from_utf8_lossy(text.unwrap_or_default()).into_owned();
            }
            return Ok(());
        }
        match byte {
            b'[' if self.levels.len() < MAX_DEPTH => match self.rows() {
                Some(rows) => {
                    if matches!(rows, Rows::Nothing) && !self.is_later_table() {
                        let message = "a table whose columns come after its rows is left out";
                        records.warnings.add(Some(self.lines + 1), message);
                    }
                    self.rows = rows;
                    self.place = Place::Between;
                }
                None => self.levels.push(Level::Array { index: 0 }),
            },
            b'{' if self.levels.len() < MAX_DEPTH => {
                self.levels.push(Level::Object { key: String::new() });
            }
            b'[' | b'{' => {
                let message = format!("nested deeper than {MAX_DEPTH} levels");
                return Err((self.lines + 1, message));
            }
            b']' | b'}' => {
                self.levels.pop();
                if self.levels.is_empty() {
                    return self.root(records);
                }
            }
            b':' => {
                if let Some(Level::Object { key }) = self.levels.last_mut() {
                    *key = std::mem::take(&mut self.string);
                }
            }
            b',' => {
                if let Some(Level::Array { index }) = self.levels.last_mut() {
                    *index += 1;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What the array that opens here holds, when it holds rows.
    fn rows(&self) -> Option<Rows> {
        use Level::{Array, Object};
        match self.levels.as_slice() {
            [] => Some(Rows::Records),
            [Object { key }] if key == "records" || key == "objects" => Some(Rows::Records),
            [
                Object { key: tables },
                Array { index },
                Object { key: rows },
            ] => {
                let names = match (tables.as_str(), rows.as_str(), index) {
                    ("tables", "rows", _) => self.columns("columns", "name"),
                    ("Tables", "Rows", 0) => self.columns("Columns", "ColumnName"),
                    ("Tables", "Rows", _) => None,
                    _ => return None,
                };
                Some(names.map_or(Rows::Nothing, Rows::Cells))
            }
            _ => None,
        }
    }

    /// Whether this is not the first table of Azure Data Explorer's answer; later ones describe the query.
    fn is_later_table(&self) -> bool {
        match self.levels.as_slice() {
            [Level::Object { key }, Level::Array { index }, ..] => key == "Tables" && *index > 0,
            _ => false,
        }
    }

    /// Names of the columns of the table whose rows open here; its text so far is closed to be read.
    fn columns(&self, columns: &str, name: &str) -> Option<Vec<String>> {
        let mut text = self.around.clone();
        text.extend_from_slice(b"]}]}");
        let document: Json = serde_json::from_slice(&text).ok()?;
        let tables = document
            .as_object()?
            .values()
            .rfind(|value| value.is_array())?;
        let table = tables.as_array()?.last()?;
        let columns = table.get(columns)?.as_array()?;
        let name = |column: &Json| column.get(name).and_then(Json::as_str).map(str::to_owned);
        columns.iter().map(name).collect()
    }

    fn between(&mut self, byte: u8) {
        match byte {
            b']' => {
                self.place = Place::Around;
                self.around.push(byte);
                if self.levels.is_empty() {
                    self.shape.get_or_insert("JSON array");
                    self.around.clear();
                    self.rows_cut = false;
                }
            }
            b',' => {}
            byte if byte.is_ascii_whitespace() => {}
            byte => {
                self.element.push(byte);
                self.element_line = self.lines + 1;
                self.follow_string(byte);
                self.place = Place::Within(usize::from(matches!(byte, b'{' | b'[')));
            }
        }
    }

    /// Reads on to the end of the element, or of the chunk; gives what follows.
    fn within<'c>(&mut self, depth: usize, chunk: &'c [u8], records: &mut Records) -> &'c [u8] {
        let mut depth = depth;
        let mut at = 0;
        while let Some(byte) = chunk.get(at) {
            if self.in_string {
                at += self.string(chunk.get(at..).unwrap_or_default());
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => depth += 1,
                // A scalar ends with the array or before the next element.
                b'}' | b']' | b',' if depth == 0 => return self.end(chunk, at, records),
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return self.end(chunk, at + 1, records);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        self.extend(chunk);
        self.place = Place::Within(depth);
        &[]
    }

    /// How many bytes of a text belong to the string that it begins in.
    fn string(&mut self, text: &[u8]) -> usize {
        if std::mem::take(&mut self.escaped) {
            return 1;
        }
        match memchr2(b'"', b'\\', text) {
            None => text.len(),
            Some(end) => {
                match text.get(end) {
                    Some(b'"') => self.in_string = false,
                    _ => self.escaped = true,
                }
                end + 1
            }
        }
    }

    fn extend(&mut self, text: &[u8]) {
        self.element.extend_from_slice(text);
        self.lines += memchr_iter(b'\n', text).count();
    }

    /// Hands over the element that ends before a place in the chunk; gives what follows.
    fn end<'c>(&mut self, chunk: &'c [u8], at: usize, records: &mut Records) -> &'c [u8] {
        let (last, rest) = chunk.split_at(at.min(chunk.len()));
        self.extend(last);
        self.place = Place::Between;
        self.rows_cut = true;
        let element = std::mem::take(&mut self.element);
        let text = text_of(&element);
        match &self.rows {
            Rows::Records => self.record(&text, records),
            Rows::Cells(names) => cells(&text, names, self.element_line, records),
            Rows::Nothing => {}
        }
        // The allocation serves the next element.
        self.element = element;
        self.element.clear();
        rest
    }

    fn record(&mut self, text: &str, records: &mut Records) {
        let line = self.element_line;
        let Ok(fields) = Fields::of_object(text) else {
            return records.add_text(text, Some(line));
        };
        if fields.names.iter().any(|name| name == "FrameType") {
            self.shape.get_or_insert("Azure Data Explorer answer");
            frame(text, line, records);
        } else if fields.names.iter().any(|name| name == "TableName") {
            self.shape
                .get_or_insert("az monitor log-analytics query output");
            records.add(&without_none(fields), Some(line));
        } else {
            records.add(&fields, Some(line));
        }
    }

    /// Reads what surrounds the rows, at the end of a document.
    fn root(&mut self, records: &mut Records) -> Result<(), (usize, String)> {
        let around = std::mem::take(&mut self.around);
        let cut = std::mem::take(&mut self.rows_cut);
        let document: Json = serde_json::from_slice(&around).map_err(|error| {
            let line = if cut { self.lines + 1 } else { error.line() };
            (line, error.to_string())
        })?;
        let found = match &document {
            Json::Object(fields) => self.object(fields, cut, records),
            _ => "JSON",
        };
        self.shape.get_or_insert(found);
        Ok(())
    }

    fn object(&self, fields: &Map<String, Json>, cut: bool, records: &mut Records) -> &'static str {
        let holds = |name: &str| fields.get(name).is_some_and(Json::is_array);
        if holds("tables") || holds("Tables") {
            for table in fields.values().filter_map(Json::as_array).flatten() {
                let columns = table.get("columns").or(table.get("Columns"));
                if !columns.is_some_and(Json::is_array) {
                    records
                        .warnings
                        .add(None, "a table without columns or rows is left out");
                }
            }
            match holds("tables") {
                true => "Log Analytics API answer",
                false => "Azure Data Explorer answer",
            }
        } else if holds("objects") && fields.contains_key("type") {
            "STIX bundle"
        } else if holds("records") {
            "JSON object with records"
        } else {
            if !cut {
                records.add_json(&Json::Object(fields.clone()), None);
            }
            "JSON object"
        }
    }
}

/// A row of cells.
fn cells(text: &str, names: &[String], line: usize, records: &mut Records) {
    match array(text) {
        Ok(cells) => {
            let names = names.iter().map(|name| name.as_str().into());
            let names = names.take(cells.len()).collect();
            let fields = Fields { names, cells };
            records.add(&fields, Some(line));
        }
        Err(error) => {
            let message = format!("this row cannot be read: {error}");
            records.warnings.add(Some(line), &message);
        }
    }
}

/// A frame of Azure Data Explorer's second answer format.
fn frame(text: &str, line: usize, records: &mut Records) {
    let Ok(frame) = serde_json::from_str::<Json>(text) else {
        return;
    };
    if frame.get("TableKind").and_then(Json::as_str) != Some("PrimaryResult") {
        return;
    }
    let list = |name: &str| frame.get(name).and_then(Json::as_array);
    let (Some(columns), Some(rows)) = (list("Columns"), list("Rows")) else {
        let message = "a table without columns or rows is left out";
        return records.warnings.add(Some(line), message);
    };
    let name = |column: &Json| {
        column
            .get("ColumnName")
            .and_then(Json::as_str)
            .map(str::to_owned)
    };
    let names: Vec<String> = columns
        .iter()
        .map(|column| name(column).unwrap_or_default())
        .collect();
    for row in rows {
        cells(&row.to_string(), &names, line, records);
    }
}

/// A row of the Azure command line, which writes `None` for null.
fn without_none(mut fields: Fields<'_>) -> Fields<'_> {
    for cell in &mut fields.cells {
        if matches!(cell, crate::cell::Cell::Text(text) if text == "None") {
            *cell = crate::cell::Cell::Null;
        }
    }
    fields
}
