//! Conversion of rules from one Azure resource type to another, as explained edits.
//!
//! Edits are made at syntax nodes, never at text matches. Knows no browser and no log data.

pub mod edit;
