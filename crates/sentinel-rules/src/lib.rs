//! One model of a Sentinel analytics rule, and its file formats.
//!
//! One file per format to read and to write. Knows no log data and evaluates no query.

pub mod duration;
pub mod rule;
