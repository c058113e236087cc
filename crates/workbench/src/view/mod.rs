//! What the page shows of the session, as plain data.

pub(crate) mod log;
pub(crate) mod outcome;
pub(crate) mod painted;
pub(crate) mod rule;
pub(crate) mod timeline;
