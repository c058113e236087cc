//! KQL text to a lossless, error-tolerant syntax tree and back.
//!
//! [`parse`] never fails: it returns a tree that prints back byte for byte, and diagnostics with their
//! places. Names, types and data are other crates' work.

mod apart;
pub mod ast;
mod diagnostic;
pub mod fold;
pub mod format;
mod grammar;
pub mod highlight;
mod keywords;
mod lexer;
pub mod literal;
mod parser;
pub mod syntax_kind;
pub mod text;

pub use apart::apart;
pub use diagnostic::{Diagnostic, Repair};
pub use parser::{MAX_CHAIN, MAX_DEPTH, MAX_DIAGNOSTICS, MAX_LENGTH, Parse, parse};
pub use syntax_kind::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};
