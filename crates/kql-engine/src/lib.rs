//! Columnar tables and the evaluator of bound KQL queries.

pub mod aggregates;
pub mod error;
pub mod functions;
pub mod limits;
