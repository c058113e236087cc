//! The machinery below the grammar: a position in the tokens, and the tree under construction.
//!
//! Recursion is bounded by [`MAX_DEPTH`], the length of left-leaning chains by [`MAX_CHAIN`], the text by
//! [`MAX_LENGTH`]. What lies beyond is kept in the tree as it stands and reported.

mod advice;
mod report;
mod tree;

use std::ops::Range;

use rowan::GreenNode;

use crate::ast;
use crate::diagnostic::Diagnostic;
use crate::grammar;
use crate::keywords::{Class, Infix};
use crate::lexer::{Lexed, Token, tokenize};
use crate::syntax_kind::{SyntaxKind, SyntaxNode};
use report::Report;
use tree::Tree;

pub(crate) use tree::Checkpoint;

/// Deepest nesting of expressions, queries and brackets.
pub const MAX_DEPTH: usize = 64;
/// Most levels of a chain such as `a + b + c`, each operator on top of what stands left of it; `and` and `or`
/// have no such limit, as all their operands are on one level.
pub const MAX_CHAIN: u32 = 400;
/// Longest text that is parsed, in bytes; a longer one is one error.
pub const MAX_LENGTH: usize = 4 * 1024 * 1024;
/// Most errors that are reported for one text.
pub const MAX_DIAGNOSTICS: usize = 50;

/// A syntax tree with its errors.
#[derive(Clone, Debug)]
pub struct Parse {
    green: GreenNode,
    diagnostics: Vec<Diagnostic>,
}

impl Parse {
    /// The tree; its text is the parsed text.
    pub fn syntax(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.green.clone())
    }

    /// The typed view of the tree.
    pub fn root(&self) -> ast::Query {
        ast::Query::of(self.syntax())
    }

    /// Errors in order of place.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

/// Parses a query text. Never fails; what is wrong is in [`Parse::diagnostics`].
pub fn parse(text: &str) -> Parse {
    if text.len() > MAX_LENGTH {
        return too_long(text);
    }
    let mut parser = Parser::new(text);
    grammar::query(&mut parser);
    parser.finish()
}

fn too_long(text: &str) -> Parse {
    let mut tree = Tree::new();
    tree.start(SyntaxKind::Root);
    tree.token(SyntaxKind::Unknown, text);
    let diagnostic = Diagnostic {
        code: "RS1000",
        message: format!("the text is longer than {MAX_LENGTH} bytes"),
        hint: Some("split the query".to_owned()),
        range: 0..text.len(),
        repair: None,
    };
    Parse {
        green: tree.finish(),
        diagnostics: vec![diagnostic],
    }
}

