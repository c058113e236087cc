//! CSV as the portal and PowerShell write it, chunk by chunk.

use std::borrow::Cow;

use csv::StringRecord;
use memchr::memchr2_iter;

use crate::batch::Batch;
use crate::cell::{Cell, Fields};
use crate::lines::{MAX_LINE_BYTES, text_of};
use crate::names::Way;
use crate::records::Records;
use crate::row::{Cells, Span};

/// Cuts chunks into whole rows and reads their cells.
#[derive(Default)]
pub(crate) struct Delimited {
    /// The beginning of a row whose end is in a later chunk; everything until there is a header.
    carry: Vec<u8>,
    edges: Edges,
    /// Lines that were read.
    lines: u64,
    header: Option<Header>,
}

/// Finds the ends of rows in chunks that follow one another.
#[derive(Default)]
struct Edges {
    /// Whether the bytes so far end inside quotes.
    quoted: bool,
    /// The last byte so far.
    last: Option<u8>,
    /// Whether that is the quote that closed a quoted text.
    closed: bool,
}

impl Edges {
    /// The places behind the first and the last row that ends in a chunk. Before the header is read any
    /// delimiter may be the one.
    fn find(&mut self, chunk: &[u8], delimiter: Option<u8>) -> Option<(usize, usize)> {
        let mut ends = None;
        let mut closed = None;
        for place in memchr2_iter(b'"', b'\n', chunk) {
            let before = match place.checked_sub(1) {
                Some(before) => chunk.get(before).copied(),
                None => self.last,
            };
            let just_closed = match place.checked_sub(1) {
                Some(before) => closed == Some(before),
                None => self.closed,
            };
            match chunk.get(place) {
                Some(b'"') if self.quoted => (self.quoted, closed) = (false, Some(place)),
                Some(b'"') => self.quoted = just_closed || opens(before, delimiter),
                _ if !self.quoted => {
                    let first = ends.map_or(place + 1, |(first, _)| first);
                    ends = Some((first, place + 1));
                }
                _ => {}
            }
        }
        if let Some(last) = chunk.len().checked_sub(1) {
            self.closed = closed == Some(last);
            self.last = chunk.get(last).copied();
        }
        ends
    }
}

/// Whether a quote behind this byte, outside of quoted text, opens one: at the start of a cell. Behind a quote
/// that closed it is the second of two.
fn opens(before: Option<u8>, delimiter: Option<u8>) -> bool {
    match (before, delimiter) {
        (None | Some(b'\n' | b'\r'), _) => true,
        (Some(byte), Some(delimiter)) => byte == delimiter,
        (Some(byte), None) => matches!(byte, b',' | b';' | b'\t'),
    }
}

struct Header {
    names: Vec<String>,
    /// The way of the names.
    way: Option<Way>,
    delimiter: u8,
}

impl Delimited {
    /// Reads the rows that end in a chunk. The error is a sentence.
    pub fn push(&mut self, chunk: &[u8], records: &mut Records) -> Result<(), String> {
        match self.header.is_some() {
            true => self.push_rows(chunk, records)?,
            false => self.push_head(chunk, records)?,
        }
        match self.carry.len() > MAX_LINE_BYTES {
            true => Err(format!(
                "a row is longer than {MAX_LINE_BYTES} bytes; a quote may not be closed"
            )),
            false => Ok(()),
        }
    }

    /// Reads what comes before the rows: the header tells what parts their cells.
    fn push_head(&mut self, chunk: &[u8], records: &mut Records) -> Result<(), String> {
        self.carry.extend_from_slice(chunk);
        while self.header.is_none() {
            let Some((end, _)) = Edges::default().find(&self.carry, None) else {
                return Ok(());
            };
            let rest = self.carry.split_off(end);
            let head = std::mem::replace(&mut self.carry, rest);
            self.rows(&head, records)?;
        }
        let rest = std::mem::take(&mut self.carry);
        self.push_rows(&rest, records)
    }

    fn push_rows(&mut self, chunk: &[u8], records: &mut Records) -> Result<(), String> {
        let delimiter = self.header.as_ref().map(|header| header.delimiter);
        let Some((first, last)) = self.edges.find(chunk, delimiter) else {
            self.carry.extend_from_slice(chunk);
            return Ok(());
        };
        let mut start = 0;
        if !self.carry.is_empty() {
            let mut row = std::mem::take(&mut self.carry);
            row.extend_from_slice(chunk.get(..first).unwrap_or_default());
            self.rows(&row, records)?;
            // The allocation serves the next row that is cut by a chunk.
            row.clear();
            self.carry = row;
            start = first;
        }
        self.rows(chunk.get(start..last).unwrap_or_default(), records)?;
        let rest = chunk.get(last..).unwrap_or_default();
        self.carry.extend_from_slice(rest);
        Ok(())
    }

    /// Reads the last rows.
    pub fn finish(&mut self, records: &mut Records) -> Result<(), String> {
        let rows = std::mem::take(&mut self.carry);
        self.rows(&rows, records)?;
        match &self.header {
            Some(_) => Ok(()),
            None => Err(NO_HEADER.to_owned()),
        }
    }

