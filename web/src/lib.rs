//! What the page is made of and tests reach: the envelopes around the messages, text cut into pieces, where a
//! table is scrolled to.

pub mod prose;
pub mod scrolling;
pub mod segments;

pub use workbench::messages;
