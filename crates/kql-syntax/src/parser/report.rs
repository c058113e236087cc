//! Errors: where they stand, what they say, and which of them are only the echo of another.
//!
//! Places are those of Microsoft's parser: a missing token is reported at the next one when that is right
//! behind, else at the end of the text before it; a missing expression always at the end of the text before
//! it. After an error the next few tokens are passed without another one.

use std::ops::Range;

use super::advice::{remedy, substitute};
use super::{MAX_DIAGNOSTICS, Parser};
use crate::diagnostic::{Diagnostic, Repair};
use crate::lexer::{Fault, is_line_end};
use crate::syntax_kind::SyntaxKind;

/// How many tokens after an error are passed in silence.
const QUIET: usize = 3;
/// Most errors of one statement: what follows is hardly more than the echo of a bracket that is missing.
const MAX_IN_STATEMENT: usize = 5;

/// The errors of a text.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Errors inside of tokens.
    faults: Vec<Diagnostic>,
    /// Errors of the grammar, in order of place.
    found: Vec<Diagnostic>,
    /// Where in the tokens the last error was met, reported or not.
    last: Option<usize>,
    /// How many errors were found before this statement.
    before: usize,
}

impl Report {
    /// The errors inside of tokens, one for a line: an open string makes nonsense of what follows it.
    pub fn of_faults(text: &str, starts: &[usize], faults: &[(usize, Fault)]) -> Self {
        let mut told: Vec<Diagnostic> = Vec::new();
        // Each byte is looked at once, however many faults a line has.
        let (mut seen, mut new_line) = (0, true);
        for (index, fault) in faults {
            let range = starts[*index]..starts[index + 1];
            let between = text.get(seen..range.end).unwrap_or_default();
            new_line = new_line || between.contains(is_line_end);
            seen = range.end;
            if new_line && told.len() < MAX_DIAGNOSTICS {
                told.push(of_fault(text, range, *fault));
                new_line = false;
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
    let repair = repair_of_fault(text, &range, fault);
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
        repair,
    }
}

fn repair_of_fault(text: &str, range: &Range<usize>, fault: Fault) -> Option<Repair> {
    let token = text.get(range.clone())?;
    let behind = |text: &str| Repair {
        range: range.end..range.end,
        text: text.to_owned(),
    };
    match fault {
        Fault::OpenString => {
            let quote = token.find(['"', '\'']);
            quote.and_then(|at| Some(behind(token.get(at..=at)?)))
        }
        Fault::OpenLiteral => Some(behind(")")),
        Fault::BadCharacter => substitute(text, range.start),
        Fault::BadEscape => None,
    }
}

/// The insertion of a token that is missing; `None` when more than that is missing.
fn insertion(what: &str, at: usize) -> Option<Repair> {
    let token = what.strip_prefix('`')?.strip_suffix('`')?;
    let text = match token {
        _ if token.contains(['`', '…', ' ']) => return None,
        _ if token.starts_with(char::is_alphabetic) => format!(" {token}"),
        _ => token.to_owned(),
    };
    Some(Repair {
        range: at..at,
        text,
    })
}

impl Parser<'_> {
    /// Reports that a token is missing here.
    pub fn missing_token(&mut self, what: &str) {
        let range = self.gap();
        self.expected(what, range);
    }

    /// Reports a keyword where a new name belongs: as a token that is missing before it, or as a name.
    pub fn unfit_name(&mut self, as_token: bool) {
        let word = self.word();
        let hint = format!("write `['{word}']`");
        let message = format!("`{word}` is not a name by itself");
        let repair = self.replacement(&format!("['{word}']"));
        let range = match as_token {
            true => self.gap(),
            false => self.end_before()..self.end_before(),
        };
        if self.push("RS1007", message, Some(&hint), range) {
            self.repair_last(repair);
        }
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

    /// Begins a statement at the top, which has errors of its own.
    pub fn begin_statement(&mut self) {
        self.report.before = self.report.found.len();
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
        if self.is_quiet() || self.is_behind_fault() {
            self.report.last = Some(self.position);
            return;
        }
        let found = match self.kind() {
            SyntaxKind::End => "the end of the query".to_owned(),
            _ => format!("`{}`", shorten(self.word())),
        };
        let advice = self.advice(what);
        let message = format!("expected {what}, found {found}");
        let hint = advice.as_ref().map(|advice| advice.text.as_str());
        let reported = self.push("RS1001", message, hint, range);
        let repair = advice.and_then(|advice| advice.repair);
        if let (true, Some(repair)) = (
            reported,
            repair.or_else(|| insertion(what, self.end_before())),
        ) {
            self.repair_last(repair);
        }
        self.take_fault();
    }

    /// Whether the token before the next one has an error inside, which says enough.
    fn is_behind_fault(&self) -> bool {
        let end = self.end_before();
        let faults = &self.report.faults;
        faults
            .binary_search_by_key(&end, |fault| fault.range.start)
            .is_ok_and(|at| faults.get(at).is_some_and(|fault| fault.range.end == end))
    }

    /// Forgets that the next token is not part of the language: another error has just said so.
    fn take_fault(&mut self) {
        let start = self.range().start;
        let faults = &mut self.report.faults;
        if self.text.get(start..).is_some_and(|rest| !rest.is_empty())
            && let Ok(at) = faults.binary_search_by_key(&start, |fault| fault.range.start)
            && faults.get(at).is_some_and(|fault| fault.range.end > start)
        {
            faults.remove(at);
        }
    }

    /// Whether the token before the next one is a comma.
    pub fn is_behind_comma(&self) -> bool {
        let before = self.position.checked_sub(1);
        let before = before.and_then(|before| self.tokens.get(self.significant[before]));
        before.is_some_and(|token| token.kind == SyntaxKind::Comma)
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
    ) -> bool {
        let quiet = self.is_quiet();
        self.report.last = Some(self.position);
        let count = self.report.found.len();
        if quiet || count >= MAX_DIAGNOSTICS || count - self.report.before >= MAX_IN_STATEMENT {
            return false;
        }
        self.report.found.push(Diagnostic {
            code,
            message,
            hint: hint.map(str::to_owned),
            range,
            repair: None,
        });
        true
    }

    /// Adds the change that repairs the error reported last.
    fn repair_last(&mut self, repair: Repair) {
        if let Some(last) = self.report.found.last_mut() {
            last.repair = Some(repair);
        }
    }

    /// Reports an error at the next token, for which another text may be meant.
    pub fn report_misspelt(&mut self, code: &'static str, message: String, meant: Option<&str>) {
        let hint = meant.map(|meant| format!("did you mean `{meant}`?"));
        let range = self.range();
        if let (true, Some(meant)) = (self.push(code, message, hint.as_deref(), range), meant) {
            let repair = self.replacement(meant);
            self.repair_last(repair);
        }
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
