//! Damage to bytes, chosen by a seed: the same seed gives the same damage.

/// Longest input that is made, in bytes.
pub const MAX_INPUT: usize = 60_000;

/// Pieces that readers of rules, logs and queries look for.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "`",
    "|",
    ",",
    ";",
    ":",
    ".",
    "..",
    "=",
    "==",
    "=>",
    "<|",
    "~",
    "!",
    "*",
    "-",
    "+",
    "%",
    "/",
    "//",
    "#",
    "@",
    "\\",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\0",
    "\u{feff}",
    "\u{a0}",
    "\u{2028}",
    "é",
    "😀",
    "${",
    "%{",
    "<<EOT\n",
    "'''",
    "[concat(",
    "---\n",
    "- ",
    "? ",
    "&a ",
    "*a ",
    "!!str ",
    "null",
    "true",
    "1e999",
    "-0",
    "9223372036854775807",
    "-9223372036854775808",
    "0x",
    "1d",
    "1tick",
    "datetime(9999-12-31)",
    "datetime(null)",
    "timespan(max)",
    "dynamic(null)",
    "dynamic([1,",
    "real(nan)",
    "int(null)",
    "guid(",
    "let x = ",
    "T",
    "where ",
    "summarize ",
    "by ",
    "join kind=fullouter ",
    "on ",
    "union ",
    "range ",
    "extend ",
    "project ",
    "mv-expand ",
    "mv-apply ",
    "make-series ",
    "parse ",
    "evaluate ",
    "sort by ",
    "top 3 by ",
    "toscalar(",
    "materialize(",
    "bin(",
    "between (",
    "in (",
    "has ",
    "matches regex ",
    "serialize ",
    "print ",
    "datatable(a: long) [",
    "typeof(",
    "$left.",
    "_",
    "[0]",
    ".a",
    "strcat(",
    "repeat('x', 9)",
];

/// A source of choices.
#[derive(Clone, Debug)]
pub struct Choices(u64);

impl Choices {
    /// Choices of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        match items.len() {
            0 => None,
            len => items.get(self.below(len)),
        }
    }

    /// A range of up to `longest` bytes in a text of `len` bytes.
    fn range(&mut self, len: usize, longest: usize) -> std::ops::Range<usize> {
        let start = self.below(len + 1);
        let end = (start + self.below(longest) + 1).min(len);
        start..end
    }
}

/// One of the seeds with some damage.
pub fn input(seeds: &[Vec<u8>], choices: &mut Choices) -> Vec<u8> {
    let mut bytes = choices.of(seeds).cloned().unwrap_or_default();
    for _ in 0..=choices.below(4) {
        damage(&mut bytes, seeds, choices);
    }
    bytes.truncate(MAX_INPUT);
    bytes
}

fn damage(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], choices: &mut Choices) {
    let len = bytes.len();
    match choices.below(12) {
        0 => {
            let at = choices.below(len + 1);
            bytes.insert(at, choices.below(256) as u8);
        }
        1 => {
            if let Some(at) = len.checked_sub(1).map(|last| choices.below(last + 1)) {
                bytes[at] ^= 1 << choices.below(8);
            }
        }
        2 => bytes.truncate(choices.below(len + 1)),
        3 => {
            let range = choices.range(len, 40);
            bytes.drain(range);
        }
        4 => repeat(bytes, choices),
        5 => {
            let other = choices.of(seeds).cloned().unwrap_or_default();
            let piece = other[choices.range(other.len(), 60)].to_vec();
            let at = choices.range(len, 10);
            bytes.splice(at, piece);
        }
        6 | 7 => {
            let piece = choices.of(PIECES).copied().unwrap_or_default();
            let at = choices.below(len + 1);
            bytes.splice(at..at, piece.bytes());
        }
        8 => {
            let (word, piece) = (word(bytes, choices), choices.of(PIECES).copied());
            bytes.splice(word, piece.unwrap_or_default().bytes());
        }
        9 => {
            let word = word(bytes, choices);
            bytes.drain(word);
        }
        _ => {
            let piece = bytes[word(bytes, choices)].to_vec();
            let at = word(bytes, choices);
            bytes.splice(at, piece);
        }
    }
}

/// Repeats a piece, at times very often.
fn repeat(bytes: &mut Vec<u8>, choices: &mut Choices) {
    let range = choices.range(bytes.len(), 30);
    let (end, piece) = (range.end, bytes[range].to_vec());
    let most = match choices.below(8) {
        0 => 3_000,
        _ => 4,
    };
    let times = choices.below(most) + 1;
    bytes.splice(end..end, piece.repeat(times));
}

/// A run of letters and digits, or the one byte that stands there.
fn word(bytes: &[u8], choices: &mut Choices) -> std::ops::Range<usize> {
    if bytes.is_empty() {
        return 0..0;
    }
    let at = choices.below(bytes.len());
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if !is_part(&bytes[at]) {
        return at..at + 1;
    }
    let before = bytes[..at].iter().rev().take_while(|byte| is_part(byte));
    let behind = bytes[at..].iter().take_while(|byte| is_part(byte));
    at - before.count()..at + behind.count()
}
