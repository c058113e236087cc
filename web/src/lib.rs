//! What the page is made of and tests reach: the envelopes around the messages, text cut into pieces.

pub mod prose;
pub mod segments;

pub use workbench::messages;
