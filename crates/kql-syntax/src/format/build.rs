//! From a tree to a document: where lines may break, and where they must.

mod brackets;
mod gaps;

use super::layout::Doc;
use crate::syntax_kind::SyntaxKind::{self, *};
use crate::syntax_kind::{SyntaxElement, SyntaxNode, SyntaxToken};
use gaps::Gap;

/// The document of a whole tree.
pub(super) fn document(root: &SyntaxNode) -> Vec<Doc> {
    let mut builder = Builder::default();
    let mut out = Vec::new();
    builder.statements(root, &mut out);
    out
}

/// State of the walk over the tokens.
#[derive(Default)]
struct Builder {
    last: Option<SyntaxToken>,
    /// What the next token wants before it, when that is not usual.
    wanted: Option<Gap>,
    /// Whether the gap before the next token has been written.
    written: bool,
    /// Whether a line must end here, because a comment does.
    ended: bool,
    /// Line ends since the last token.
    lines: usize,
    /// Whether anything stood since the last token.
    blank: bool,
}

impl Builder {
    fn node(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        if !self.begin(node, out) {
            return;
        }
        match node.kind() {
            Pipeline | Subquery => self.pipeline(node, out),
            LetStatement => self.declaration(node, out),
            Body if has_braces(node) => self.body(node, out),
            Body => self.statements(node, out),
            LogicalExpression => self.logical(node, out),
            NameReference | WildcardName | GraphPattern | UnknownOperator | Error => {
                self.verbatim(node, out);
            }
            kind if is_grouped(kind) => {
                let mut inner = Vec::new();
                self.children(node, &mut inner);
                out.push(Doc::Group(inner));
            }
            _ => self.children(node, out),
        }
    }

    /// Statements, each on a new line.
    fn statements(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        for child in node.children_with_tokens() {
            match child {
                SyntaxElement::Node(child) => self.node(&child, out),
                SyntaxElement::Token(token) if token.kind().is_trivia() => self.trivia(&token, out),
                SyntaxElement::Token(token) => {
                    self.token(&token, out);
                    self.wanted = Some(Gap::Hard);
                }
            }
        }
    }

    /// `{ statements }` of a function: on one line when it is one expression that fits.
    fn body(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let single = node.children().count() == 1;
        let edge = match single {
            true => Gap::Line(" "),
            false => Gap::Hard,
        };
        let (mut all, mut inner) = (Vec::new(), Vec::new());
        for child in node.children_with_tokens() {
            match child {
                SyntaxElement::Node(child) => self.node(&child, &mut inner),
                SyntaxElement::Token(token) if token.kind().is_trivia() => {
                    self.trivia(&token, &mut inner);
                }
                SyntaxElement::Token(token) if token.kind() == LeftBrace => {
                    self.token(&token, &mut all);
                    self.wanted = Some(edge);
                }
                SyntaxElement::Token(token) if token.kind() == RightBrace => {
                    all.push(Doc::Indent(std::mem::take(&mut inner)));
                    self.wanted = Some(edge);
                    self.token(&token, &mut all);
                }
                SyntaxElement::Token(token) => {
                    self.token(&token, &mut inner);
                    self.wanted = Some(Gap::Hard);
                }
            }
        }
        all.extend(inner);
        out.push(Doc::Group(all));
    }

    /// `let name = value`; a value of several operators begins on a line of its own.
    fn declaration(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let (mut all, mut value) = (Vec::new(), Vec::new());
        for child in node.children_with_tokens() {
            match child {
                SyntaxElement::Node(child) if child.kind() == Pipeline => {
                    self.wanted = Some(Gap::Line(" "));
                    self.node(&child, &mut value);
                    all.push(Doc::Indent(std::mem::take(&mut value)));
                }
                child => self.element(&child, &mut all),
            }
        }
        out.push(Doc::Group(all));
    }

    fn element(&mut self, element: &SyntaxElement, out: &mut Vec<Doc>) {
        match element {
            SyntaxElement::Node(node) => self.node(node, out),
            SyntaxElement::Token(token) if token.kind().is_trivia() => self.trivia(token, out),
            SyntaxElement::Token(token) => self.token(token, out),
        }
    }

    /// A source and operators, each pipe on a new line; a nested one of a single pipe may stay on a line.
    fn pipeline(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let pipes = node
            .children_with_tokens()
            .filter(|child| child.kind() == Pipe)
            .count();
        let top = node.parent().and_then(|statement| statement.parent());
        let short = pipes == 1 && top.is_none_or(|root| root.kind() != Root || is_let(node));
        for child in node.children_with_tokens() {
            if child.kind() == Pipe {
                self.wanted = Some(match short {
                    true => Gap::Line(" "),
                    false => Gap::Hard,
                });
            }
            self.element(&child, out);
        }
    }

    /// `a and b and …`: a line each when they do not fit.
    fn logical(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        let mut is_first = true;
        for child in node.children_with_tokens() {
            match &child {
                SyntaxElement::Token(token) if !token.kind().is_trivia() => {
                    is_first = false;
                    self.wanted = Some(Gap::Line(" "));
                    self.token(token, &mut rest);
                    self.wanted = Some(Gap::Blank);
                }
                _ if is_first => self.element(&child, &mut first),
                _ => self.element(&child, &mut rest),
            }
        }
        first.push(Doc::Indent(rest));
        out.push(Doc::Group(first));
    }

    /// Tokens with the blanks that stand between them now, on one line.
    fn verbatim(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let tokens = node.descendants_with_tokens();
        for token in tokens.filter_map(|element| element.into_token()) {
            match token.kind().is_trivia() {
                true => self.trivia(&token, out),
                false => {
                    self.wanted = Some(match self.blank {
                        true => Gap::Blank,
                        false => Gap::None,
                    });
                    self.token(&token, out);
                }
            }
        }
        self.wanted = None;
    }
}

fn has_braces(body: &SyntaxNode) -> bool {
    body.first_token()
        .is_some_and(|token| token.kind() == LeftBrace)
}

fn is_let(node: &SyntaxNode) -> bool {
    node.parent()
        .is_some_and(|parent| parent.kind() == LetStatement)
}

/// Whether breaks inside belong together.
fn is_grouped(kind: SyntaxKind) -> bool {
    matches!(kind, ByClause | OnClause) || is_operator(kind)
}

fn is_operator(kind: SyntaxKind) -> bool {
    (WhereOperator..=UnknownOperator).contains(&kind)
}
