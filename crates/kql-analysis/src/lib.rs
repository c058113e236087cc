//! Names, types, function registry and query plans for KQL.
//!
//! Turns a syntax tree and the schemas of the tables around it into a [`plan::Query`], or into
//! diagnostics that say what is wrong and where. Knows no data and no files.

mod bind;
mod catalog;
pub mod check;
mod columns;
pub mod complete;
mod context;
pub mod decimal;
mod diagnostic;
pub mod editor;
pub mod hover;
pub mod interrupt;
pub mod name;
pub mod order;
pub mod plan;
pub mod registry;
pub mod render;
pub mod shed;
pub mod stored;
pub mod tables;
pub mod text;
pub mod time;
pub mod types;
pub mod value;

pub use bind::{
    Bound, MAX_CALLS, MAX_ERRORS, MAX_INLINING, MAX_LATE, MAX_NAMED, MAX_STAR_TESTS, bind,
};
pub use catalog::{Catalog, nearest};
pub use diagnostic::{Diagnostic, Severity};
