//! Text to tokens, as Microsoft's parser cuts it. Every byte of the text is in exactly one token.
//!
//! What is wrong inside a token, such as a string without its end, is an error beside the tokens; the
//! token keeps its kind, so that the grammar can go on.

mod literals;

pub(crate) use literals::is_type;

use crate::keywords::{self, Class, Infix};
use crate::syntax_kind::SyntaxKind::{self, *};

/// A token, its length in bytes, and what its word is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: SyntaxKind,
    pub class: Class,
    pub infix: Infix,
    pub length: u32,
}

/// What can be wrong inside a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A quote is missing; the string ends with its line.
    OpenString,
    /// A backslash with a character that it does not escape.
    BadEscape,
    /// A parenthesis of `datetime(…)` or a relative is missing.
    OpenLiteral,
    /// A character that is not part of the language.
    BadCharacter,
}

/// The tokens of a text, and the faults with the index of their token.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    pub tokens: Vec<Token>,
    pub faults: Vec<(usize, Fault)>,
}

/// Splits a text into tokens.
pub(crate) fn tokenize(text: &str) -> Lexed {
    let mut lexed = Lexed::default();
    lexed.tokens.reserve(text.len() / 4);
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let Scanned { token, fault } = scan(rest);
        at += token.length as usize;
        lexed
            .faults
            .extend(fault.map(|fault| (lexed.tokens.len(), fault)));
        lexed.tokens.push(token);
    }
    lexed
}

/// A token with its fault.
struct Scanned {
    token: Token,
    fault: Option<Fault>,
}

fn plain(kind: SyntaxKind, length: usize) -> Scanned {
    faulty(kind, length, None)
}

fn faulty(kind: SyntaxKind, length: usize, fault: Option<Fault>) -> Scanned {
    let token = Token {
        kind,
        class: Class::Plain,
        infix: Infix::None,
        length: length as u32,
    };
    Scanned { token, fault }
}

/// The first token of a text that is not empty.
fn scan(text: &str) -> Scanned {
    let bytes = text.as_bytes();
    match bytes[0] {
        b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => plain(Whitespace, whitespace(text)),
        b'/' if bytes.get(1) == Some(&b'/') => plain(Comment, line(text)),
        b'#' => plain(Directive, line(text)),
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => word(text),
        b'0'..=b'9' => number(text),
        b'"' | b'\'' | b'`' | b'~' | b'@' => match literals::string(text) {
            Some((length, fault)) => faulty(String, length, fault),
            None => punctuation(text),
        },
        b'!' => negated(text),
        0x80.. => other(text),
        _ => punctuation(text),
    }
}

/// Length of the blanks at the start of a text.
fn whitespace(text: &str) -> usize {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\x0c');
    let bytes = text.as_bytes();
    let blanks = bytes.iter().take_while(|byte| is_blank(byte)).count();
    if bytes.get(blanks).is_none_or(u8::is_ascii) {
        return blanks;
    }
    let mut length = blanks;
    for (at, c) in text.char_indices().skip(blanks) {
        if !is_whitespace(c) {
            break;
        }
        length = at + c.len_utf8();
    }
    length
}

fn is_whitespace(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\r' | '\n' | '\x0c' | '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'
            ..='\u{200b}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}'
    )
}

/// Whether a line ends at a character.
pub(crate) fn is_line_end(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{2028}' | '\u{2029}')
}

/// Length of the rest of a line.
fn line(text: &str) -> usize {
    text.find(is_line_end).unwrap_or(text.len())
}

/// Blanks outside of ASCII, or characters that are not part of the language.
fn other(text: &str) -> Scanned {
    match whitespace(text) {
        0 => {
            let known = |c: char| c.is_ascii() || is_whitespace(c);
            let length = text.find(known).unwrap_or(text.len());
            faulty(Unknown, length, Some(Fault::BadCharacter))
        }
        blanks => plain(Whitespace, blanks),
    }
}

