//! The tree under construction.
//!
//! It does what rowan's own builder does, without a table of all nodes that it looks each one up in: a small
//! store of tokens seen lately shares most of the blanks, punctuation and keywords for far less.

use rowan::{GreenNode, GreenToken, Language, NodeOrToken};

use crate::syntax_kind::{Kql, SyntaxKind};

/// A place among the children of the open node, at which a node can be opened later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checkpoint(usize);

/// How many tokens are kept for sharing; a power of two.
const RECENT: usize = 256;
/// Longest token that is shared, in bytes.
const MAX_SHARED: usize = 24;

/// Nodes that are open, and the finished children of all of them.
#[derive(Debug)]
pub(super) struct Tree {
    open: Vec<(SyntaxKind, usize)>,
    children: Vec<NodeOrToken<GreenNode, GreenToken>>,
    /// How many levels of nodes each of `children` has.
    heights: Vec<u32>,
    recent: Vec<Option<GreenToken>>,
}

impl Tree {
    /// An empty tree for a text of about so many tokens.
    pub fn new() -> Self {
        Self {
            open: Vec::with_capacity(32),
            children: Vec::with_capacity(64),
            heights: Vec::with_capacity(64),
            recent: vec![None; RECENT],
        }
    }

    /// Opens a node.
    pub fn start(&mut self, kind: SyntaxKind) {
        self.open.push((kind, self.children.len()));
    }

    /// Opens a node that holds all since a checkpoint.
    pub fn start_at(&mut self, checkpoint: Checkpoint, kind: SyntaxKind) {
        let first = checkpoint.0.min(self.children.len());
        self.open.push((kind, first));
    }

    /// The place behind the last child.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint(self.children.len())
    }

    /// Closes the node that was opened last.
    pub fn end(&mut self) {
        if let Some((kind, first)) = self.open.pop() {
            let node = GreenNode::new(Kql::kind_to_raw(kind), self.children.drain(first..));
            self.children.push(NodeOrToken::Node(node));
            let inner = self.heights.drain(first..).max().unwrap_or_default();
            self.heights.push(inner + 1);
        }
    }

    /// How many levels the highest of the nodes since a checkpoint has.
    pub fn height_since(&self, checkpoint: Checkpoint) -> u32 {
        let since = self.heights.get(checkpoint.0..).unwrap_or_default();
        since.iter().copied().max().unwrap_or_default()
    }

    /// Adds a token.
    pub fn token(&mut self, kind: SyntaxKind, text: &str) {
        let token = match text.len() <= MAX_SHARED {
            true => self.shared(kind, text),
            false => GreenToken::new(Kql::kind_to_raw(kind), text),
        };
        self.children.push(NodeOrToken::Token(token));
        self.heights.push(0);
    }

    /// A token that was seen lately, or a new one in its place.
    fn shared(&mut self, kind: SyntaxKind, text: &str) -> GreenToken {
        let raw = Kql::kind_to_raw(kind);
        let slot = &mut self.recent[slot(text)];
        match slot {
            Some(known) if known.kind() == raw && known.text() == text => known.clone(),
            _ => slot.insert(GreenToken::new(raw, text)).clone(),
        }
    }

    /// The finished tree.
    pub fn finish(mut self) -> GreenNode {
        while !self.open.is_empty() {
            self.end();
        }
        match self.children.pop() {
            Some(NodeOrToken::Node(root)) => root,
            other => GreenNode::new(Kql::kind_to_raw(SyntaxKind::Root), other),
        }
    }
}

/// Where a token may be kept: by its length and its letters at both ends.
fn slot(text: &str) -> usize {
    let bytes = text.as_bytes();
    let four = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |four| u32::from_le_bytes(*four));
    let mixed = match bytes {
        [first, .., last] if bytes.len() < 4 => u32::from(*first) << 8 | u32::from(*last),
        [only] => u32::from(*only),
        _ => four(bytes.first_chunk()) ^ four(bytes.last_chunk()).rotate_left(13),
    };
    let mixed = (mixed ^ bytes.len() as u32).wrapping_mul(0x9e37_79b1);
    (mixed >> 24) as usize % RECENT
}
