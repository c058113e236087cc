//! What is likely wrong with an analytics rule: findings with stable codes, severities and places.
//!
//! A lint looks at a rule's fields, at the syntax tree of its query and at the bound plan; it runs nothing.
//! It reports only what follows from these and from stated facts, and each lint says why and what to do.
//! Findings are in order of place and the same for the same input.

mod bounds;
mod checks;
mod constants;
mod document;
mod environment;
mod expressions;
mod facts;
mod finding;
mod further;
mod lint;
mod place;
pub mod registry;
mod run;
mod sarif;
mod shared;
mod subject;
mod suppress;
mod words;
mod workspace;

pub use document::page;
pub use environment::Environment;
pub use finding::{Finding, Suppression};
pub use lint::{Level, Lint};
pub use place::Places;
pub use registry::{ALL, by_code};
pub use run::{MAX_FINDINGS, lint, lint_together};
pub use sarif::{Located, sarif};
pub use shared::in_original;
pub use suppress::with_allowance;
