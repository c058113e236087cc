//! Envelopes of the messages between page and worker.

use serde::{Deserialize, Serialize};

use crate::protocol::{Progress, Reply, Request};

/// A request with a number, which its answer repeats.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// Number of the request.
    pub number: u32,
    /// The request.
    pub request: Request,
    /// Address of an object that is there while the answer is wanted.
    pub wanted: Option<String>,
}

/// Member of a message that carries files: an array of `File` handles, whose bytes are not copied. Beside
/// it stands [`NUMBER`]. The answer is a [`Reply`] of the whole view.
pub const FILES: &str = "files";
/// Member with the number of a message that carries files.
pub const NUMBER: &str = "number";
/// Message that ends the reading of files; what was read of the current one is dropped.
pub const STOP_READING: &str = "stop reading";

/// What the worker says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The worker takes requests from now on.
    Ready,
    /// How far a request has come.
    Progress {
        /// Number of the request.
        number: u32,
        /// How far.
        progress: Progress,
    },
    /// The answer to a request.
    Reply {
        /// Number of the request.
        number: u32,
        /// The answer.
        reply: Box<Reply>,
    },
    /// The worker has stopped; the text is for a bug report.
    Crashed {
        /// What the panic said.
        text: String,
    },
}
