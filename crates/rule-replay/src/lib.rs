//! Runs analytics rules on logs as Sentinel would: window, trigger, entities, and why.
//!
//! Time is an input everywhere. What Microsoft does not document is stated where it is decided.

pub mod backtest;
pub mod chart;
pub mod cut;
pub mod entities;
mod notes;
pub mod outcome;
pub mod prepared;
mod probe;
pub mod replay;
pub mod rule_tests;
pub mod timeline;
pub mod times;
mod verdict;
pub mod what_if;
pub mod why;
pub mod window;
pub mod words;

pub use outcome::{Failure, Outcome};
pub use prepared::{LastBound, Tables, catalog};
pub use replay::{replay, replay_again};
