//! What must hold for any bytes that a user may load or type. Each target is a function of bytes that panics
//! when it does not hold; a fuzzer and the smoke test call the same functions.

pub mod mutate;
pub mod seeds;
mod targets;

pub use targets::{Target, target, targets};
