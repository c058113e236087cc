//! Columnar tables and the evaluator of bound KQL queries.

pub mod aggregates;
pub mod builder;
pub mod case;
mod codes;
pub mod column;
mod dictionary;
pub mod error;
mod eval;
pub mod explain;
pub mod figure;
pub mod format;
pub mod functions;
pub mod interrupt;
mod key;
pub mod limits;
mod lists;
mod operators;
pub mod run;
mod sketch;
pub mod step;
pub mod table;
mod time_order;
pub mod windows;

pub use builder::TableBuilder;
pub use codes::Codes;
pub use column::Column;
pub use error::EvalError;
pub use run::{RunOptions, RunResult, run};
pub use table::Table;
pub use time_order::TimeOrder;
pub use windows::{WindowRun, Windows};
