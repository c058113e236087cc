//! Audit-log and indicator files to typed tables, and sample logs.
//!
//! A file is recognised by its content. A bad line or record is a warning with its number; the rest is
//! kept. Log content is data: it is never run, never a path and never markup.

mod convert;
mod delimited;
mod flatten;
pub mod generate;
mod json;
mod load;
mod open;
mod records;
pub mod schema;
mod stix;
pub mod write;

pub use load::{LoadError, LoadOptions, Loaded, MAX_WARNINGS, Warning, load};
pub use open::{MAX_EXPANDED_BYTES, MAX_FILE_BYTES};
pub use records::{MAX_COLUMNS, MAX_ROWS};
