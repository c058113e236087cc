//! JSON Lines, chunk by chunk: every line stands for itself, and a bad one is left out with its number.

use std::borrow::Cow;

use memchr::memchr_iter;

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
    pub fn push(&mut self, chunk: &[u8], records: &mut Records) {
        let mut start = 0;
        let mut ends = memchr_iter(b'\n', chunk);
        if !self.carry.is_empty() {
            let Some(end) = ends.next() else {
                return self.keep(chunk);
            };
            let mut whole = std::mem::take(&mut self.carry);
            whole.extend_from_slice(chunk.get(..end).unwrap_or_default());
            let mut batch = Batch::new(records);
            self.line(&whole, &mut batch);
            batch.finish();
            // The allocation serves the next line that is cut by a chunk.
            whole.clear();
            self.carry = whole;
            start = end + 1;
        }
        let mut batch = Batch::new(records);
        for end in ends {
            self.line(chunk.get(start..end).unwrap_or_default(), &mut batch);
            start = end + 1;
        }
        batch.finish();
        self.keep(chunk.get(start..).unwrap_or_default());
    }

    /// Keeps the beginning of a line. What is longer than a line may be is not kept; the line is refused
    /// when it ends.
    fn keep(&mut self, rest: &[u8]) {
        if self.carry.len() <= MAX_LINE_BYTES {
            self.carry.extend_from_slice(rest);
        }
    }

    pub fn finish(&mut self, records: &mut Records) {
        let last = std::mem::take(&mut self.carry);
        let mut batch = Batch::new(records);
        self.line(&last, &mut batch);
        batch.finish();
    }

    fn line<'t>(&mut self, line: &'t [u8], batch: &mut Batch<'_, 't>) {
        self.read += 1;
        if line.len() > MAX_LINE_BYTES {
            let message = format!("left out: the line is longer than {MAX_LINE_BYTES} bytes");
            return batch.records_now().warnings.add(Some(self.read), &message);
        }
        match text_of(line) {
            Cow::Borrowed(text) if text.trim().is_empty() => {}
            Cow::Borrowed(text) => batch.add_text(text.trim(), Some(self.read)),
            Cow::Owned(text) => batch.records_now().add_text(text.trim(), Some(self.read)),
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
