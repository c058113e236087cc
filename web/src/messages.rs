//! Envelopes of the messages between page and worker.

use serde::{Deserialize, Serialize};
use workbench::protocol::{Progress, Reply, Request};

/// A request with a number, which its answer repeats.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// Number of the request.
    pub number: u32,
    /// The request.
    pub request: Request,
}

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
