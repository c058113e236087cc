//! What the page is made of and tests reach: the envelopes around the messages, text cut into marked pieces.

pub mod segments;

pub use workbench::messages;
