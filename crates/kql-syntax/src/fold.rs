//! The parts of a query that an editor can fold away.

use std::ops::Range;

use crate::Parse;
use crate::syntax_kind::SyntaxKind::{self, *};
use crate::syntax_kind::{SyntaxNode, SyntaxToken};
use crate::text::LineIndex;

/// Ranges in UTF-8 bytes that may be hidden, in order of place: statements and nested queries behind their
/// first line, what stands in brackets, and comments of several lines. All of them span lines.
pub fn folds(parse: &Parse) -> Vec<Range<usize>> {
    let root = parse.syntax();
    let text = root.text().to_string();
    let lines = LineIndex::new(&text);
    let mut found = comments(&root, &text);
    for node in root.descendants() {
        match node.kind() {
            ExpressionStatement | LetStatement => found.extend(behind_first_line(&node, &text)),
            _ => found.extend(in_brackets(&node)),
        }
    }
    found.retain(|range| lines.line(range.start) < lines.line(range.end));
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    found.dedup_by_key(|range| lines.line(range.start));
    found
}

fn behind_first_line(node: &SyntaxNode, text: &str) -> Option<Range<usize>> {
    let range = crate::ast::range_of(node);
    let length = text.get(range.clone())?.find(['\n', '\r'])?;
    Some(range.start + length..range.end)
}

fn in_brackets(node: &SyntaxNode) -> Option<Range<usize>> {
    let mut tokens = node
        .children_with_tokens()
        .filter_map(|child| child.into_token());
    let opening =
        tokens.find(|token| matches!(token.kind(), LeftParen | LeftBracket | LeftBrace))?;
    let closing = closing(opening.kind());
    let last = tokens.filter(|token| token.kind() == closing).last()?;
    Some(end(&opening)..last.text_range().start().into())
}

fn closing(opening: SyntaxKind) -> SyntaxKind {
    match opening {
        LeftParen => RightParen,
        LeftBracket => RightBracket,
        _ => RightBrace,
    }
}

fn end(token: &SyntaxToken) -> usize {
    token.text_range().end().into()
}

/// Comments that follow one another on lines of their own.
fn comments(root: &SyntaxNode, text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let all = root.descendants_with_tokens();
    for token in all.filter_map(|element| element.into_token()) {
        if token.kind() != Comment {
            continue;
        }
        let (start, end) = (usize::from(token.text_range().start()), end(&token));
        let goes_on = |run: &Range<usize>| {
            let between = text.get(run.end..start).unwrap_or_default();
            between.trim().is_empty() && between.matches('\n').count() == 1
        };
        match runs.last_mut() {
            Some(run) if goes_on(run) => run.end = end,
            _ => runs.push(start..end),
        }
    }
    let behind_line = |run: Range<usize>| {
        let first = text.get(run.clone())?.find(['\n', '\r'])?;
        Some(run.start + first..run.end)
    };
    runs.into_iter().filter_map(behind_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_brackets_and_comments_fold() {
        let text = "// a\n// b\nT\n| where x in (\n  1,\n  2\n)\n| take 5";
        let found = folds(&crate::parse(text));
        let shown: Vec<&str> = found.iter().map(|range| &text[range.clone()]).collect();
        assert_eq!(
            shown,
            [
                "\n// b",
                "\n| where x in (\n  1,\n  2\n)\n| take 5",
                "\n  1,\n  2\n"
            ]
        );
    }
}
