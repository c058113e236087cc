//! The rule set file: rules with the state of their edits, and the tests that travel with them.
//!
//! One JSON document, described in `docs/rule-set.md`. Reading is strict about what this version knows;
//! members of a later minor version are kept and written back. Nothing of a file is applied by reading it.

mod file;
mod make;
mod read;
mod rules;
mod tests;
mod way;

pub use file::{
    EditState, HandEdit, Provenance, RuleSet, RuleSource, SetRule, VERSION_MAJOR, VERSION_MINOR,
    version,
};
pub use make::Wanted;
pub use make::{of_rules, samples_as_tests};
pub(crate) use make::{source, states};
pub use read::{MAX_RULE_SET_BYTES, MAX_RULES, MAX_TESTS, is_rule_set, lacks_version, read};
pub use tests::{repeated_names, run_tests, update};
pub use way::SetWay;
