//! JSON Lines, chunk by chunk: every line stands for itself, and a bad one is left out with its number.

use std::borrow::Cow;

use memchr::memchr_iter;

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
    pub fn push(&mut self, chunk: &[u8], records: &mut Records) {
        let mut start = 0;
        for end in memchr_iter(b'\n', chunk) {
            let line = chunk.get(start..end).unwrap_or_default();
            start = end + 1;
            if self.carry.is_empty() {
                self.line(line, records);
            } else {
                let mut whole = std::mem::take(&mut self.carry);
                whole.extend_from_slice(line);
                self.line(&whole, records);
                // The allocation serves the next line that is cut by a chunk.
                whole.clear();
                self.carry = whole;
            }
        }
        let rest = chunk.get(start..).unwrap_or_default();
        // What is longer than a line may be is not kept; the line is refused when it ends.
        if self.carry.len() <= MAX_LINE_BYTES {
            self.carry.extend_from_slice(rest);
        }
    }

    pub fn finish(&mut self, records: &mut Records) {
        let last = std::mem::take(&mut self.carry);
        self.line(&last, records);
    }

    fn line(&mut self, line: &[u8], records: &mut Records) {
        self.read += 1;
        if line.len() > MAX_LINE_BYTES {
            let message = format!("left out: the line is longer than {MAX_LINE_BYTES} bytes");
            return records.warnings.add(Some(self.read), &message);
        }
        let text = text_of(line);
        let text = text.trim();
        if !text.is_empty() {
            records.add_text(text, Some(self.read));
        }
    }
}

/// Bytes as text; broken characters are replaced.
pub(crate) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
