//! Text columns of identifiers, kept in 16 bytes a cell: their texts are all different, so a dictionary
//! of them would be larger than the cells.

use std::sync::Arc;

use kql_analysis::text::guid_text;

/// Stands for the empty text; the identifier of this value is none of these.
const EMPTY: u128 = u128::MAX;

/// Cells that are empty or identifiers in lower case with hyphens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ids(Vec<u128>);

impl Ids {
    /// Cells of these texts; `None` when one is no such identifier.
    pub(crate) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Option<Self> {
        texts.map(read).collect::<Option<Vec<u128>>>().map(Self)
    }

    /// Appends cells until a text is no such identifier; how many were appended.
    pub(crate) fn push_all(&mut self, texts: &[&str]) -> usize {
        let before = self.0.len();
        self.0.extend(texts.iter().map_while(|text| read(text)));
        self.0.len() - before
    }

    /// Appends the cells of others.
    pub(crate) fn extend(&mut self, others: &Self) {
        self.0.extend_from_slice(&others.0);
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The text of a row.
    pub(crate) fn get(&self, row: usize) -> Option<Arc<str>> {
        self.0.get(row).map(|id| write(*id))
    }

    /// All texts in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = Arc<str>> + '_ {
        self.0.iter().map(|id| write(*id))
    }

    /// A number for each row; equal numbers stand for equal texts, and their order is that of the texts.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u128> + '_ {
        // The empty text comes first.
        self.0.iter().map(|id| id.wrapping_add(1))
    }

    /// The cells of these rows; a row that does not exist is empty.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        let cell = |row: &u32| self.0.get(*row as usize).copied().unwrap_or(EMPTY);
        Self(rows.iter().map(cell).collect())
    }

    /// Makes room for so many cells in all.
    pub(crate) fn reserve(&mut self, all: usize) {
        self.0.reserve_exact(all.saturating_sub(self.0.len()));
    }

    /// Bytes that the cells hold.
    pub(crate) fn held_bytes(&self) -> usize {
        self.0.len() * size_of::<u128>()
    }
}

fn read(text: &str) -> Option<u128> {
    if text.is_empty() {
        return Some(EMPTY);
    }
    let bytes: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let b = bytes;
    let are_hyphens = [b[8], b[13], b[18], b[23]] == *b"----";
    let words = [
        [b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]],
        [b[9], b[10], b[11], b[12], b[14], b[15], b[16], b[17]],
        [b[19], b[20], b[21], b[22], b[24], b[25], b[26], b[27]],
        [b[28], b[29], b[30], b[31], b[32], b[33], b[34], b[35]],
    ];
    let mut id = 0;
    for word in words {
        id = id << u32::BITS | u128::from(number(word)?);
    }
    (are_hyphens && id != EMPTY).then_some(id)
}

/// The number of eight lower-case hexadecimal digits, all of them looked at together.
fn number(digits: [u8; 8]) -> Option<u32> {
    /// The same byte in all places of a word.
    const fn everywhere(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    const ONE: u64 = everywhere(1);
    let digits = u64::from_be_bytes(digits);
    let letters = digits >> 6 & ONE;
    let values = (digits & everywhere(0xf)) + letters * 9;
    let written = values + everywhere(b'0') + letters * u64::from(b'a' - b'0' - 10);
    let from_ten_on = (values + everywhere(6)) >> 4 & ONE;
    let is_number = written == digits && from_ten_on == letters && values & everywhere(0x10) == 0;
    let pairs = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    is_number.then_some((fours | fours >> 16) as u32)
}

fn write(id: u128) -> Arc<str> {
    match id {
        EMPTY => "".into(),
        id => guid_text(id).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_that_are_no_identifiers() {
        for text in [
            "0",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "0123456789abcdef0123456789abcdef0123",
            "01234567-89AB-cdef-0123-456789abcdef",
            "01234567-89ab-cdef-0123-456789abcdeg",
            "01234567-89ab-cdef-01234-56789abcdef",
            "{1234567-89ab-cdef-0123-456789abcde}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn eight_digits_of_which_one_is_any_byte() {
        for place in 0..8 {
            for byte in 0..=255 {
                let mut digits = *b"0189abef";
                digits[place] = byte;
                let text = std::str::from_utf8(&digits).ok();
                let small = text.filter(|text| !text.contains(char::is_uppercase));
                let plain = small.filter(|text| !text.starts_with('+'));
                let expected = plain.and_then(|text| u32::from_str_radix(text, 16).ok());
                assert_eq!(number(digits), expected, "{byte} at {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_cell_keeps_its_text(
            texts in proptest::collection::vec("|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", 0..20),
        ) {
            let ids = Ids::of(texts.iter().map(String::as_str)).expect("identifiers");
            let read: Vec<String> = ids.texts().map(|text| text.to_string()).collect();
            prop_assert_eq!(&read, &texts);
            let mut by_number: Vec<(u128, &String)> = ids.numbers().zip(&texts).collect();
            by_number.sort();
            prop_assert!(by_number.is_sorted_by_key(|(_, text)| *text));
        }
    }
}
