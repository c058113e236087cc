//! Finding single bytes in text, many at a time: cells are short, and what finds in long stretches spends more
//! on starting than on looking.

/// Bytes that are looked at together.
const WIDTH: usize = 64;
/// Bytes of a vector.
const LANES: usize = 16;

/// Bytes that are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// One of three.
    Any([u8; 3]),
    /// What is not plain in a JSON string: a quote, a backslash, a control character.
    EndOfPlain,
}

/// Goes through a text from one wanted byte to the next; what was seen of a block is kept for the next cell.
#[derive(Debug)]
pub(crate) struct Finder<'b> {
    bytes: &'b [u8],
    wanted: Wanted,
    /// Where the block begins that was looked at.
    start: usize,
    /// A bit for each of its bytes, the first one's the lowest.
    marks: u64,
    /// Where the block ends; nothing was looked at when it is at the start.
    end: usize,
}

impl<'b> Finder<'b> {
    /// Looks for these bytes in a text.
    pub fn new(bytes: &'b [u8], wanted: Wanted) -> Self {
        Self {
            bytes,
            wanted,
            start: 0,
            marks: 0,
            end: 0,
        }
    }

    /// The place of the first wanted byte at a place or behind it; the length when none is there.
    pub fn next(&mut self, at: usize) -> usize {
        let mut at = at;
        loop {
            if at < self.start || at >= self.end {
                if at >= self.bytes.len() {
                    return self.bytes.len();
                }
                self.look(at);
            }
            let marks = self.marks >> (at - self.start);
            if marks != 0 {
                return at + marks.trailing_zeros() as usize;
            }
            at = self.end;
        }
    }

    /// Looks at the block that begins at a place.
    fn look(&mut self, at: usize) {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let mut last = [0; WIDTH];
        let block = rest.first_chunk::<WIDTH>().unwrap_or_else(|| {
            if let Some(bytes) = last.get_mut(..rest.len()) {
                bytes.copy_from_slice(rest);
            }
            &last
        });
        let seen = rest.len().min(WIDTH);
        // What stands behind the end is none of the text.
        self.marks = marks(block, self.wanted) & u64::MAX >> (WIDTH - seen);
        (self.start, self.end) = (at, at + seen);
    }
}

/// Where a JSON string ends or holds what is not plain.
pub(crate) fn find_end_of_plain(bytes: &[u8]) -> usize {
    Finder::new(bytes, Wanted::EndOfPlain).next(0)
}

fn marks(block: &[u8; WIDTH], wanted: Wanted) -> u64 {
    match wanted {
        Wanted::Any(wanted) => of_lanes(block, |lane| lane::of_any(lane, wanted)),
        Wanted::EndOfPlain => of_lanes(block, lane::of_ends),
    }
}

fn of_lanes(block: &[u8; WIDTH], marks: impl Fn(&[u8; LANES]) -> u32) -> u64 {
    let lanes = block.as_chunks::<LANES>().0.iter().zip([0, 16, 32, 48]);
    lanes.fold(0, |all, (lane, place)| {
        all | u64::from(marks(lane)) << place
    })
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lane {
    use std::arch::wasm32::{i8x16_bitmask, i8x16_eq, u8x16_lt, u8x16_splat, u64x2, v128, v128_or};

    use super::{LANES, halves};

    fn load(lane: &[u8; LANES]) -> v128 {
        let [low, high] = halves(lane);
        u64x2(low, high)
    }

    fn is(lane: v128, byte: u8) -> v128 {
        i8x16_eq(lane, u8x16_splat(byte))
    }

    pub fn of_any(lane: &[u8; LANES], [a, b, c]: [u8; 3]) -> u32 {
        let lane = load(lane);
        let marks = v128_or(v128_or(is(lane, a), is(lane, b)), is(lane, c));
        u32::from(i8x16_bitmask(marks))
    }

    pub fn of_ends(lane: &[u8; LANES]) -> u32 {
        let lane = load(lane);
        let marks = v128_or(is(lane, b'"'), is(lane, b'\\'));
        u32::from(i8x16_bitmask(v128_or(
            marks,
            u8x16_lt(lane, u8x16_splat(b' ')),
        )))
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod lane {
    use super::{LANES, halves};

    /// The same byte in all places of a word.
    const fn everywhere(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }

    /// The highest bit of each byte that is zero.
    fn zeros(word: u64) -> u64 {
        const LOW: u64 = everywhere(0x7f);
        !((word & LOW).wrapping_add(LOW) | word | LOW)
    }

    /// The highest bits of the bytes of a word, side by side.
    fn gathered(word: u64) -> u32 {
        ((word >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
    }

    pub fn of_any(lane: &[u8; LANES], [a, b, c]: [u8; 3]) -> u32 {
        let [low, high] = halves(lane);
        let (a, b, c) = (everywhere(a), everywhere(b), everywhere(c));
        let marks = |word: u64| gathered(zeros(word ^ a) | zeros(word ^ b) | zeros(word ^ c));
        marks(low) | marks(high) << 8
    }

    pub fn of_ends(lane: &[u8; LANES]) -> u32 {
        const QUOTE: u64 = everywhere(b'"');
        const BACKSLASH: u64 = everywhere(b'\\');
        // No bit above the lowest five: below a space.
        const HIGH: u64 = everywhere(0xe0);
        let [low, high] = halves(lane);
        let marks = |word: u64| {
            gathered(zeros(word ^ QUOTE) | zeros(word ^ BACKSLASH) | zeros(word & HIGH))
        };
        marks(low) | marks(high) << 8
    }
}

fn halves(lane: &[u8; LANES]) -> [u64; 2] {
    let half = |half: Option<&[u8; 8]>| half.map_or(0, |half| u64::from_le_bytes(*half));
    [half(lane.first_chunk()), half(lane.last_chunk())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_byte_in_every_place() {
        for length in [0, 1, 15, 16, 17, 63, 64, 65, 100] {
            for at in 0..length {
                for byte in 0..=255 {
                    let mut bytes = vec![b'x'; length];
                    if let Some(place) = bytes.get_mut(at) {
                        *place = byte;
                    }
                    let found = |is: bool| if is { at } else { length };
                    let three = [b',', b'\n', 0xff];
                    let first = Finder::new(&bytes, Wanted::Any(three)).next(0);
                    assert_eq!(first, found(three.contains(&byte)));
                    let is_end = byte < b' ' || byte == b'"' || byte == b'\\';
                    assert_eq!(find_end_of_plain(&bytes), found(is_end), "{byte} at {at}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn from_any_place_to_the_next(text in "[a,\n]{0,200}", places in proptest::collection::vec(0..210_usize, 0..20)) {
            let bytes = text.as_bytes();
            let mut finder = Finder::new(bytes, Wanted::Any([b',', b'\n', b'\r']));
            for at in places {
                let behind = (at..bytes.len()).find(|at| bytes[*at] != b'a');
                prop_assert_eq!(finder.next(at), behind.unwrap_or(bytes.len()));
            }
        }
    }
}
