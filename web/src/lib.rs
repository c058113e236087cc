//! What page and worker share: the envelopes around the messages, and text cut into marked pieces.

pub mod messages;
pub mod segments;
