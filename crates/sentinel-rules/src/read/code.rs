//! Letters of a code-like file, one after the other, for the readers of Bicep and Terraform.

use serde_json::{Map, Value, json};

use super::ReadOutcome;
use super::fields::{Dialect, Source, rule};
use crate::problem::Problem;
use crate::rule::Origin;

/// Deepest nesting of values and blocks that is read.
pub(super) const MAX_NESTING: usize = 64;

/// Something that is not what the reader expects, with its line from 1.
#[derive(Clone, Debug)]
pub(super) struct CodeError {
    pub line: usize,
    pub message: String,
}

impl CodeError {
    /// What is said of a file that cannot be read; `kind` is the language's name.
    pub fn problem(self, file: &str, kind: &str, remedy: &str) -> Problem {
        Problem {
            file: file.to_owned(),
            line: Some(self.line),
            field: None,
            message: format!("this {kind} file cannot be read: {}", self.message),
            remedy: remedy.to_owned(),
        }
    }
}

/// Adds the rule that these fields, named as in ARM, make.
pub(super) fn add_rule(
    outcome: &mut ReadOutcome,
    text: &str,
    origin: Origin,
    fields: Map<String, Value>,
) {
    let source = Source {
        text,
        first_line: 0,
        dialect: Dialect::Arm,
        origin,
    };
    outcome.extend(rule(fields, &source));
}

/// The value of a word that both languages know.
pub(super) fn constant(word: &str) -> Option<Value> {
    match word {
        "true" => Some(json!(true)),
        "false" => Some(json!(false)),
        "null" => Some(Value::Null),
        _ => None,
    }
}

/// A place in a text.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    pub rest: &'t str,
    pub line: usize,
    pub depth: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            rest: text,
            line: 1,
            depth: 0,
        }
    }

    pub fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.rest = &self.rest[letter.len_utf8()..];
        self.line += usize::from(letter == '\n');
        Some(letter)
    }

    pub fn error<T>(&self, message: impl Into<String>) -> Result<T, CodeError> {
        Err(CodeError {
            line: self.line,
            message: message.into(),
        })
    }

    /// Takes a mark when it stands here.
    pub fn eat(&mut self, mark: &str) -> bool {
        let found = self.rest.starts_with(mark);
        if found {
            self.rest = &self.rest[mark.len()..];
            self.line += mark.matches('\n').count();
        }
        found
    }

    pub fn expect(&mut self, mark: &str) -> Result<(), CodeError> {
        if self.eat(mark) {
            return Ok(());
        }
        let found = self
            .peek()
            .map_or("the end of the file".to_owned(), |letter| {
                format!("`{}`", letter.escape_default())
            });
        self.error(format!("`{mark}` is expected here, not {found}"))
    }

    /// Skips blanks on this line.
    pub fn blanks(&mut self) {
        while self
            .peek()
            .is_some_and(|letter| letter == ' ' || letter == '\t' || letter == '\r')
        {
            self.next();
        }
    }

    /// Skips blanks, line ends and comments; `#` begins one in Terraform only.
    pub fn space(&mut self, hash_comments: bool) -> Result<(), CodeError> {
        loop {
            match self.peek() {
                Some(letter) if letter.is_whitespace() || letter == '\u{feff}' => {
                    self.next();
                }
                Some('#') if hash_comments => self.skip_line(),
                Some('/') if self.rest.starts_with("//") => self.skip_line(),
                Some('/') if self.rest.starts_with("/*") => match self.rest.find("*/") {
                    Some(end) => {
                        self.line += self.rest[..end].matches('\n').count();
                        self.rest = &self.rest[end + 2..];
                    }
                    None => return self.error("the comment does not end"),
                },
                _ => return Ok(()),
            }
        }
    }

    fn skip_line(&mut self) {
        while self.peek().is_some_and(|letter| letter != '\n') {
            self.next();
        }
    }

    /// A name; empty when none begins here.
    pub fn word(&mut self, dashes: bool) -> &'t str {
        let end = self
            .rest
            .find(|letter: char| {
                !(letter.is_alphanumeric() || letter == '_' || dashes && letter == '-')
            })
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// A number in the notation of JSON.
    pub fn number(&mut self) -> Result<serde_json::Number, CodeError> {
        let end = self
            .rest
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || "+-.".contains(letter)))
            .unwrap_or(self.rest.len());
        match self.rest[..end].parse() {
            Ok(number) => {
                self.rest = &self.rest[end..];
                Ok(number)
            }
            Err(_) => self.error(format!("`{}` is no number", &self.rest[..end])),
        }
    }

    /// Goes one level deeper, within [`MAX_NESTING`].
    pub fn descend(&mut self) -> Result<(), CodeError> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return self.error(format!("the nesting is deeper than {MAX_NESTING} levels"));
        }
        Ok(())
    }

    /// Adds a field; a name stands only once.
    pub fn put(
        &self,
        fields: &mut Map<String, Value>,
        name: String,
        value: Value,
    ) -> Result<(), CodeError> {
        if fields.contains_key(&name) {
            return self.error(format!("`{name}` stands here for the second time"));
        }
        fields.insert(name, value);
        Ok(())
    }

    /// The letter of a number in hexadecimal digits.
    pub fn letter_of(&self, digits: &str) -> Result<char, CodeError> {
        let letter = u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32);
        match letter {
            Some(letter) => Ok(letter),
            None => self.error(format!("`{digits}` is the number of no letter")),
        }
    }
}
