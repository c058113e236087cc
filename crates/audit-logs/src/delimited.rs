//! CSV as the portal and PowerShell write it, chunk by chunk.

use std::borrow::Cow;

use csv::StringRecord;
use memchr::memchr2_iter;

use crate::batch::Batch;
use crate::cell::{Cell, Fields};
use crate::lines::{MAX_LINE_BYTES, text_of};
use crate::records::Records;
use crate::row;

/// Cuts chunks into whole rows and reads their cells.
#[derive(Default)]
pub(crate) struct Delimited {
    /// Rows whose end is in a later chunk.
    carry: Vec<u8>,
    /// Bytes of `carry` in which no row ends.
    searched: usize,
    /// Whether the searched bytes end inside quotes.
    quoted: bool,
    /// Place in `carry` of the quote that closed the last quoted text.
    closed: Option<usize>,
    /// Lines before `carry`.
    lines: u64,
    header: Option<Header>,
}

struct Header {
    names: Vec<String>,
    delimiter: u8,
}

impl Delimited {
    /// Reads the rows that end in a chunk. The error is a sentence.
    pub fn push(&mut self, chunk: &[u8], records: &mut Records) -> Result<(), String> {
        self.carry.extend_from_slice(chunk);
        // The header tells what parts the cells of the rows behind it.
        while self.header.is_none()
            && let Some(end) = self.end_of_rows(true)
        {
            self.take(end, records)?;
        }
        if self.header.is_some()
            && let Some(end) = self.end_of_rows(false)
        {
            self.take(end, records)?;
        }
        match self.carry.len() > MAX_LINE_BYTES {
            true => Err(format!(
                "a row is longer than {MAX_LINE_BYTES} bytes; a quote may not be closed"
            )),
            false => Ok(()),
        }
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

    /// Reads the rows before a place of the carry.
    fn take(&mut self, end: usize, records: &mut Records) -> Result<(), String> {
        let rest = self.carry.split_off(end);
        let rows = std::mem::replace(&mut self.carry, rest);
        self.searched -= end;
        self.closed = self.closed.and_then(|at| at.checked_sub(end));
        self.rows(&rows, records)
    }

    /// Where the last whole row of the carry ends, or the first.
    fn end_of_rows(&mut self, first: bool) -> Option<usize> {
        let unsearched = self.carry.get(self.searched..).unwrap_or_default();
        let mut end = None;
        for at in memchr2_iter(b'"', b'\n', unsearched) {
            let place = self.searched + at;
            match unsearched.get(at) {
                Some(b'"') if self.quoted => (self.quoted, self.closed) = (false, Some(place)),
                Some(b'"') => self.quoted = self.opens(place),
                _ if !self.quoted => end = Some(place + 1),
                _ => {}
            }
            if first && end.is_some() {
                break;
            }
        }
        self.searched = end.filter(|_| first).unwrap_or(self.carry.len());
        end
    }

    /// Whether a quote outside of quoted text opens one: at the start of a cell, or as the second of two.
    fn opens(&self, place: usize) -> bool {
        let Some(before) = place.checked_sub(1) else {
            return true;
        };
        let Some(byte) = self.carry.get(before) else {
            return true;
        };
        self.closed == Some(before)
            || match &self.header {
                Some(header) => *byte == b'\n' || *byte == b'\r' || *byte == header.delimiter,
                None => matches!(byte, b'\n' | b'\r' | b',' | b';' | b'\t'),
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
            self.lines = header.rows(text, self.lines, records);
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
            _ => Ok(Some((Self { names, delimiter }, length))),
        }
    }

    /// Reads rows behind so many lines, and gives the lines behind them.
    fn rows<'t>(&'t self, text: &'t str, lines: u64, records: &mut Records) -> u64 {
        let (mut rest, mut lines) = (text, lines);
        let mut batch = Batch::new(records);
        while !rest.is_empty() {
            let line = usize::try_from(lines + 1).ok();
            let length = match row::cells(rest, self.delimiter, self.names.len()) {
                // An empty line is no row.
                Some((_, length)) if is_line_end(rest, length) => length,
                Some((cells, length)) => {
                    self.add(cells, line, &mut batch);
                    length
                }
                None => self.odd_row(rest, line, &mut batch),
            };
            let (row, after) = rest.split_at_checked(length.max(1)).unwrap_or((rest, ""));
            lines += memchr::memchr_iter(b'\n', row.as_bytes()).count() as u64;
            rest = after;
        }
        batch.finish();
        lines
    }

    /// Reads a row that is not plain; its length.
    fn odd_row<'t>(&'t self, text: &str, line: Option<usize>, batch: &mut Batch<'_, 't>) -> usize {
        let mut reader = reader(self.delimiter, text);
        let mut row = StringRecord::new();
        match reader.read_record(&mut row) {
            Ok(_) => {
                let cell = |text: &str| match text {
                    "" => Cell::Null,
                    text => Cell::Text(Cow::Owned(text.to_owned())),
                };
                self.add(row.iter().map(cell).collect(), line, batch);
            }
            Err(error) => {
                let message = format!("this row cannot be read: {error}");
                batch.records_now().warnings.add(line, &message);
            }
        }
        usize::try_from(reader.position().byte()).unwrap_or(text.len())
    }

    fn add<'t>(&'t self, cells: Vec<Cell<'t>>, line: Option<usize>, batch: &mut Batch<'_, 't>) {
        if cells.len() != self.names.len() {
            let message = format!("{} cells instead of {}", cells.len(), self.names.len());
            return batch.records_now().warnings.add(line, &message);
        }
        let names = self.names.iter();
        let fields = Fields {
            names: names.map(|name| Cow::Borrowed(name.as_str())).collect(),
            cells,
            same_names: true,
        };
        batch.add(fields, line);
    }
}

/// Whether the first bytes of a text are the end of a line and nothing else.
fn is_line_end(text: &str, length: usize) -> bool {
    matches!(text.get(..length), Some("\n" | "\r" | "\r\n"))
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
