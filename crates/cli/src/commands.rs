//! One file per command.

pub mod backtest;
pub mod chart;
pub mod check;
pub mod choices;
pub mod compare;
pub mod convert;
pub mod diff;
pub mod eval;
pub mod explain;
pub mod export;
pub mod format;
pub mod generate;
pub mod handover;
pub mod lint;
pub mod prove;
pub mod query;
pub mod redact;
pub mod replay;
pub mod rules;
pub mod ruleset;
pub mod script;
pub mod test;
