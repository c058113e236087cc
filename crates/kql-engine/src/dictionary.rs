//! Builds the codes and the dictionary of a text column.
//!
//! The dictionary is in order of first appearance, so the order of hashes never shows.

use std::hash::BuildHasher;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use hashbrown::{DefaultHashBuilder, HashTable};
use kql_analysis::shed::Shed;
use kql_analysis::text::same_bytes;

use crate::codes::Codes;
use crate::room::TEXT_BYTES;

/// Bytes that a text costs besides its own: pointer and length in two places, two counters of the shared
/// allocation.
const BYTES_PER_TEXT: usize = 6 * size_of::<usize>();
/// Bits of a place among the recent codes, at first and at most; there are twice as many places as texts, and
/// then four times as many.
const RECENT_BITS: (u32, u32) = (8, 12);
/// Most texts of a dictionary for which recent codes are kept: of more, looking far away takes longer than
/// hashing.
const FEW_TEXTS: usize = 1 << (RECENT_BITS.1 - 1);
/// So many times more texts than cells, as a part of a table has them, and each cell is looked up by its text: a
/// list of all texts would cost more.
const TEXTS_A_CELL: usize = 4;
/// Codes of another dictionary that are appended together.
const APPENDED_AT_ONCE: usize = 1 << 10;
/// Stands for no code.
const NONE: u32 = u32::MAX;
/// Spreads the bits of a hash.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The texts of a finished dictionary, all of them different.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    texts: Shed<Vec<Arc<str>>>,
    /// What they hold, added up when it is first asked for: every run asks, and they may be a million.
    bytes: OnceLock<usize>,
}

impl Entries {
    /// Appends a text, which must be another than those that are there.
    pub(crate) fn push(&mut self, text: Arc<str>) {
        self.texts.push(text);
        self.bytes.take();
    }

    /// Bytes that the texts hold, estimated.
    pub(crate) fn held_bytes(&self) -> usize {
        let all = || self.texts.iter().map(|text| TEXT_BYTES + text.len()).sum();
        *self.bytes.get_or_init(all)
    }
}

impl<T: Into<Shed<Vec<Arc<str>>>>> From<T> for Entries {
    fn from(texts: T) -> Self {
        Self {
            texts: texts.into(),
            bytes: OnceLock::new(),
        }
    }
}

impl Deref for Entries {
    type Target = [Arc<str>];

    fn deref(&self) -> &Self::Target {
        &self.texts
    }
}

/// A text of the dictionary with part of its hash: what lies far away in memory is looked at only when it
/// probably is the wanted one.
#[derive(Debug)]
struct Known {
    hash: u32,
    code: u32,
    text: Arc<str>,
}

/// A code by what is quick to see of its text.
#[derive(Clone, Copy, Debug)]
struct Recent {
    sight: u32,
    code: u32,
}

