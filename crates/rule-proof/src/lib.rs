//! Whether a converted rule means the same as the original, and what differs between two versions of a rule.
//!
//! [`prove`] carries logs of one kind of resource to the other ([`carry`]), runs the original on the log and
//! the converted rule on the carried log, and compares what they do; a difference is shrunk to the fewest
//! rows that show it. [`diff`] tells how two versions differ in their text, their results and their
//! incidents. The same rules, logs and seed give the same answer everywhere.

mod bounds;
pub mod carry;
mod cases;
mod climb;
pub mod compare;
mod context;
mod coverage;
pub mod diff;
mod example;
mod expected;
mod findings;
mod focus;
mod generate;
mod log;
mod logs;
mod made_of;
mod mixed;
mod names;
mod pair;
mod pairing;
mod paths;
pub mod prove;
mod reading;
mod schedule;
mod shrink;
pub mod text;
mod timelines;
pub mod verdict;
mod walk;
mod widened;

pub use pair::{CannotRun, Side};
pub use pairing::{Paired, Pairing, nothing_to_prove, pair_up, to_prove};
pub use prove::{Input, MAX_CASES, Settings, prove};
pub use shrink::MAX_TRIALS;
pub use verdict::{Proof, Verdict};
pub use widened::{Widened, prove_widened};
