//! A file to download.

use serde::{Deserialize, Serialize};

/// A file to download.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportFile {
    /// Suggested name.
    pub name: String,
    /// MIME type.
    pub mime: String,
    /// Content.
    pub text: String,
    /// Command that deploys it; empty for formats that are not deployed by command.
    pub command: String,
}
