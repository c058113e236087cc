//! Advice: what to do about an error, when its surroundings show what was meant.

use super::Parser;
use crate::keywords::{self, Class};
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

impl Parser<'_> {
    /// What to do when the next token is not what belongs here.
    pub(super) fn advice(&self, what: &str) -> Option<String> {
        let left_over = what.starts_with("`|`");
        let advice = match self.kind() {
            SyntaxKind::Unknown => remedy(self.word()),
            SyntaxKind::Word => return self.advice_on_word(left_over),
            SyntaxKind::Slash if self.nth(1) == SyntaxKind::Star => "a comment begins with `//`",
            SyntaxKind::Pipe if self.position == 0 => {
                "begin with a table, or with `print`, `range` or `union`"
            }
            kind if left_over && is_comparison(kind) => "join two comparisons with `and`",
            _ if self.is_behind_comma() && crate::grammar::ends_list(self) => {
                "remove the comma before it"
            }
            _ => return None,
        };
        Some(advice.to_owned())
    }

    fn advice_on_word(&self, left_over: bool) -> Option<String> {
        let word = self.word();
        let lower = word.to_ascii_lowercase();
        let in_brackets = format!("as a name, write `['{word}']`");
        Some(match self.class(0)? {
            Class::Plain if lower != word && keywords::lookup(&lower).class != Class::Plain => {
                format!("keywords are case-sensitive: write `{lower}`")
            }
            _ if left_over && self.word_before() == "not" => "write `not(…)`".to_owned(),
            Class::Reserved
                if crate::lexer::is_type(word) && self.nth(1) == SyntaxKind::LeftParen =>
            {
                format!("remove the blank between `{word}` and `(`")
            }
            Class::NewName if word == "materialize" => {
                "`materialize` stands only right behind `let name =`".to_owned()
            }
            Class::Reserved | Class::NewName
                if left_over && crate::grammar::begins_operator(self) =>
            {
                format!("put `|` before `{word}`")
            }
            Class::Reserved | Class::NewName => in_brackets,
            _ => return None,
        })
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
