//! Tokens and comments, and what stands before each of them.

use super::super::layout::Doc;
use super::super::spacing::is_spaced;
use super::Builder;
use crate::syntax_kind::SyntaxKind::Whitespace;
use crate::syntax_kind::{SyntaxNode, SyntaxToken};

/// What stands between two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// A break when the group around it is broken, otherwise this text.
    Line(&'static str),
    /// A new line.
    Hard,
    /// A blank.
    Blank,
    /// Nothing.
    None,
}

impl Builder {
    /// A child that is no node of meaning: keeps comments, counts line ends.
    pub(super) fn trivia(&mut self, token: &SyntaxToken, out: &mut Vec<Doc>) {
        self.blank = true;
        if token.kind() == Whitespace {
            self.lines += token.text().matches('\n').count();
            return;
        }
        if self.ended || (self.last.is_some() && self.lines > 0) {
            out.push(Doc::Hard {
                blank: self.lines > 1,
            });
        } else if self.last.is_some() {
            out.push(Doc::Text(" ".to_owned()));
        }
        out.push(Doc::Text(token.text().to_owned()));
        (self.ended, self.lines) = (true, 0);
    }

    /// Writes what stands before a token.
    fn gap(&mut self, next: &SyntaxToken, out: &mut Vec<Doc>) {
        if std::mem::replace(&mut self.written, true) {
            return;
        }
        let wanted = self.wanted.take();
        let hard = Doc::Hard {
            blank: self.lines > 1,
        };
        match wanted {
            // The rest of what a comment interrupts.
            None if self.ended && self.last.is_some() => return out.push(Doc::Indent(vec![hard])),
            _ if self.ended => return out.push(hard),
            _ => {}
        }
        let Some(last) = &self.last else { return };
        let usual = || match is_spaced(last, next, self.blank) {
            true => Gap::Blank,
            false => Gap::None,
        };
        match wanted.unwrap_or_else(usual) {
            Gap::Line(flat) => out.push(Doc::Line(flat)),
            Gap::Hard => out.push(hard),
            Gap::Blank => out.push(Doc::Text(" ".to_owned())),
            Gap::None => {}
        }
    }

    /// Writes a token behind what stands before it.
    pub(super) fn token(&mut self, token: &SyntaxToken, out: &mut Vec<Doc>) {
        self.gap(token, out);
        out.push(Doc::Text(token.text().to_owned()));
        (self.written, self.ended, self.blank, self.lines) = (false, false, false, 0);
        self.last = Some(token.clone());
    }

    /// The gap before a node; false when the node has no tokens.
    pub(super) fn begin(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) -> bool {
        let first = node.first_token();
        if let Some(first) = &first {
            self.gap(first, out);
        }
        first.is_some()
    }
}
