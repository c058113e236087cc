//! The machinery below the grammar: a position in the tokens, the tree under construction, errors.
//!
//! Recursion is bounded by [`MAX_DEPTH`], the length of left-leaning chains by [`MAX_CHAIN`], the text by
//! [`MAX_LENGTH`]. What lies beyond is kept in the tree as it stands and reported.

use std::ops::Range;

use rowan::{Checkpoint, GreenNode, GreenNodeBuilder, Language};

use crate::ast;
use crate::diagnostic::Diagnostic;
use crate::grammar;
use crate::lexer::{Token, tokenize};
use crate::syntax_kind::{Kql, SyntaxKind, SyntaxNode};

/// Deepest nesting of expressions, queries and brackets.
pub const MAX_DEPTH: usize = 128;
/// Most operators of one chain such as `a + b + c`; `and` and `or` have no such limit.
pub const MAX_CHAIN: usize = 400;
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
    let mut builder = GreenNodeBuilder::new();
    builder.start_node(Kql::kind_to_raw(SyntaxKind::Root));
    builder.token(Kql::kind_to_raw(SyntaxKind::Unknown), text);
    builder.finish_node();
    let diagnostic = Diagnostic {
        code: "RS1000",
        message: format!("the text is longer than {MAX_LENGTH} bytes"),
        hint: Some("split the query".to_owned()),
        range: 0..text.len(),
    };
    Parse {
        green: builder.finish(),
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
    builder: GreenNodeBuilder<'static>,
    diagnostics: Vec<Diagnostic>,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        let tokens = tokenize(text);
        let mut starts = Vec::with_capacity(tokens.len() + 1);
        let mut end = 0;
        for token in &tokens {
            starts.push(end);
            end += token.length;
        }
        starts.push(end);
        let significant = (0..tokens.len())
            .filter(|&index| !tokens[index].kind.is_trivia())
            .collect();
        Self {
            text,
            tokens,
            starts,
            significant,
            position: 0,
            emitted: 0,
            builder: GreenNodeBuilder::new(),
            diagnostics: Vec::new(),
            depth: 0,
        }
    }

    fn finish(mut self) -> Parse {
        self.diagnostics
            .sort_by_key(|diagnostic| diagnostic.range.start);
        Parse {
            green: self.builder.finish(),
            diagnostics: self.diagnostics,
        }
    }

    /// Kind of the next token with meaning.
    pub fn kind(&self) -> SyntaxKind {
        self.nth(0)
    }

    /// Kind of the token `ahead` tokens after the next one.
    pub fn nth(&self, ahead: usize) -> SyntaxKind {
        self.significant
            .get(self.position + ahead)
            .map_or(SyntaxKind::End, |&index| self.tokens[index].kind)
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

    /// Place of the next token; an empty range behind the last one at the end.
    pub fn range(&self) -> Range<usize> {
        match self.significant.get(self.position) {
            Some(&index) => self.starts[index]..self.starts[index + 1],
            None => {
                let end = self
                    .significant
                    .last()
                    .map_or(0, |&last| self.starts[last + 1]);
                end..end
            }
        }
    }

    /// How many tokens with meaning have been passed; grows with every [`Parser::bump`].
    pub fn progress(&self) -> usize {
        self.position
    }

    /// Puts the next token into the tree.
    pub fn bump(&mut self) {
        if self.position < self.significant.len() {
            self.emit_trivia();
            self.emit_one();
            self.position += 1;
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

    /// Takes a token or reports that it is missing.
    pub fn expect(&mut self, kind: SyntaxKind, what: &str) -> bool {
        let found = self.eat(kind);
        if !found {
            self.expected(what);
        }
        found
    }

    pub fn expect_word(&mut self, word: &str) -> bool {
        let found = self.eat_word(word);
        if !found {
            self.expected(&format!("`{word}`"));
        }
        found
    }

    pub fn start(&mut self, kind: SyntaxKind) {
        self.emit_trivia();
        self.builder.start_node(Kql::kind_to_raw(kind));
    }

    /// Opens the root node, which holds leading blanks and comments too.
    pub fn start_root(&mut self) {
        self.builder.start_node(Kql::kind_to_raw(SyntaxKind::Root));
    }

    pub fn start_at(&mut self, checkpoint: Checkpoint, kind: SyntaxKind) {
        self.builder
            .start_node_at(checkpoint, Kql::kind_to_raw(kind));
    }

    pub fn end(&mut self) {
        self.builder.finish_node();
    }

    /// Closes the root with all that is left.
    pub fn end_root(&mut self) {
        while self.emitted < self.tokens.len() {
            self.emit_one();
        }
        self.builder.finish_node();
    }

    pub fn checkpoint(&mut self) -> Checkpoint {
        self.emit_trivia();
        self.builder.checkpoint()
    }

    /// Reports that `what` is missing at the next token.
    pub fn expected(&mut self, what: &str) {
        let found = match self.kind() {
            SyntaxKind::End => "the end of the query".to_owned(),
            SyntaxKind::Unknown
                if self
                    .word()
                    .starts_with(['"', '\'', '@', 'h', 'H', '`', '~']) =>
            {
                return self.report(
                    "RS1002",
                    "the string is not closed",
                    Some("add the closing quote"),
                );
            }
            _ => format!("`{}`", shorten(self.word())),
        };
        self.report("RS1001", &format!("expected {what}, found {found}"), None);
    }

    /// Reports an error at the next token; a second one at the same place is dropped.
    pub fn report(&mut self, code: &'static str, message: &str, hint: Option<&str>) {
        let range = self.range();
        let repeated = self.diagnostics.iter().any(|known| known.range == range);
        if repeated || self.diagnostics.len() >= MAX_DIAGNOSTICS {
            return;
        }
        let hint = hint.map(str::to_owned);
        self.diagnostics.push(Diagnostic {
            code,
            message: message.to_owned(),
            hint,
            range,
        });
    }

    /// Runs `inner` one level deeper; beyond [`MAX_DEPTH`] the bracketed text is skipped and reported.
    pub fn nested(&mut self, inner: impl FnOnce(&mut Self)) {
        if self.depth == MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            self.report("RS1003", &message, Some("move a part into a `let`"));
            self.skip_until(|parser| {
                matches!(
                    parser.kind(),
                    SyntaxKind::RightParen | SyntaxKind::RightBracket | SyntaxKind::RightBrace
                )
            });
            return;
        }
        self.depth += 1;
        inner(self);
        self.depth -= 1;
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

    /// Index of the token behind the bracket that closes the one at `ahead`, counted from the next token.
    pub fn after_brackets(&self, ahead: usize) -> Option<usize> {
        let mut open = 0_usize;
        let mut index = ahead;
        loop {
            match self.nth(index) {
                SyntaxKind::End | SyntaxKind::Semicolon
                    if open == 1 || self.nth(index) == SyntaxKind::End =>
                {
                    return None;
                }
                SyntaxKind::LeftParen => open += 1,
                SyntaxKind::RightParen if open <= 1 => return Some(index + 1),
                SyntaxKind::RightParen => open -= 1,
                _ => {}
            }
            index += 1;
        }
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
        self.builder
            .token(Kql::kind_to_raw(self.tokens[index].kind), text);
        self.emitted += 1;
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
