//! One model of a Sentinel analytics rule, and its file formats.
//!
//! One file per format to read and to write. Knows no log data and evaluates no query. A broken file is
//! a list of problems, never a failure of the others.

pub mod bundled;
pub mod duration;
mod problem;
mod read;
pub mod rule;
mod validate;
mod write;
pub mod yaml;

pub use bundled::bundled;
pub use problem::{Finding, Problem, Skipped};
pub use read::{
    MAX_ARCHIVE_ENTRIES, MAX_CALLS, MAX_EXPANDED_BYTES, MAX_EXPRESSION_DEPTH, MAX_FILE_BYTES,
    MAX_TEXT_BYTES, ReadOutcome, read, recognises,
};
pub use validate::validate;
pub use write::{ArmOptions, MAX_TEMPLATE_RULES, deploy_command, write_arm, write_yaml};
