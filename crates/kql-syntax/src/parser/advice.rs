//! Advice: what to do about an error, when its surroundings show what was meant.

use super::Parser;
use crate::diagnostic::Repair;
use crate::keywords::{self, Class};
use crate::lexer::is_line_end;
use crate::syntax_kind::SyntaxKind;

/// What to do about a character that is not part of the language.
pub(super) fn remedy(found: &str) -> &'static str {
    match found.chars().next() {
        Some('\u{2010}'..='\u{2015}' | '\u{2212}') => "write `-`",
        Some('\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}') => "write a straight quote",
        Some('&') => "write `and`",
        Some('!') => "write `!=`, or `not(…)` around the condition",
        Some('\\' | '`' | '~' | '^') => "remove it, or put the text in quotes",
        _ => "put the name or text in quotes: `['…']` for a name",
    }
}

/// What to do about an error, and the change of the text that does it.
pub(super) struct Advice {
    pub text: String,
    pub repair: Option<Repair>,
}

impl Advice {
    fn new(text: impl Into<String>, repair: Option<Repair>) -> Self {
        let text = text.into();
        Self { text, repair }
    }
}

/// The character or text that is meant by one that is not part of the language, with how much it replaces.
pub(super) fn substitute(text: &str, at: usize) -> Option<Repair> {
    let rest = text.get(at..)?;
    let first = rest.chars().next()?;
    let (length, text) = match first {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => (first.len_utf8(), "-".to_owned()),
        '&' if rest.starts_with("&&") => (2, "and".to_owned()),
        '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' => quoted(rest, first)?,
        _ => return None,
    };
    Some(Repair {
        range: at..at + length,
        text,
    })
}

/// A text between curly quotes on one line, with straight ones.
fn quoted(rest: &str, first: char) -> Option<(usize, String)> {
    let line = rest.split(is_line_end).next()?;
    let inner = line.get(first.len_utf8()..)?;
    let straight = match first {
        '\u{2018}' | '\u{2019}' => '\'',
        _ => '"',
    };
    let is_end = |c: char| match straight {
        '"' => matches!(c, '\u{201c}' | '\u{201d}'),
        _ => matches!(c, '\u{2018}' | '\u{2019}'),
    };
    let (inside, _) = inner.split_once(is_end)?;
    let closing = inner.get(inside.len()..)?.chars().next()?;
    let length = first.len_utf8() + inside.len() + closing.len_utf8();
    Some((length, format!("{straight}{inside}{straight}")))
}

impl Parser<'_> {
    /// What to do when the next token is not what belongs here.
    pub(super) fn advice(&self, what: &str) -> Option<Advice> {
        let left_over = what.starts_with("`|`");
        let start = self.range().start;
        Some(match self.kind() {
            SyntaxKind::Unknown => Advice::new(remedy(self.word()), substitute(self.text, start)),
            SyntaxKind::Word => return self.advice_on_word(left_over),
            SyntaxKind::Slash if self.nth(1) == SyntaxKind::Star => {
                Advice::new("a comment begins with `//`", None)
            }
            SyntaxKind::Pipe if self.position == 0 => Advice::new(
                "begin with a table, or with `print`, `range` or `union`",
                None,
            ),
            SyntaxKind::Dot if self.position == 0 => {
                Advice::new("a management command is no query: begin with a table", None)
            }
            kind if left_over && is_comparison(kind) => {
                Advice::new("join two comparisons with `and`", None)
            }
            SyntaxKind::Equal if self.is_behind_equal() => {
                Advice::new("write `==` to compare", Some(self.replacement("")))
            }
            _ if self.is_behind_comma() && crate::grammar::ends_list(self) => {
                let end = self.end_before();
                let repair = Repair {
                    range: end.saturating_sub(1)..end,
                    text: String::new(),
                };
                Advice::new("remove the comma before it", Some(repair))
            }
            _ => return None,
        })
    }

    /// Another text for the next token.
    pub(crate) fn replacement(&self, text: &str) -> Repair {
        Repair {
            range: self.range(),
            text: text.to_owned(),
        }
    }

    fn is_behind_equal(&self) -> bool {
        self.word_before() == "==" && self.is_adjacent(0)
    }

    fn advice_on_word(&self, left_over: bool) -> Option<Advice> {
        let word = self.word();
        let lower = word.to_ascii_lowercase();
        let bracketed = format!("['{word}']");
        let in_brackets = || {
            let text = format!("as a name, write `{bracketed}`");
            Advice::new(text, Some(self.replacement(&bracketed)))
        };
        Some(match self.class(0)? {
            Class::Plain if lower != word && keywords::lookup(&lower).class != Class::Plain => {
                let text = format!("keywords are case-sensitive: write `{lower}`");
                Advice::new(text, Some(self.replacement(&lower)))
            }
            _ if left_over && self.word_before() == "not" => Advice::new("write `not(…)`", None),
            Class::Reserved
                if crate::lexer::is_type(word) && self.nth(1) == SyntaxKind::LeftParen =>
            {
                self.advice_on_type(word)
            }
            Class::NewName if word == "materialize" => {
                Advice::new("`materialize` stands only right behind `let name =`", None)
            }
            Class::Reserved | Class::NewName
                if left_over && crate::grammar::begins_operator(self) =>
            {
                let text = format!("put `|` before `{word}`");
                Advice::new(text, Some(self.replacement(&format!("| {word}"))))
            }
            Class::Reserved | Class::NewName => in_brackets(),
            _ => return None,
        })
    }

    /// A type and its parenthesis make up one constant only without a blank.
    fn advice_on_type(&self, word: &str) -> Advice {
        let end = self.range().end;
        let parenthesis = self
            .significant
            .get(self.position + 1)
            .map(|index| self.starts[*index]);
        let repair = parenthesis.map(|start| Repair {
            range: end..start,
            text: String::new(),
        });
        Advice::new(format!("remove the blank between `{word}` and `(`"), repair)
    }

    /// Text of the token before the next one.
    fn word_before(&self) -> &str {
        let before = self.position.checked_sub(1);
        before.map_or("", |before| {
            let index = self.significant[before];
            &self.text[self.starts[index]..self.starts[index + 1]]
        })
    }
}

fn is_comparison(kind: SyntaxKind) -> bool {
    use SyntaxKind::*;
    matches!(
        kind,
        EqualEqual | NotEqual | EqualTilde | NotTilde | Less | LessEqual | Greater | GreaterEqual
    )
}
