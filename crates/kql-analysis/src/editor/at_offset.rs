//! What may stand at an offset, and what is known of the name or the call there.

use std::ops::Range;

use kql_syntax::text::LineIndex;

use super::symbols::{SymbolKind, symbol_at};
use super::{Asked, Completion, Completions, Hover, Places, Signature, signature};
use crate::complete::{CompletionKind, complete};
use crate::hover::hover;

impl Asked<'_> {
    pub(super) fn completions(&self, at: usize) -> Completions {
        let found = complete(self.text, self.byte(at), self.catalog);
        let (start, end) = self.place(&found.range);
        let items = found.items.into_iter().map(|item| Completion {
            text: item.text,
            kind: kind_name(item.kind).to_owned(),
            detail: item.detail,
        });
        Completions {
            start,
            end,
            items: items.collect(),
        }
    }

    pub(super) fn hover(&self, at: usize) -> Option<Hover> {
        let at = self.byte(at);
        let known = hover(self.text, at, self.catalog);
        let Some(found) = known else {
            return self.hover_on_name(at);
        };
        let (start, end) = self.place(&found.range);
        Some(Hover {
            start,
            end,
            title: found.title,
            text: found.text,
            link: found.link,
        })
    }

    /// A name that the query declares.
    fn hover_on_name(&self, at: usize) -> Option<Hover> {
        let symbol = symbol_at(&self.parse(), at, self.catalog)?;
        let declaration = symbol.declarations.first()?;
        let mut places = symbol.declarations.iter().chain(&symbol.uses);
        let here = places.find(|range| range.start <= at && at <= range.end)?;
        let (start, end) = self.place(here);
        let line = self.lines.line(declaration.start);
        Some(Hover {
            start,
            end,
            title: symbol.name.clone(),
            text: format!("{}, introduced in line {line}.", role(symbol.kind)),
            link: None,
        })
    }

    pub(super) fn signature(&self, at: usize) -> Option<Signature> {
        let found = signature::signature(&self.parse(), self.byte(at))?;
        let label = found.labels.get(found.active).map_or("", String::as_str);
        let lines = LineIndex::new(label);
        let parameter = found.parameter.map(|range| lines.utf16_range(&range));
        Some(Signature {
            parameter: parameter.map(|range| (range.start, range.end)),
            labels: found.labels,
            active: found.active,
            text: found.text,
            link: found.link,
        })
    }

    pub(super) fn places(&self, at: usize) -> Option<Places> {
        let symbol = symbol_at(&self.parse(), self.byte(at), self.catalog)?;
        let all = |ranges: &[Range<usize>]| ranges.iter().map(|range| self.place(range)).collect();
        Some(Places {
            role: role(symbol.kind).to_owned(),
            declarations: all(&symbol.declarations),
            uses: all(&symbol.uses),
            name: symbol.name,
        })
    }
}

/// What a symbol is, as the start of a sentence.
fn role(kind: SymbolKind) -> &'static str {
    match kind {
        SymbolKind::Let => "Declared by the query",
        SymbolKind::Function => "Function of the query",
        SymbolKind::Parameter => "Parameter",
        SymbolKind::Column => "Column that the query introduces",
        SymbolKind::Outside => "Table or column from outside of the query",
    }
}

/// The word of [`Completion::kind`].
fn kind_name(kind: CompletionKind) -> &'static str {
    match kind {
        CompletionKind::Column => "column",
        CompletionKind::Variable => "variable",
        CompletionKind::Table => "table",
        CompletionKind::Operator => "operator",
        CompletionKind::Aggregate => "aggregate",
        CompletionKind::Function => "function",
        CompletionKind::Plugin => "plugin",
        CompletionKind::Keyword => "keyword",
    }
}
