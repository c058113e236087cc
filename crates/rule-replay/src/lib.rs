//! Runs analytics rules on logs as Sentinel would.
