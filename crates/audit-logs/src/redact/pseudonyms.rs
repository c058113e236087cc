//! What stands for what: a keyed hash of the kind and the lower-case value.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::Options;
use super::addresses;

/// Letters of pseudonyms: 32, none of which are mistaken for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of a pseudonym: 50 bits.
const LENGTH: usize = 10;

/// The seed as a key.
#[derive(Clone, Debug)]
pub(super) struct Key(u64);

impl Key {
    fn hash(&self, kind: &str, value: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0.to_le_bytes());
        hash.update((kind.len() as u64).to_le_bytes());
        hash.update(kind);
        hash.update(value);
        hash.finalize().into()
    }

    /// A bit that depends on a place and the bits before it.
    pub fn bit(&self, kind: &str, place: u32, before: u128) -> u32 {
        let mut value = [0; 20];
        value[..4].copy_from_slice(&place.to_le_bytes());
        value[4..].copy_from_slice(&before.to_le_bytes());
        u32::from(self.hash(kind, &value)[0] & 1)
    }
}

/// What is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Address,
    Caller,
    Host,
    Id,
    Name,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Address => "addresses",
            Self::Caller => "callers",
            Self::Host => "hosts",
            Self::Id => "ids",
            Self::Name => "names",
        }
    }
}

/// Pseudonyms that were given, and how often.
#[derive(Debug)]
pub(super) struct Pseudonyms {
    key: Key,
    keep: Vec<String>,
    known: BTreeMap<(Kind, String), String>,
    counts: BTreeMap<Kind, usize>,
}

impl Pseudonyms {
    pub fn new(options: &Options) -> Self {
        Self {
            key: Key(options.seed),
            keep: options
                .keep
                .iter()
                .map(|word| word.to_lowercase())
                .collect(),
            known: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        let counts = self.counts.iter();
        counts.map(|(kind, count)| (kind.word(), *count)).collect()
    }

    /// What stands for a value, in capitals when the value does.
    pub fn of(&mut self, kind: Kind, value: &str) -> String {
        let lower = value.to_lowercase();
        if self.keep.contains(&lower) {
            return value.to_owned();
        }
        *self.counts.entry(kind).or_default() += 1;
        let key = &self.key;
        let made = self
            .known
            .entry((kind, lower))
            .or_insert_with_key(|(kind, lower)| make(key, *kind, lower));
        let letters = || value.chars().filter(|letter| letter.is_alphabetic());
        match letters().next().is_some() && letters().all(char::is_uppercase) {
            true => made.to_uppercase(),
            false => made.clone(),
        }
    }
}

fn make(key: &Key, kind: Kind, lower: &str) -> String {
    let hash = key.hash(kind.word(), lower.as_bytes());
    match kind {
        Kind::Address => address(key, lower),
        Kind::Caller => format!("user-{}", letters(&hash)),
        Kind::Host => format!("host-{}", letters(&hash)),
        Kind::Name => format!("name-{}", letters(&hash)),
        Kind::Id => id(&hash, lower),
    }
}

fn address(key: &Key, lower: &str) -> String {
    if let Ok(address) = lower.parse() {
        return addresses::ipv4(address, key).to_string();
    }
    match lower.parse() {
        Ok(address) => addresses::ipv6(address, key).to_string(),
        Err(_) => lower.to_owned(),
    }
}

fn letters(hash: &[u8; 32]) -> String {
    let letter = |byte: &u8| char::from(LETTERS[usize::from(byte & 31)]);
    hash.iter().take(LENGTH).map(letter).collect()
}

/// Hexadecimal digits in the shape of the id.
fn id(hash: &[u8; 32], lower: &str) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    let mut digits = hash
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(digit);
    lower
        .chars()
        .map(|letter| match letter {
            '-' => '-',
            _ => digits.next().unwrap_or('0'),
        })
        .collect()
}