/// The cells of a text column so far.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    codes: Codes,
    /// Code of the last row.
    last: Option<u32>,
    texts: Shed<Vec<Arc<str>>>,
    /// Bytes of all `texts`.
    bytes: usize,
    /// Codes by what is quick to see of their texts; most columns of a log have few texts, and hashing a
    /// long one costs more than comparing it.
    recent: Vec<Recent>,
    known: Shed<HashTable<Known>>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    /// Bytes that the cells hold, estimated.
    pub(crate) fn held_bytes(&self) -> usize {
        let known = self.known.capacity() * size_of::<Known>();
        self.codes.held_bytes() + known + self.bytes + self.texts.len() * BYTES_PER_TEXT
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    /// The different texts so far, in order of first appearance.
    pub(crate) fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    /// Makes room for so many cells in all.
    pub(crate) fn reserve(&mut self, all: usize) {
        self.codes.reserve(all);
    }

    /// Appends a cell.
    pub(crate) fn push(&mut self, text: &str) {
        let code = self.code(text, || Arc::from(text));
        self.codes.push(code);
    }

    /// As [`Self::push`], sharing the text.
    pub(crate) fn push_shared(&mut self, text: &Arc<str>) {
        let code = self.code(text, || Arc::clone(text));
        self.codes.push(code);
    }

    /// Appends so many cells of one text.
    pub(crate) fn push_same(&mut self, text: &str, times: usize) {
        if times > 0 {
            let code = self.code(text, || Arc::from(text));
            self.codes.repeat(code, times);
        }
    }

    /// Appends cells.
    pub(crate) fn push_all(&mut self, cells: &[&str]) {
        let codes = match self.texts.len() > FEW_TEXTS {
            true => self.codes_of_many(cells),
            false => {
                let codes = cells.iter();
                codes
                    .map(|cell| self.code(cell, || Arc::from(*cell)))
                    .collect()
            }
        };
        self.codes.extend(&codes);
    }

    /// The codes of cells, where there are many texts. What they probably are is found for all of them, and the
    /// first and last bytes of that are looked at, before any is compared: waiting for one from far memory is
    /// waiting for many then.
    fn codes_of_many(&mut self, cells: &[&str]) -> Vec<u32> {
        let hashes: Vec<u32> = cells.iter().map(|cell| self.hash(cell)).collect();
        let probable = |hash: &u32| self.known.find(spread(*hash), |known| known.hash == *hash);
        let probable: Vec<Option<&Known>> = hashes.iter().map(probable).collect();
        let known = cells.iter().zip(probable).map(|(cell, known)| {
            known.filter(|known| ends_alike(known.text.as_bytes(), cell.as_bytes()))
        });
        let known: Vec<Option<&Known>> = known.collect();
        let codes = cells.iter().zip(known).map(|(cell, known)| match known {
            Some(known) if same_bytes(known.text.as_bytes(), cell.as_bytes()) => known.code,
            _ => NONE,
        });
        let mut codes: Vec<u32> = codes.collect();
        let unknown = codes.iter_mut().zip(cells).zip(hashes);
        for ((code, cell), hash) in unknown.filter(|((code, _), _)| **code == NONE) {
            *code = self.hashed_code(cell, hash, || Arc::from(*cell));
        }
        codes
    }

    /// The code of a text; a new one when the text is new.
    fn code(&mut self, text: &str, shared: impl FnOnce() -> Arc<str>) -> u32 {
        // Rows of a log often repeat the row before.
        if let Some(last) = self.last.filter(|last| self.is(*last, text)) {
            return last;
        }
        let code = match self.texts.len() > FEW_TEXTS {
            true => self.hashed_code(text, self.hash(text), shared),
            false => self.seen_code(text, shared),
        };
        self.last = Some(code);
        code
    }

    /// The code of a text by what is quick to see of it.
    fn seen_code(&mut self, text: &str, shared: impl FnOnce() -> Arc<str>) -> u32 {
        let sight = sight(text.as_bytes());
        if let Some(recent) = self.recent.get(self.recent_place(sight))
            && recent.sight == sight as u32
            && self.is(recent.code, text)
        {
            return recent.code;
        }
        let code = self.hashed_code(text, self.hash(text), shared);
        self.make_recent_places();
        let place = self.recent_place(sight);
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = Recent {
                sight: sight as u32,
                code,
            };
        }
        code
    }

    fn recent_place(&self, sight: u64) -> usize {
        // The number of places is a power of two.
        let bits = self.recent.len().trailing_zeros();
        sight.checked_shr(u64::BITS - bits).unwrap_or_default() as usize
    }

    /// Makes more places for recent codes when there are too few.
    fn make_recent_places(&mut self) {
        let (first, most) = RECENT_BITS;
        let places = match self.recent.len() {
            0 => 1 << first,
            places if places < 2 * self.texts.len() && places < 1 << most => 4 * places,
            _ => return,
        };
        let none = Recent {
            sight: 0,
            code: NONE,
        };
        self.recent = vec![none; places];
    }

    fn hash(&self, text: &str) -> u32 {
        (self.hasher.hash_one(text) >> u32::BITS) as u32
    }

    /// Appends the cells of another dictionary; each of its texts is looked up once. Once it is over, no
    /// more is looked up, and the cells have any text.
    pub(crate) fn extend(
        &mut self,
        codes: &Codes,
        texts: &[Arc<str>],
        mut is_over: impl FnMut() -> bool,
    ) {
        if texts.len() / TEXTS_A_CELL > codes.len() {
            return codes.for_each(|code| {
                if let Some(text) = texts.get(code as usize) {
                    self.push_shared(text);
                }
            });
        }
        if let [text] = texts {
            return self.push_same(text, codes.len());
        }
        if self.known.is_empty() {
            let most = texts.len().min(codes.len());
            self.known.reserve(most, |known| spread(known.hash));
        }
        let mut known = vec![NONE; texts.len()];
        let mut waiting = Vec::with_capacity(APPENDED_AT_ONCE);
        codes.for_each(|code| {
            waiting.push(code);
            if waiting.len() == APPENDED_AT_ONCE {
                self.extend_known(&mut waiting, texts, &mut known, &mut is_over);
            }
        });
        self.extend_known(&mut waiting, texts, &mut known, &mut is_over);
    }

    /// Appends codes of another dictionary, of which some are known here, and leaves none waiting. It asks for
    /// each text that is looked up, and once for all others.
    fn extend_known(
        &mut self,
        waiting: &mut Vec<u32>,
        texts: &[Arc<str>],
        known: &mut [u32],
        is_over: &mut impl FnMut() -> bool,
    ) {
        let mut ends = is_over();
        waiting.retain_mut(|code| {
            let place = *code as usize;
            let (Some(slot), Some(text)) = (known.get_mut(place), texts.get(place)) else {
                return false;
            };
            if *slot == NONE {
                ends = ends || is_over();
                *slot = match ends && !self.texts.is_empty() {
                    true => 0,
                    false => self.hashed_code(text, self.hash(text), || Arc::clone(text)),
                };
            }
            *code = *slot;
            true
        });
        self.codes.extend(waiting);
        waiting.clear();
    }

    /// The codes and their texts.
    pub(crate) fn finish(self) -> (Codes, Entries) {
        (self.codes, self.texts.into())
    }

    fn is(&self, code: u32, text: &str) -> bool {
        let known = self.texts.get(code as usize);
        known.is_some_and(|known| same_bytes(known.as_bytes(), text.as_bytes()))
    }

    fn hashed_code(&mut self, text: &str, hash: u32, shared: impl FnOnce() -> Arc<str>) -> u32 {
        let is = |known: &Known| {
            known.hash == hash && same_bytes(known.text.as_bytes(), text.as_bytes())
        };
        if let Some(known) = self.known.find(spread(hash), is) {
            return known.code;
        }
        let code = self.texts.len() as u32;
        let new = Known {
            hash,
            code,
            text: shared(),
        };
        self.texts.push(Arc::clone(&new.text));
        self.known
            .insert_unique(spread(hash), new, |known| spread(known.hash));
        self.bytes += text.len();
        code
    }
}

/// Whether texts are of one length, and begin and end with the same byte.
fn ends_alike(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.first() == b.first() && a.last() == b.last()
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
        fn every_cell_keeps_its_text(cells in proptest::collection::vec("[ab]{0,3}|[a-c]{7,20}|https://vault/[ab]{2}", 0..600)) {
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
    }
}
