//! One file per command.

pub mod check;
pub mod convert;
pub mod eval;
pub mod export;
pub mod generate;
pub mod query;
pub mod replay;
pub mod rules;
