//! Errors: where they stand, what they say, and which of them are only the echo of another.
//!
//! Places are those of Microsoft's parser: a missing token is reported at the next one when that is right
//! behind, else at the end of the text before it; a missing expression always at the end of the text before
//! it. After an error the next few tokens are passed without another one.

use std::ops::Range;

use super::{MAX_DIAGNOSTICS, Parser};
use crate::diagnostic::Diagnostic;
use crate::keywords::Class;
use crate::lexer::{Fault, is_line_end};
use crate::syntax_kind::SyntaxKind;

/// How many tokens after an error are passed in silence.
const QUIET: usize = 3;

/// The errors of a text.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Errors inside of tokens.
    faults: Vec<Diagnostic>,
    /// Errors of the grammar, in order of place.
    found: Vec<Diagnostic>,
    /// Where in the tokens the last error was met, reported or not.
    last: Option<usize>,
}

impl Report {
    /// The errors inside of tokens, one for a line: an open string makes nonsense of what follows it.
    pub fn of_faults(text: &str, starts: &[usize], faults: &[(usize, Fault)]) -> Self {
        let mut told: Vec<Diagnostic> = Vec::new();
        for (index, fault) in faults {
            let range = starts[*index]..starts[index + 1];
            let same_line = told.last().is_some_and(|last| {
                let between = text.get(last.range.end..range.end).unwrap_or_default();
                !between.contains(is_line_end)
            });
            if !same_line && told.len() < MAX_DIAGNOSTICS {
                told.push(of_fault(text, range, *fault));
            }
        }
        Self {
            faults: told,
            ..Self::default()
        }
    }

    /// All errors in order of place.
    pub fn finish(self) -> Vec<Diagnostic> {
        let mut all = self.found;
        all.extend(self.faults);
        all.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
        all.truncate(MAX_DIAGNOSTICS);
        all
    }
}

fn of_fault(text: &str, range: Range<usize>, fault: Fault) -> Diagnostic {
    let behind = range.end..range.end;
    let (code, message, hint, range) = match fault {
        Fault::OpenString => (
            "RS1002",
            "the string is not closed".to_owned(),
            "add the closing quote",
            behind,
        ),
        Fault::BadEscape => (
            "RS1002",
            "a backslash in a string has no such escape".to_owned(),
            "write `\\\\` for a backslash, or the string as `@\"…\"`",
            behind,
        ),
        Fault::OpenLiteral => (
            "RS1011",
            "the literal is not closed on its line".to_owned(),
            "add `)`",
            behind,
        ),
        Fault::BadCharacter => {
            let found = text.get(range.clone()).unwrap_or_default();
            let message = format!("`{}` is not part of the language", shorten(found));
            ("RS1008", message, remedy(found), range)
        }
    };
    Diagnostic {
        code,
        message,
        hint: Some(hint.to_owned()),
        range,
    }
}

/// What to do about a character that is not part of the language.
fn remedy(found: &str) -> &'static str {
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
    /// Reports that a token is missing here.
    pub fn missing_token(&mut self, what: &str) {
        let range = self.gap();
        self.expected(what, range);
    }

    /// Reports a keyword where a new name belongs.
    pub fn unfit_name(&mut self) {
        let word = self.word();
        let hint = format!("write `['{word}']`");
        let message = format!("`{word}` is not a name by itself");
        let range = self.gap();
        self.push("RS1007", message, Some(&hint), range);
    }

    /// Where a missing token is reported: at the next one when it is right behind.
    fn gap(&self) -> Range<usize> {
        match self.is_close_behind() {
            true => self.range(),
            false => self.end_before()..self.end_before(),
        }
    }

    /// Reports that an expression, a name or another larger part is missing here.
    pub fn missing(&mut self, what: &str) {
        let end = self.end_before();
        if self.report.last == Some(self.position)
            && let Some(last) = self.report.found.last_mut()
            && last.range.start > end
        {
            last.range = end..end;
        }
        self.expected(what, end..end);
    }

    /// Reports that the next token does not belong here.
    pub fn unexpected(&mut self, what: &str) {
        let range = self.range();
        self.expected(what, range);
    }

    /// Takes a token or reports that it is missing.
    pub fn expect(&mut self, kind: SyntaxKind, what: &str) -> bool {
        let found = self.eat(kind);
        if !found {
            self.missing_token(what);
        }
        found
    }

    pub fn expect_word(&mut self, word: &str) -> bool {
        let found = self.eat_word(word);
        if !found {
            self.missing_token(&format!("`{word}`"));
        }
        found
    }

    /// Reports an error at the next token.
    pub fn report(&mut self, code: &'static str, message: String, hint: Option<&str>) {
        let range = self.range();
        self.push(code, message, hint, range);
    }

    /// Whether the next token follows on the same line with at most one character between.
    fn is_close_behind(&self) -> bool {
        let gap = self.end_before()..self.range().start;
        let gap = self.text.get(gap).unwrap_or_default();
        gap.chars().nth(1).is_none() && !gap.contains(is_line_end)
    }

    fn expected(&mut self, what: &str, range: Range<usize>) {
        if self.is_quiet() {
            self.report.last = Some(self.position);
            return;
        }
        let found = match self.kind() {
            SyntaxKind::End => "the end of the query".to_owned(),
            _ => format!("`{}`", shorten(self.word())),
        };
        let hint = self.advice(what);
        self.push(
            "RS1001",
            format!("expected {what}, found {found}"),
            hint.as_deref(),
            range,
        );
    }

    /// What to do when the next token is not what belongs here.
    fn advice(&self, what: &str) -> Option<String> {
        let word = self.word();
        let lower = word.to_ascii_lowercase();
        match self.class(0) {
            Some(Class::Plain)
                if lower != word && crate::keywords::lookup(&lower).class != Class::Plain =>
            {
                Some(format!("keywords are case-sensitive: write `{lower}`"))
            }
            Some(Class::Reserved | Class::NewName) if what.starts_with("`|`") => {
                Some(format!("put `|` before `{word}`"))
            }
            Some(Class::Reserved | Class::NewName) => {
                Some(format!("as a name, write `['{word}']`"))
            }
            _ if self.ends_after_comma() => Some("remove the comma before it".to_owned()),
            _ => None,
        }
    }

    /// Whether a list ends here behind a comma.
    fn ends_after_comma(&self) -> bool {
        let before = self.position.checked_sub(1);
        let before = before.and_then(|before| self.tokens.get(self.significant[before]));
        before.is_some_and(|token| token.kind == SyntaxKind::Comma)
            && crate::grammar::ends_list(self)
    }

    fn is_quiet(&self) -> bool {
        self.report
            .last
            .is_some_and(|last| self.position < last + QUIET)
    }

    fn push(
        &mut self,
        code: &'static str,
        message: String,
        hint: Option<&str>,
        range: Range<usize>,
    ) {
        let quiet = self.is_quiet();
        self.report.last = Some(self.position);
        if quiet || self.report.found.len() >= MAX_DIAGNOSTICS {
            return;
        }
        self.report.found.push(Diagnostic {
            code,
            message,
            hint: hint.map(str::to_owned),
            range,
        });
    }
}

/// At most 30 characters of a token, on one line.
fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(30) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.to_owned(),
    }
}
