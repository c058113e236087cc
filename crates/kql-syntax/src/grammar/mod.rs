//! The grammar of KQL, top down: statements, pipelines, operators, expressions.
//!
//! It accepts what Microsoft's parser accepts. Every function takes the parser at the first token of what it
//! reads. One that gives a `bool` says whether it found something; when it did not, the position is where it
//! was and nothing is reported. Loops check progress.

mod calls;
mod expressions;
mod lists;
mod literals;
mod names;
mod operators;
mod parameters;
mod paths;
mod pipeline;
mod properties;
mod source;
mod statements;

use crate::parser::Parser;

pub(crate) use lists::ends_list;
pub(crate) use operators::begins as begins_operator;

/// A whole query text.
pub(crate) fn query(p: &mut Parser<'_>) {
    p.start_root();
    statements::query(p);
    p.end_root();
}
