//! The elements of an array of rows: cut out of the chunks, and read as records.

use memchr::{memchr_iter, memchr2};
use serde_json::Value as Json;

use super::{Document, Place, Rows};
use crate::cell::{Cell, Fields, array};
use crate::lines::text_of;
use crate::records::Records;

impl Document {
    /// Reads a byte between two elements of an array of rows: the start of the next one, or the end.
    pub(super) fn between(&mut self, byte: u8) {
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
    pub(super) fn within<'c>(
        &mut self,
        depth: usize,
        chunk: &'c [u8],
        records: &mut Records,
    ) -> &'c [u8] {
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

    /// Keeps a part of the element.
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

    /// Hands over a record. Its names tell what wrote it.
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
        let name = column.get("ColumnName").and_then(Json::as_str);
        name.unwrap_or_default().to_owned()
    };
    let names: Vec<String> = columns.iter().map(name).collect();
    for row in rows {
        cells(&row.to_string(), &names, line, records);
    }
}

/// A row of the Azure command line, which writes `None` for null.
fn without_none(mut fields: Fields<'_>) -> Fields<'_> {
    for cell in &mut fields.cells {
        if matches!(cell, Cell::Text(text) if text == "None") {
            *cell = Cell::Null;
        }
    }
    fields
}
