//! Columnar tables and the evaluator of bound KQL queries.

pub mod aggregates;
pub mod builder;
pub mod column;
pub mod error;
pub mod functions;
pub mod limits;
pub mod step;
pub mod table;

pub use builder::TableBuilder;
pub use column::Column;
pub use error::EvalError;
pub use table::Table;