/// Position, tree and errors while the grammar runs.
pub(crate) struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    /// Start of each token in bytes, and the end of the text.
    starts: Vec<usize>,
    /// Indexes of the tokens with meaning.
    significant: Vec<usize>,
    /// Next entry of `significant`.
    position: usize,
    /// Next token to go into the tree.
    emitted: usize,
    tree: Tree,
    report: Report,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        let Lexed { tokens, faults } = tokenize(text);
        let mut starts = Vec::with_capacity(tokens.len() + 1);
        let mut significant = Vec::with_capacity(tokens.len());
        let mut end = 0;
        for (index, token) in tokens.iter().enumerate() {
            starts.push(end);
            end += token.length as usize;
            if !token.kind.is_trivia() {
                significant.push(index);
            }
        }
        starts.push(end);
        let report = Report::of_faults(text, &starts, &faults);
        Self {
            text,
            tokens,
            starts,
            significant,
            position: 0,
            emitted: 0,
            tree: Tree::new(),
            report,
            depth: 0,
        }
    }

    fn finish(self) -> Parse {
        Parse {
            green: self.tree.finish(),
            diagnostics: self.report.finish(),
        }
    }

    fn token(&self, ahead: usize) -> Option<&Token> {
        let index = self.significant.get(self.position + ahead)?;
        self.tokens.get(*index)
    }

    /// Kind of the next token with meaning.
    pub fn kind(&self) -> SyntaxKind {
        self.nth(0)
    }

    /// Kind of the token `ahead` tokens after the next one.
    pub fn nth(&self, ahead: usize) -> SyntaxKind {
        self.token(ahead)
            .map_or(SyntaxKind::End, |token| token.kind)
    }

    /// Class of a word; `None` for other tokens.
    pub fn class(&self, ahead: usize) -> Option<Class> {
        let token = self.token(ahead)?;
        (token.kind == SyntaxKind::Word).then_some(token.class)
    }

    /// How the keyword `ahead` binds operands.
    pub fn infix(&self, ahead: usize) -> Infix {
        self.token(ahead).map_or(Infix::None, |token| token.infix)
    }

    /// Text of the token `ahead` tokens after the next one; empty at the end.
    pub fn nth_text(&self, ahead: usize) -> &'t str {
        match self.significant.get(self.position + ahead) {
            Some(&index) => &self.text[self.starts[index]..self.starts[index + 1]],
            None => "",
        }
    }

    /// Text of the next token.
    pub fn word(&self) -> &'t str {
        self.nth_text(0)
    }

    pub fn at(&self, kind: SyntaxKind) -> bool {
        self.kind() == kind
    }

    pub fn at_word(&self, word: &str) -> bool {
        self.nth_is_word(0, word)
    }

    pub fn nth_is_word(&self, ahead: usize, word: &str) -> bool {
        self.nth(ahead) == SyntaxKind::Word && self.nth_text(ahead) == word
    }

    pub fn at_any_word(&self, words: &[&str]) -> bool {
        self.kind() == SyntaxKind::Word && words.contains(&self.word())
    }

    /// Whether the token `ahead` tokens on follows its predecessor without a gap.
    pub fn is_adjacent(&self, ahead: usize) -> bool {
        match (
            self.significant.get(self.position + ahead),
            (self.position + ahead).checked_sub(1),
        ) {
            (Some(&index), Some(before)) => self.significant[before] + 1 == index,
            _ => false,
        }
    }

    /// How many tokens from here on, without gaps, make up a text such as `-->`; 0 when they do not.
    pub fn joined(&self, text: &str) -> usize {
        let mut rest = text;
        for ahead in 0..text.len() {
            if ahead > 0 && !self.is_adjacent(ahead) {
                return 0;
            }
            match rest.strip_prefix(self.nth_text(ahead)) {
                Some("") => return ahead + 1,
                Some(tail) if tail.len() < rest.len() => rest = tail,
                _ => return 0,
            }
        }
        0
    }

    /// Place of the next token; an empty range at the end of the text.
    pub fn range(&self) -> Range<usize> {
        match self.significant.get(self.position) {
            Some(&index) => self.starts[index]..self.starts[index + 1],
            None => self.text.len()..self.text.len(),
        }
    }

    /// End of the token before the next one.
    fn end_before(&self) -> usize {
        let before = self.position.checked_sub(1);
        before.map_or(0, |before| self.starts[self.significant[before] + 1])
    }

    /// How many tokens with meaning have been passed; grows with every [`Parser::bump`].
    pub fn progress(&self) -> usize {
        self.position
    }

    /// Whether nothing is open around this place.
    pub fn is_outermost(&self) -> bool {
        self.depth <= 1
    }

    /// Whether this is a statement of the query itself, not of a function.
    pub fn is_top(&self) -> bool {
        self.depth == 0
    }

    /// Puts the next token into the tree.
    pub fn bump(&mut self) {
        if self.position < self.significant.len() {
            self.emit_trivia();
            self.emit_one();
            self.position += 1;
        }
    }

    /// Puts the next `count` tokens into the tree.
    pub fn bump_all(&mut self, count: usize) {
        for _ in 0..count {
            self.bump();
        }
    }

    pub fn eat(&mut self, kind: SyntaxKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    pub fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.bump();
        }
        found
    }

    pub fn start(&mut self, kind: SyntaxKind) {
        self.emit_trivia();
        self.tree.start(kind);
    }

    /// Opens the root node, which holds leading blanks and comments too.
    pub fn start_root(&mut self) {
        self.tree.start(SyntaxKind::Root);
    }

    pub fn start_at(&mut self, checkpoint: Checkpoint, kind: SyntaxKind) {
        self.tree.start_at(checkpoint, kind);
    }

    pub fn end(&mut self) {
        self.tree.end();
    }

    /// Closes the root with all that is left.
    pub fn end_root(&mut self) {
        while self.emitted < self.tokens.len() {
            self.emit_one();
        }
        self.tree.end();
    }

    pub fn checkpoint(&mut self) -> Checkpoint {
        self.emit_trivia();
        self.tree.checkpoint()
    }

    /// Whether another operator may go on top of what stands since a checkpoint.
    pub fn may_grow(&self, checkpoint: Checkpoint) -> bool {
        self.tree.height_since(checkpoint) < MAX_CHAIN
    }

    /// Runs `inner` one level deeper; beyond [`MAX_DEPTH`] the bracketed text is skipped and reported.
    /// Says what `inner` says.
    pub fn nested(&mut self, inner: impl FnOnce(&mut Self) -> bool) -> bool {
        if self.depth == MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            self.report("RS1003", message, Some("move a part into a `let`"));
            self.skip_until(|parser| {
                matches!(
                    parser.kind(),
                    SyntaxKind::RightParen | SyntaxKind::RightBracket | SyntaxKind::RightBrace
                )
            });
            return true;
        }
        self.depth += 1;
        let found = inner(self);
        self.depth -= 1;
        found
    }

    /// Wraps tokens into an error node up to a token at which `stop` holds outside of brackets.
    pub fn skip_until(&mut self, stop: impl Fn(&Self) -> bool) {
        let mut open = 0_usize;
        if self.at(SyntaxKind::End) || stop(self) {
            return;
        }
        self.start(SyntaxKind::Error);
        while !self.at(SyntaxKind::End) && (open > 0 || !stop(self)) {
            match self.kind() {
                SyntaxKind::LeftParen | SyntaxKind::LeftBracket | SyntaxKind::LeftBrace => {
                    open += 1
                }
                SyntaxKind::RightParen | SyntaxKind::RightBracket | SyntaxKind::RightBrace => {
                    open = open.saturating_sub(1);
                }
                _ => {}
            }
            self.bump();
        }
        self.end();
    }

    fn emit_trivia(&mut self) {
        let next = self
            .significant
            .get(self.position)
            .copied()
            .unwrap_or(self.tokens.len());
        // At the end of the text the rest belongs to the root.
        if next < self.tokens.len() {
            while self.emitted < next {
                self.emit_one();
            }
        }
    }

    fn emit_one(&mut self) {
        let index = self.emitted;
        let text = &self.text[self.starts[index]..self.starts[index + 1]];
        self.tree.token(self.tokens[index].kind, text);
        self.emitted += 1;
    }
}
