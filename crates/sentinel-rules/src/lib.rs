//! One model of a Sentinel analytics rule, and its file formats.
//!
//! One file per format to read and to write. Knows no log data and evaluates no query. A broken file is
//! a list of problems, never a failure of the others.

pub mod bundled;
mod difference;
pub mod duration;
mod problem;
mod read;
pub mod rule;
pub mod tactics;
mod validate;
mod write;
pub mod yaml;

pub use bundled::bundled;
pub use difference::{Difference, LineChange, MAX_COMPARED_LINES, differences};
pub use problem::{Finding, Problem, Skipped};
pub use read::{
    MAX_ARCHIVE_ENTRIES, MAX_CALLS, MAX_EXPANDED_BYTES, MAX_EXPRESSION_DEPTH, MAX_FILE_BYTES,
    MAX_TEXT_BYTES, ReadOutcome, read, recognises,
};
pub use validate::{MAX_DETAILS, MAX_IDENTIFIERS, MAX_MAPPINGS, validate};
pub use write::{
    ArmOptions, Automation, MAX_TEMPLATE_BYTES, MAX_TEMPLATE_RULES, Owner, PackageText,
    deploy_command, file_stem, read_automation, write_arm, write_automation, write_bicep,
    write_package, write_terraform, write_yaml,
};
