//! Classes of a query's tokens and errors of its syntax, as the page shows them.
//!
//! Every answer shows all rules, and their queries seldom change: what was found last stays with its query.

use std::cell::RefCell;
use std::ops::Range;

use kql_syntax::highlight::{Class, highlight};
use kql_syntax::text::LineIndex;
use kql_syntax::{Parse, parse};

use crate::protocol::{DiagnosticView, TokenView};

/// A query as it was shown last.
#[derive(Debug, Default)]
pub(crate) struct Painted(RefCell<Option<(String, Paint)>>);

/// What is shown of a query's text.
#[derive(Clone, Debug)]
pub(crate) struct Paint {
    /// The tokens with their classes.
    pub tokens: Vec<TokenView>,
    /// Errors of syntax.
    pub diagnostics: Vec<DiagnosticView>,
}

impl Painted {
    /// What is shown of a query, of the converted rule or of the original.
    pub fn of(&self, query: &str, lines: &LineIndex, converted: bool) -> Paint {
        let mut last = self.0.borrow_mut();
        match &*last {
            Some((known, paint)) if known == query => paint.clone(),
            _ => {
                let parsed = parse(query);
                let paint = Paint {
                    tokens: tokens(&parsed, lines),
                    diagnostics: diagnostics(&parsed, lines, converted),
                };
                *last = Some((query.to_owned(), paint.clone()));
                paint
            }
        }
    }
}

fn tokens(parsed: &Parse, lines: &LineIndex) -> Vec<TokenView> {
    let token = |(range, class): (Range<usize>, Class)| {
        let range = lines.utf16_range(&range);
        TokenView {
            start: range.start,
            end: range.end,
            class: class.name().to_owned(),
        }
    };
    highlight(parsed).into_iter().map(token).collect()
}

fn diagnostics(parsed: &Parse, lines: &LineIndex, converted: bool) -> Vec<DiagnosticView> {
    let found = parsed.diagnostics().iter();
    let view = found.map(|found| DiagnosticView {
        converted,
        severity: "error".to_owned(),
        start: lines.utf16_range(&found.range).start,
        end: lines.utf16_range(&found.range).end,
        line: lines.line(found.range.start),
        message: found.message.clone(),
        hint: found.hint.clone().unwrap_or_default(),
    });
    view.collect()
}
