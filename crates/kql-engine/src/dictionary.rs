//! Builds the codes and the dictionary of a text column.
//!
//! The dictionary is in order of first appearance, so the order of hashes never shows.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::codes::Codes;

/// Bytes that a text costs besides its own: pointer and length, two counters of the shared allocation.
const BYTES_PER_TEXT: usize = 4 * size_of::<usize>();
/// Bits of a place among the recent codes.
const RECENT_BITS: u32 = 8;
/// Stands for no code.
const NONE: u32 = u32::MAX;
/// Spreads the bits of a hash.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// A code with part of a hash of its text, so that the text, which is far away in memory, is looked at only
/// when it probably is the wanted one.
#[derive(Clone, Copy, Debug)]
struct Hashed {
    hash: u32,
    code: u32,
}

/// A code that a text probably has.
struct Guess {
    sight: u64,
    /// Hash of the text, where it was needed.
    hash: Option<u32>,
    code: u32,
}

/// The cells of a text column so far.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    codes: Codes,
    /// The last row.
    last: Option<Hashed>,
    texts: Vec<Arc<str>>,
    /// Bytes of all `texts`.
    bytes: usize,
    /// Codes by what is quick to see of their texts; most columns of a log have few texts, and hashing a
    /// long one costs more than comparing it.
    recent: Vec<Hashed>,
    known: HashTable<Hashed>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    /// Bytes that the cells hold, estimated.
    pub(crate) fn held_bytes(&self) -> usize {
        let known = self.known.capacity() * size_of::<Hashed>();
        self.codes.held_bytes() + known + self.bytes + self.texts.len() * BYTES_PER_TEXT
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    /// Appends a cell.
    pub(crate) fn push(&mut self, text: &str) {
        self.push_with(text, || Arc::from(text));
    }

    /// As [`Self::push`], sharing the text.
    pub(crate) fn push_shared(&mut self, text: &Arc<str>) {
        self.push_with(text, || Arc::clone(text));
    }

    fn push_with(&mut self, text: &str, shared: impl FnOnce() -> Arc<str>) {
        let sight = sight(text.as_bytes());
        let code = match self.last {
            // Rows of a log often repeat the row before.
            Some(last) if last.hash == sight as u32 && self.is(last.code, text) => last.code,
            _ => {
                let guess = self.guess(text, sight);
                let right = self.is(guess.code, text);
                self.settle(text, guess, right, shared)
            }
        };
        self.last = Some(Hashed {
            hash: sight as u32,
            code,
        });
        self.codes.push(code);
    }

    /// Appends cells. Codes are guessed for all of them before their texts are compared, so that waiting for
    /// one from far memory is waiting for many.
    pub(crate) fn push_all(&mut self, cells: &[&str]) {
        let sights = cells.iter().map(|cell| (cell, sight(cell.as_bytes())));
        let guesses: Vec<Guess> = sights
            .map(|(cell, sight)| self.guess(cell, sight))
            .collect();
        let pairs = cells.iter().zip(&guesses);
        let right: Vec<bool> = pairs
            .map(|(cell, guess)| self.is(guess.code, cell))
            .collect();
        for ((cell, guess), right) in cells.iter().zip(guesses).zip(right) {
            let code = self.settle(cell, guess, right, || Arc::from(*cell));
            self.codes.push(code);
        }
    }

    /// The code that a text has when hashes do not deceive.
    fn guess(&self, text: &str, sight: u64) -> Guess {
        if let Some(recent) = self.recent.get(place(sight))
            && recent.hash == sight as u32
        {
            return Guess {
                sight,
                hash: None,
                code: recent.code,
            };
        }
        let hash = self.hash(text);
        let found = self.known.find(spread(hash), |known| known.hash == hash);
        Guess {
            sight,
            hash: Some(hash),
            code: found.map_or(NONE, |known| known.code),
        }
    }

    /// The code of a text, given whether its guess was right; a new one when the text is new.
    fn settle(
        &mut self,
        text: &str,
        guess: Guess,
        right: bool,
        shared: impl FnOnce() -> Arc<str>,
    ) -> u32 {
        if right && guess.hash.is_none() {
            return guess.code;
        }
        let hash = guess.hash.unwrap_or_else(|| self.hash(text));
        let code = match right {
            true => guess.code,
            false => self.code(text, hash, shared),
        };
        let none = Hashed {
            hash: 0,
            code: NONE,
        };
        self.recent.resize(1 << RECENT_BITS, none);
        if let Some(recent) = self.recent.get_mut(place(guess.sight)) {
            *recent = Hashed {
                hash: guess.sight as u32,
                code,
            };
        }
        code
    }

    fn hash(&self, text: &str) -> u32 {
        (self.hasher.hash_one(text) >> u32::BITS) as u32
    }

    /// Appends the cells of another dictionary; each of its texts is looked up once.
    pub(crate) fn extend(&mut self, codes: &Codes, texts: &[Arc<str>]) {
        let mut known: Vec<Option<u32>> = vec![None; texts.len()];
        codes.for_each(|code| {
            let place = code as usize;
            if let (Some(slot), Some(text)) = (known.get_mut(place), texts.get(place)) {
                let new = || self.code(text, self.hash(text), || Arc::clone(text));
                let code = *slot.get_or_insert_with(new);
                self.codes.push(code);
            }
        });
    }

    /// The codes and their texts.
    pub(crate) fn finish(self) -> (Codes, Vec<Arc<str>>) {
        (self.codes, self.texts)
    }

    fn is(&self, code: u32, text: &str) -> bool {
        let known = self.texts.get(code as usize);
        known.is_some_and(|known| same(known.as_bytes(), text.as_bytes()))
    }

    fn code(&mut self, text: &str, hash: u32, shared: impl FnOnce() -> Arc<str>) -> u32 {
        let is = |known: &Hashed| known.hash == hash && self.is(known.code, text);
        if let Some(known) = self.known.find(spread(hash), is) {
            return known.code;
        }
        let code = self.texts.len() as u32;
        let new = Hashed { hash, code };
        self.known
            .insert_unique(spread(hash), new, |known| spread(known.hash));
        self.texts.push(shared());
        self.bytes += text.len();
        code
    }
}

