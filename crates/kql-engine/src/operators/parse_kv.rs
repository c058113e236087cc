//! `parse-kv`: columns from the values of keys in a text.
//!
//! Blanks around keys and values do not count, and the first value of a key is kept.

use std::cell::Cell;

use kql_analysis::plan::{KvFormat, ParseKv, Quote};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;
use regex::Regex;

use super::Runner;
use super::parse::Captures;
use super::project::overlay;
use crate::error::EvalError;
use crate::functions::{compile_regex, converted_text, to_text};
use crate::interrupt::Pace;
use crate::table::Table;

/// The input with a column for the value of each key.
pub(super) fn parse_kv(
    runner: &mut Runner<'_>,
    parse: &ParseKv,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let table = runner.plan(&parse.input)?;
    let source = runner.column(&parse.source, &table)?;
    let reader = Reader::new(parse)?;
    let mut columns = Captures::new(parse.keys.iter().map(|(_, column)| column));
    let (room, mut pace) = (runner.room(), Pace::default());
    for text in source.iter() {
        pace.row()?;
        let found = reader.values(&to_text(&text));
        let values = found.iter().zip(&parse.keys).map(|(found, (_, column))| {
            let text = found.as_deref().unwrap_or_default();
            converted_text(text, column.ty)
        });
        columns.push(Some(&values.collect::<Vec<Value>>()));
        room.check(columns.held_bytes())?;
    }
    Ok(overlay(&table, columns.finish(), schema))
}

/// The keys and the way they stand in a text.
struct Reader<'p> {
    keys: Vec<&'p str>,
    format: &'p KvFormat,
    regex: Option<Regex>,
}

/// The text of each key's value.
type Found = Vec<Option<String>>;

impl<'p> Reader<'p> {
    fn new(parse: &'p ParseKv) -> Result<Self, EvalError> {
        let regex = match &parse.format {
            KvFormat::Regex(pattern) => Some(compile_regex(pattern)?),
            _ => None,
        };
        if regex
            .as_ref()
            .is_some_and(|regex| regex.captures_len() != 3)
        {
            return Err(EvalError::new(
                "the regular expression of parse-kv does not have two groups",
            )
            .with_hint("Put parentheses around the key and around the value."));
        }
        Ok(Self {
            keys: parse.keys.iter().map(|(key, _)| key.as_str()).collect(),
            format: &parse.format,
            regex,
        })
    }

    fn values(&self, text: &str) -> Found {
        let mut found = vec![None; self.keys.len()];
        match (self.format, &self.regex) {
            (_, Some(regex)) => {
                for captures in regex.captures_iter(text) {
                    self.keep(&mut found, &captures[1], || captures[2].to_owned());
                }
            }
            (
                KvFormat::Delimited {
                    pair,
                    key_value,
                    quotes,
                    escapes,
                    greedy,
                },
                _,
            ) => {
                let delimited = Delimited {
                    pair,
                    key_value,
                    quoting: Quoting::new(quotes, escapes),
                    greedy: *greedy,
                };
                delimited.pairs(text, |key, value| self.keep(&mut found, key, || value));
            }
            (KvFormat::Words { quotes, escapes }, _) => {
                let quoting = Quoting::new(quotes, escapes);
                self.words(text, &quoting, &mut found);
            }
            (KvFormat::Regex(_), None) => {}
        }
        found
    }

    fn keep(&self, found: &mut Found, key: &str, value: impl FnOnce() -> String) {
        let place = self.keys.iter().position(|known| *known == key.trim());
        if let Some(slot @ None) = place.and_then(|place| found.get_mut(place)) {
            *slot = Some(value().trim().to_owned());
        }
    }

    /// A key is a run of letters and digits, its value the next run or the next quoted text.
    fn words(&self, text: &str, quoting: &Quoting<'_>, found: &mut Found) {
        let mut rest = text;
        while let Some((word, behind)) = next_word(rest, quoting) {
            rest = behind;
            if !self.keys.contains(&word.as_str()) {
                continue;
            }
            let Some((value, behind)) = next_word(rest, quoting) else {
                return;
            };
            self.keep(found, &word, || value);
            rest = behind;
        }
    }
}

