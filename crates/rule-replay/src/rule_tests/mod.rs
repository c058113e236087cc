//! Tests that travel with a rule: rows or a generated log in; alerts, entities and incidents expected.
//!
//! A test is data. It runs as [`crate::timeline`] runs a rule; what it does not state is not compared.

mod differences;
mod input;
mod junit;
mod run;
mod test;
mod written;

pub use differences::Disagreement;
pub use input::{MAX_TEST_ROWS, tables};
pub use junit::junit;
pub use run::{TestOutcome, TestResult, actual, run};
pub use test::{
    Expected, ExpectedAlert, ExpectedEntity, ExpectedIncident, Generated, Input, Revision, RuleTest,
};