    /// Words for what the file is.
    pub fn shape(&self) -> &'static str {
        match &self.header {
            Some(header) if header.delimiter == b'\t' => "TSV",
            _ => "CSV",
        }
    }

    fn rows(&mut self, rows: &[u8], records: &mut Records) -> Result<(), String> {
        let text = text_of(rows);
        let mut text = text.as_ref();
        if self.header.is_none() {
            text = self.skip_type_line(text);
            let Some((header, length)) = Header::read(text, self.lines, records)? else {
                self.lines += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
                return Ok(());
            };
            self.header = Some(header);
            text = text.get(length..).unwrap_or_default();
            self.lines += 1;
        }
        if let Some(header) = &self.header {
            self.lines += header.rows(text, self.lines, records);
        }
        Ok(())
    }

    /// The text without the `#TYPE` line of older PowerShell.
    fn skip_type_line<'t>(&mut self, text: &'t str) -> &'t str {
        match text.strip_prefix("#TYPE") {
            Some(rest) => {
                self.lines += 1;
                rest.split_once('\n').map_or("", |(_, rest)| rest)
            }
            None => text,
        }
    }
}

const NO_HEADER: &str = "this is neither JSON nor CSV with a header";

impl Header {
    /// The header of a text and its length in bytes; nothing when the text has no line.
    fn read(
        text: &str,
        lines: u64,
        records: &mut Records,
    ) -> Result<Option<(Self, usize)>, String> {
        let delimiter = delimiter(text);
        let mut reader = reader(delimiter, text);
        let mut row = StringRecord::new();
        let found = reader
            .read_record(&mut row)
            .map_err(|error| format!("the header cannot be read: {error}"))?;
        if !found {
            return Ok(None);
        }
        let length = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        let line = usize::try_from(lines + 1).unwrap_or(1);
        let names = row.iter().map(|name| column_name(name, line, records));
        let names: Vec<String> = names.collect();
        match names.len() {
            0 | 1 => Err(NO_HEADER.to_owned()),
            _ => {
                let header = Self {
                    way: records.names.reach(&names),
                    names,
                    delimiter,
                };
                Ok(Some((header, length)))
            }
        }
    }

    /// Reads rows behind so many lines, and gives how many lines they are.
    fn rows(&self, text: &str, before: u64, records: &mut Records) -> u64 {
        let (mut at, mut lines) = (0, 0);
        let mut cells = Cells::new(text, self.delimiter);
        let mut batch = Batch::new(text, records);
        while at < text.len() {
            let line = usize::try_from(before + lines + 1).ok();
            let row = match cells.of_row(at, batch.cells()) {
                Some(row) => {
                    // An empty line is no row.
                    match is_line_end(text.get(at..row.end).unwrap_or_default()) {
                        true => batch.cells().clear(),
                        false => self.add(line, &mut batch),
                    }
                    row
                }
                None => {
                    batch.cells().clear();
                    self.odd_row(text, at, line, batch.records_now())
                }
            };
            at = row.end.max(at + 1);
            lines += row.lines as u64;
        }
        batch.finish();
        lines
    }

    /// Reads a row that is not plain.
    fn odd_row(
        &self,
        text: &str,
        start: usize,
        line: Option<usize>,
        records: &mut Records,
    ) -> Span {
        let text = text.get(start..).unwrap_or_default();
        let mut reader = reader(self.delimiter, text);
        let mut row = StringRecord::new();
        match reader.read_record(&mut row) {
            Ok(_) if row.len() != self.names.len() => {
                self.warn_of_length(row.len(), line, records);
            }
            Ok(_) => {
                let cell = |text: &'_ str| match text {
                    "" => Cell::Null,
                    text => Cell::Text(Cow::Owned(text.to_owned())),
                };
                let fields = Fields {
                    names: self.names.iter().map(|name| name.as_str().into()).collect(),
                    cells: row.iter().map(cell).collect(),
                };
                records.add(&fields, line);
            }
            Err(error) => {
                let message = format!("this row cannot be read: {error}");
                records.warnings.add(line, &message);
            }
        }
        let length = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        let read = text.as_bytes().get(..length).unwrap_or_default();
        Span {
            end: start + length,
            lines: memchr::memchr_iter(b'\n', read).count(),
        }
    }

    /// Adds the row of the cells that were read.
    fn add(&self, line: Option<usize>, batch: &mut Batch<'_, '_>) {
        let cells = batch.cells().len();
        if cells != self.names.len() {
            batch.cells().clear();
            return self.warn_of_length(cells, line, batch.records_now());
        }
        batch.add(&self.names, self.way, line);
    }

    fn warn_of_length(&self, cells: usize, line: Option<usize>, records: &mut Records) {
        let message = format!("{cells} cells instead of {}", self.names.len());
        records.warnings.add(line, &message);
    }
}

/// Whether a text is the end of a line and nothing else.
fn is_line_end(text: &str) -> bool {
    matches!(text, "\n" | "\r" | "\r\n")
}

fn reader(delimiter: u8, text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes())
}

/// The delimiter that the header has most of.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|delimiter| (count(*delimiter), *delimiter == b','))
        .unwrap_or(b',')
}

/// A column's name without the display zone that the portal puts behind it.
fn column_name(header: &str, line: usize, records: &mut Records) -> String {
    let Some((name, zone)) = header
        .trim()
        .strip_suffix(']')
        .and_then(|rest| rest.split_once(" ["))
    else {
        return header.trim().to_owned();
    };
    if zone != "UTC" {
        records.warnings.add(Some(line), &format!("{name} is in the time zone {zone}; its times are read as UTC. Export with UTC as the display zone."));
    }
    name.to_owned()
}
