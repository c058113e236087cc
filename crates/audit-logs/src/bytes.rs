//! Finding single bytes in text, eight at a time: cells are short, and what finds in long stretches spends
//! more on starting than on looking.

/// The same byte in all eight places.
const fn everywhere(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Marks the places of a word that are zero; the first mark is exact.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(everywhere(1)) & !word & everywhere(0x80)
}

/// Marks the places of a word below a space; the first mark is exact.
fn controls(word: u64) -> u64 {
    word.wrapping_sub(everywhere(b' ')) & !word & everywhere(0x80)
}

/// Where the first of three bytes is; the length when none is there.
pub(crate) fn find_any(bytes: &[u8], wanted: [u8; 3]) -> usize {
    let [a, b, c] = wanted.map(everywhere);
    find(
        bytes,
        |word| zeros(word ^ a) | zeros(word ^ b) | zeros(word ^ c),
        |byte| wanted.contains(&byte),
    )
}

/// Where a JSON string ends or holds what is not plain: a quote, a backslash, a control character.
pub(crate) fn find_end_of_plain(bytes: &[u8]) -> usize {
    let [quote, backslash] = [b'"', b'\\'].map(everywhere);
    find(
        bytes,
        |word| zeros(word ^ quote) | zeros(word ^ backslash) | controls(word),
        |byte| matches!(byte, b'"' | b'\\') || byte < b' ',
    )
}

fn find(bytes: &[u8], marks: impl Fn(u64) -> u64, is: impl Fn(u8) -> bool) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let marks = marks(u64::from_le_bytes(*word));
        if marks != 0 {
            return index * 8 + marks.trailing_zeros() as usize / 8;
        }
    }
    let before = words.len() * 8;
    let found = rest.iter().position(|byte| is(*byte));
    found.map_or(bytes.len(), |at| before + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_in_every_place() {
        for length in 0..20 {
            for at in 0..length {
                for byte in 0..=255 {
                    let mut bytes = vec![b'x'; length];
                    if let Some(place) = bytes.get_mut(at) {
                        *place = byte;
                    }
                    let found = |is: bool| if is { at } else { length };
                    let three = [b',', b'\n', 0xff];
                    assert_eq!(find_any(&bytes, three), found(three.contains(&byte)));
                    let is_end = byte < b' ' || byte == b'"' || byte == b'\\';
                    assert_eq!(find_end_of_plain(&bytes), found(is_end), "{byte} at {at}");
                }
            }
        }
    }
}