/// Whether two texts are equal, looked at in words: they are short, and calling for a comparison of memory
/// costs more. Texts that differ mostly do so at their ends.
fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(a_end), Some(b_end)) => {
            let (a_words, b_words) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
            a_end == b_end && a_words.iter().zip(b_words).all(|(a, b)| a == b)
        }
        _ => a.iter().zip(b).all(|(a, b)| a == b),
    }
}

/// What is quick to see of a text, mixed: its length, its first and its last bytes.
fn sight(text: &[u8]) -> u64 {
    let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => {
            let bytes = text.iter();
            (0, bytes.fold(0, |word, byte| word << 8 | u64::from(*byte)))
        }
    };
    let mixed = (first ^ last.rotate_left(31) ^ text.len() as u64).wrapping_mul(MIX);
    mixed ^ mixed >> u32::BITS
}

/// The place of a text among the recent codes.
fn place(sight: u64) -> usize {
    (sight >> (u64::BITS - RECENT_BITS)) as usize
}

/// The hash by which the table places a code.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(MIX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_cell_keeps_its_text(cells in proptest::collection::vec("[ab]{0,3}|[a-c]{7,20}|https://vault/[ab]{2}", 0..200)) {
            let mut texts = Texts::default();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let (one_by_one, together) = cells.split_at(cells.len() / 3);
            one_by_one.iter().for_each(|cell| texts.push(cell));
            together.chunks(32).for_each(|cells| texts.push_all(cells));
            let (codes, texts) = texts.finish();
            let mut read = Vec::new();
            codes.for_each(|code| read.push(texts.get(code as usize).map(ToString::to_string)));
            let expected: Vec<Option<String>> = cells.iter().map(|cell| Some((*cell).to_owned())).collect();
            prop_assert_eq!(read, expected);
            let distinct: std::collections::BTreeSet<&str> = cells.iter().copied().collect();
            prop_assert_eq!(texts.len(), distinct.len());
        }

        #[test]
        fn texts_are_the_same_when_their_bytes_are(a in "[ab]{0,20}", b in "[ab]{0,20}") {
            prop_assert_eq!(same(a.as_bytes(), b.as_bytes()), a == b);
            prop_assert!(same(a.as_bytes(), a.clone().as_bytes()));
        }
    }
}
