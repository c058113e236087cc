//! The session that the page and the command line both drive.
//!
//! Holds rules with their conversions, logs, and the chosen time; answers the requests of
//! [`protocol`]. Knows no browser.

mod ask;
mod assume;
mod decisions;
mod everything;
pub mod export;
mod files;
mod grid;
pub mod handover;
mod hunt;
pub mod kusto_script;
mod language;
pub mod links;
mod lints;
mod loaded_log;
mod loaded_rule;
mod made_test;
pub mod messages;
mod origins;
mod problems;
mod proof;
pub mod protocol;
mod reading;
mod replay;
mod restore;
pub mod rule_set;
mod run;
mod samples;
mod session;
mod sets;
mod share;
mod ship;
pub mod undo;
mod view;
mod way;
mod what_if;
mod why;

pub use everything::MAX_EVERYTHING_BYTES;
pub use files::tables;
pub use kql_engine::interrupt;
pub use origins::Origins;
pub use reading::Reading;
pub use rule_convert::counted;
pub use samples::END as SAMPLE_END;
pub use session::{OnProgress, Session};
pub use share::{MAX_ADDRESS_LETTERS, MAX_UNPACKED_BYTES};
