//! Questions that change nothing, and their answers. A place of the page that needs more than the view
//! holds asks for it here; each capability has its question and its answer, defined in a file of its own.

use serde::{Deserialize, Serialize};

use super::{CellPage, ExportFile, GridFile, GridQuery};

/// What a place of the page asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Question {
    /// A page of rows of a table; answered by [`Answer::Grid`].
    Grid(GridQuery),
    /// Rows of a table as a file; answered by [`Answer::File`].
    GridFile(GridFile),
}

/// What it is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// A page of rows.
    Grid(CellPage),
    /// A file to download.
    File(ExportFile),
}
