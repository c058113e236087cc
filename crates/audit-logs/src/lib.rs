//! Audit-log and indicator files to typed tables, and sample logs.
//!
//! A file is recognised by its content. A bad line or record is a warning with its number; the rest is
//! kept. Log content is data: it is never run, never a path and never markup.

mod batch;
mod bytes;
mod cell;
mod convert;
mod delimited;
mod document;
mod flatten;
pub mod generate;
mod lines;
mod loaded;
mod loader;
mod names;
mod plan;
mod raw;
mod record;
mod records;
pub mod redact;
mod row;
pub mod schema;
mod stix;
mod stretch;
mod unpack;
pub mod write;

pub use loaded::{LoadError, Loaded, MAX_WARNINGS, Warning};
pub use loader::{Loader, MAX_HELD_BYTES, load};
pub use records::{MAX_COLUMNS, MAX_ROWS};
pub use unpack::MAX_EXPANDED_BYTES;
