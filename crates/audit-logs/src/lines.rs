//! JSON Lines, chunk by chunk: every line stands for itself, and a bad one is left out with its number.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memrchr};
use simdutf8::basic::from_utf8;

use crate::batch::Batch;
use crate::records::Records;

/// Longest line that is read, in bytes.
pub(crate) const MAX_LINE_BYTES: usize = 64 * 1024 * 1024;

/// Cuts chunks into lines.
#[derive(Default)]
pub(crate) struct Lines {
    /// Beginning of a line whose end is in a later chunk.
    carry: Vec<u8>,
    /// Lines that were read.
    read: usize,
}

impl Lines {
    /// Reads the lines that end in a chunk.
    pub fn push(&mut self, chunk: &[u8], records: &mut Records) {
        let Some(last) = memrchr(b'\n', chunk) else {
            return self.keep(chunk);
        };
        let mut start = 0;
        if !self.carry.is_empty() {
            let end = memchr(b'\n', chunk).unwrap_or(last);
            let mut whole = std::mem::take(&mut self.carry);
            whole.extend_from_slice(chunk.get(..end).unwrap_or_default());
            self.lines(&whole, records);
            // The allocation serves the next line that is cut by a chunk.
            whole.clear();
            self.carry = whole;
            start = end + 1;
        }
        if let Some(lines) = chunk.get(start..last) {
            self.lines(lines, records);
        }
        self.keep(chunk.get(last + 1..).unwrap_or_default());
    }

    /// Keeps the beginning of a line. What is longer than a line may be is not kept; the line is refused
    /// when it ends.
    fn keep(&mut self, rest: &[u8]) {
        if self.carry.len() <= MAX_LINE_BYTES {
            self.carry.extend_from_slice(rest);
        }
    }

    /// Reads the last line.
    pub fn finish(&mut self, records: &mut Records) {
        let last = std::mem::take(&mut self.carry);
        self.lines(&last, records);
    }

    /// Reads lines; the last one has no end.
    fn lines(&mut self, lines: &[u8], records: &mut Records) {
        match from_utf8(lines) {
            Ok(text) => self.texts(text, records),
            // Broken characters are of their line.
            Err(_) => lines
                .split(|byte| *byte == b'\n')
                .for_each(|line| self.texts(&text_of(line), records)),
        }
    }

    fn texts(&mut self, text: &str, records: &mut Records) {
        let mut batch = Batch::new(text, records);
        let mut start = 0;
        for end in memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
            self.read += 1;
            match end - start > MAX_LINE_BYTES {
                true => {
                    let message =
                        format!("left out: the line is longer than {MAX_LINE_BYTES} bytes");
                    batch.records_now().warnings.add(Some(self.read), &message);
                }
                false => batch.add_line(start, end, self.read),
            }
            start = end + 1;
        }
        batch.finish();
    }
}

/// Bytes as text; broken characters are replaced.
pub(crate) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