/// The bytes that may stand inside a word.
const WORD_PARTS: [bool; 256] = {
    let mut parts = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        parts[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    parts
};

/// Whether a byte may stand inside a word.
fn is_word_part(byte: u8) -> bool {
    WORD_PARTS[usize::from(byte)]
}

fn word_length(bytes: &[u8]) -> usize {
    let rest = bytes.get(1..).unwrap_or_default();
    let end = rest.iter().position(|byte| !is_word_part(*byte));
    1 + end.unwrap_or(rest.len())
}

/// A name, a keyword, or a literal that begins with a letter.
fn word(text: &str) -> Scanned {
    let bytes = text.as_bytes();
    let length = word_length(bytes);
    let next = bytes.get(length).copied();
    let (name, rest) = text.split_at(length);
    match next {
        Some(b'(') if is_type(name) => {
            let (raw, fault) = literals::raw(rest);
            return faulty(Typed, length + raw, fault);
        }
        Some(b'"' | b'\'' | b'`' | b'~' | b'@') if matches!(name, "h" | "H") => {
            if let Some((length, fault)) = literals::string(text) {
                return faulty(String, length, fault);
            }
        }
        Some(b'-') if literals::is_guid(bytes) => return plain(Guid, literals::GUID_LENGTH),
        Some(b'-' | b'.' | b' ' | b'~') if may_go_on(name, next) => {
            if let Some(token) = compound(name, rest) {
                return token;
            }
        }
        _ => {}
    }
    keyword(name)
}

/// Whether a keyword may go on behind its first word.
fn may_go_on(name: &str, next: Option<u8>) -> bool {
    match next {
        Some(b' ') => name == "matches",
        Some(b'~') => name == "in",
        _ => true,
    }
}

/// A word with its class.
fn keyword(name: &str) -> Scanned {
    let mut scanned = plain(Word, name.len());
    let word = keywords::lookup(name);
    (scanned.token.class, scanned.token.infix) = (word.class, word.infix);
    scanned
}

/// `project-away`, `hint.strategy`, `matches regex`, `in~`. A longer word such as `project-awayx` makes
/// its first part a plain name.
fn compound(name: &str, rest: &str) -> Option<Scanned> {
    let tail = match keywords::compound(name, rest) {
        Some(keyword) => keyword.len() - name.len(),
        None if name == "in" && rest.starts_with('~') => 1,
        None => return None,
    };
    if rest.as_bytes().get(tail).copied().is_some_and(is_word_part) {
        return Some(plain(Word, name.len()));
    }
    let mut scanned = plain(if name == "in" { InTilde } else { Word }, name.len() + tail);
    let text: std::string::String = [name, rest.get(..tail)?].concat();
    let word = keywords::lookup(&text);
    (scanned.token.class, scanned.token.infix) = (word.class, word.infix);
    Some(scanned)
}

/// `!in`, `!has` and relatives, `!=`, `!~`.
fn negated(text: &str) -> Scanned {
    let bytes = text.as_bytes();
    let length = word_length(bytes);
    if length == 1 {
        return punctuation(text);
    }
    let (name, rest) = text.split_at(length);
    let tilde = name == "!in" && rest.starts_with('~');
    let text = text.get(..length + usize::from(tilde)).unwrap_or(name);
    let word = keywords::lookup(text);
    if word.infix == Infix::None {
        return faulty(Unknown, 1, Some(Fault::BadCharacter));
    }
    let mut scanned = plain(if tilde { InTilde } else { NotWord }, text.len());
    (scanned.token.class, scanned.token.infix) = (word.class, word.infix);
    scanned
}

/// A number, a timespan, a GUID, or a name that begins with digits.
fn number(text: &str) -> Scanned {
    let bytes = text.as_bytes();
    if literals::is_guid(bytes) {
        return plain(Guid, literals::GUID_LENGTH);
    }
    if let Some((kind, length)) = literals::number(text) {
        return plain(kind, length);
    }
    let length = word_length(bytes);
    keyword(text.get(..length).unwrap_or(text))
}

fn punctuation(text: &str) -> Scanned {
    let bytes = text.as_bytes();
    let (kind, length) = match (bytes[0], bytes.get(1).copied()) {
        (b'=', Some(b'=')) => (EqualEqual, 2),
        (b'=', Some(b'~')) => (EqualTilde, 2),
        (b'=', Some(b'>')) => (FatArrow, 2),
        (b'!', Some(b'=')) => (NotEqual, 2),
        (b'!', Some(b'~')) => (NotTilde, 2),
        (b'<', Some(b'=')) => (LessEqual, 2),
        (b'<', Some(b'>')) => (NotEqual, 2),
        (b'<', Some(b'|')) => (LessPipe, 2),
        (b'>', Some(b'=')) => (GreaterEqual, 2),
        (b'.', Some(b'.')) => (DotDot, 2),
        (first, _) => (single(first), 1),
    };
    faulty(
        kind,
        length,
        (kind == Unknown).then_some(Fault::BadCharacter),
    )
}

fn single(byte: u8) -> SyntaxKind {
    match byte {
        b'=' => Equal,
        b'<' => Less,
        b'>' => Greater,
        b'|' => Pipe,
        b',' => Comma,
        b';' => Semicolon,
        b':' => Colon,
        b'.' => Dot,
        b'(' => LeftParen,
        b')' => RightParen,
        b'[' => LeftBracket,
        b']' => RightBracket,
        b'{' => LeftBrace,
        b'}' => RightBrace,
        b'+' => Plus,
        b'-' => Minus,
        b'*' => Star,
        b'/' => Slash,
        b'%' => Percent,
        b'?' => Question,
        b'@' => At,
        b'!' => Bang,
        _ => Unknown,
    }
}