/// The next quoted text or run of letters and digits, and the text behind it.
fn next_word<'t>(text: &'t str, quoting: &Quoting<'_>) -> Option<(String, &'t str)> {
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        if let Some((inside, length)) = quoting.quoted(rest) {
            return Some((inside, &rest[length..]));
        }
        if c.is_alphanumeric() {
            let end = rest.find(|c: char| !c.is_alphanumeric());
            let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
            return Some((word.to_owned(), behind));
        }
    }
    None
}

/// How keys and values of one text may be wrapped.
struct Quoting<'p> {
    quotes: &'p [Quote],
    escapes: &'p [char],
    /// Set at a quote that nothing closes. It and those behind it are characters like others, so that
    /// the rest of the text is not read again for each of them.
    unclosed: Cell<bool>,
}

impl<'p> Quoting<'p> {
    fn new(quotes: &'p [Quote], escapes: &'p [char]) -> Self {
        Self {
            quotes,
            escapes,
            unclosed: Cell::new(false),
        }
    }

    /// The inside of a quoted text at the start, and the length of the whole.
    fn quoted(&self, text: &str) -> Option<(String, usize)> {
        let mut letters = text.char_indices();
        let (_, first) = letters.next()?;
        let quote = self.quotes.iter().find(|quote| quote.open == first)?;
        if self.unclosed.get() {
            return None;
        }
        let mut inside = String::new();
        while let Some((at, letter)) = letters.next() {
            if self.escapes.contains(&letter) {
                inside.extend(letters.next().map(|(_, escaped)| escaped));
            } else if letter == quote.close {
                return Some((inside, at + letter.len_utf8()));
            } else {
                inside.push(letter);
            }
        }
        self.unclosed.set(true);
        None
    }

    /// A key or value at the start of a text, and the text behind it. A quoted one ends with its quote,
    /// any other with `end` bytes.
    fn piece<'t>(&self, text: &'t str, end: impl FnOnce() -> usize) -> (String, &'t str) {
        let start = text.trim_start();
        match self.quoted(start) {
            Some((inside, length)) => (inside, &start[length..]),
            None => {
                let (piece, behind) = text.split_at(end());
                (piece.trim().to_owned(), behind)
            }
        }
    }
}

/// Pairs between delimiters.
struct Delimited<'p> {
    pair: &'p str,
    key_value: &'p str,
    quoting: Quoting<'p>,
    greedy: bool,
}

impl Delimited<'_> {
    fn pairs(&self, text: &str, mut keep: impl FnMut(&str, String)) {
        let mut rest = text;
        while !rest.is_empty() {
            let (key, behind) = self.quoting.piece(rest, || self.key_end(rest));
            let value = behind.strip_prefix(self.key_value);
            let value = value.or_else(|| behind.trim_start().strip_prefix(self.key_value));
            if let Some(value) = value {
                let (value, behind) = self.quoting.piece(value, || self.value_end(value));
                keep(&key, value);
                rest = self.next_pair(behind);
            } else {
                rest = self.next_pair(behind);
            }
        }
    }

    /// What stands behind the next delimiter of pairs.
    fn next_pair<'t>(&self, text: &'t str) -> &'t str {
        text.split_once(self.pair).map_or("", |(_, next)| next)
    }

    fn key_end(&self, text: &str) -> usize {
        let end = text.find(self.pair).unwrap_or(text.len());
        text[..end].find(self.key_value).unwrap_or(end)
    }

    fn value_end(&self, text: &str) -> usize {
        let end = text.find(self.pair).unwrap_or(text.len());
        if !self.greedy {
            return end;
        }
        // The next key is what stands between a delimiter of pairs and the next one of key and value.
        match text.find(self.key_value) {
            Some(next) if end < next => text[..next].rfind(self.pair).unwrap_or(end),
            Some(_) => end,
            None => text.len(),
        }
    }
}
