//! Helpers shared by the cross-crate suites.

pub mod fuzz;
pub mod rendered;
