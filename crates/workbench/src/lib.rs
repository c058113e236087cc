//! The session that the page and the command line both drive.

pub mod protocol;
