//! Places in a text: bytes, UTF-16 code units, lines and columns.

use std::ops::Range;

/// Maps places of one text. Places beyond its end are taken as its end.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// Start of every line in bytes.
    lines: Vec<usize>,
    /// Byte offsets at which the count of UTF-16 units falls behind, and how far in all from there on.
    shifts: Vec<(usize, usize)>,
    length: usize,
}

impl LineIndex {
    /// Reads the lines of a text.
    pub fn new(text: &str) -> Self {
        let mut lines = vec![0];
        let mut shifts = Vec::new();
        let mut behind = 0;
        for (at, c) in text.char_indices() {
            if c == '\n' {
                lines.push(at + 1);
            }
            if c.len_utf8() != c.len_utf16() {
                behind += c.len_utf8() - c.len_utf16();
                shifts.push((at + c.len_utf8(), behind));
            }
        }
        Self {
            lines,
            shifts,
            length: text.len(),
        }
    }

    /// Number of the line that holds a byte, from 1.
    pub fn line(&self, byte: usize) -> usize {
        self.lines
            .partition_point(|start| *start <= byte.min(self.length))
    }

    /// Number of the column that holds a byte, in UTF-16 units from 1.
    pub fn column(&self, byte: usize) -> usize {
        let start = self
            .lines
            .get(self.line(byte) - 1)
            .copied()
            .unwrap_or_default();
        self.utf16(byte) - self.utf16(start) + 1
    }

    /// Offset in UTF-16 code units of a byte offset.
    pub fn utf16(&self, byte: usize) -> usize {
        let byte = byte.min(self.length);
        let passed = self.shifts.partition_point(|(at, _)| *at <= byte);
        let behind = passed.checked_sub(1).map_or(0, |last| self.shifts[last].1);
        byte.saturating_sub(behind)
    }

    /// Byte offset of an offset in UTF-16 code units of the same text. One inside of a character is taken
    /// as its start.
    pub fn byte(&self, text: &str, utf16: usize) -> usize {
        let passed = self
            .shifts
            .partition_point(|(at, behind)| at - behind <= utf16);
        let behind = passed.checked_sub(1).map_or(0, |last| self.shifts[last].1);
        text.floor_char_boundary(utf16.saturating_add(behind).min(self.length))
    }

    /// A range of bytes as a range of UTF-16 code units.
    pub fn utf16_range(&self, bytes: &Range<usize>) -> Range<usize> {
        self.utf16(bytes.start)..self.utf16(bytes.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_in_bytes_units_and_lines() {
        let text = "aé😀b\nc";
        let index = LineIndex::new(text);
        let b = text.find('b').expect("is there");
        assert_eq!(
            (b, index.utf16(b), index.line(b), index.column(b)),
            (7, 4, 1, 5)
        );
        let c = text.find('c').expect("is there");
        assert_eq!((index.utf16(c), index.line(c), index.column(c)), (6, 2, 1));
    }

    #[test]
    fn units_lead_back_to_bytes() {
        let text = "aé😀b\nc";
        let index = LineIndex::new(text);
        for (byte, _) in text.char_indices() {
            assert_eq!(index.byte(text, index.utf16(byte)), byte);
        }
        // The second half of a surrogate pair, and what lies beyond.
        assert_eq!((index.byte(text, 3), index.byte(text, 99)), (3, text.len()));
    }
}
