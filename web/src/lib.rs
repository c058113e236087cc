//! What page and worker are made of and tests reach: the envelopes around the messages, files in chunks,
//! text cut into marked pieces.

pub mod chunks;
pub mod messages;
pub mod segments;
