//! Helpers shared by the cross-crate suites.

pub mod rendered;
