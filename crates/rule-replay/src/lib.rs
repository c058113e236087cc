//! Runs analytics rules on logs as Sentinel would.

pub mod window;
