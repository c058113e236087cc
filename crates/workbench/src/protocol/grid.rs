//! Rows of a table, page by page, sorted and filtered.

use serde::{Deserialize, Serialize};

/// Rows that a place of the page wants to show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridQuery {
    /// The table.
    pub source: GridSource,
    /// Column to sort by and whether the largest come first; the table's own order when absent.
    pub sort: Option<(String, bool)>,
    /// Text that a cell of the row must contain, in any case; all rows when empty.
    pub filter: String,
    /// First row, from 0, of the sorted and filtered ones.
    pub first: usize,
    /// Number of rows.
    pub count: usize,
    /// Columns that are shown or hidden against the default; cells of hidden ones are not sent.
    pub turned: Vec<String>,
    /// The shown columns whose cells are sent, by their places among those: from the first to before the last. All
    /// when absent.
    pub sight: Option<(usize, usize)>,
}

/// A table of the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum GridSource {
    /// Rows of a loaded log, by its key.
    Log(String),
    /// Result of the original rule, by the rule's key.
    Original(String),
    /// Result of the converted rule, by the rule's key.
    Converted(String),
    /// Result of the last query over the logs.
    Hunt,
}

/// A page of rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CellPage {
    /// The columns.
    pub columns: Vec<GridColumn>,
    /// Rows of the table.
    pub total: usize,
    /// Rows that pass the filter.
    pub matched: usize,
    /// Place of the first row of this page among them.
    pub first: usize,
    /// Place of each row in the table, from 0.
    pub numbers: Vec<u32>,
    /// Number of shown columns before those that have cells here.
    pub before: usize,
    /// Cells of shown columns, or of those in sight, as text; `None` is null.
    pub rows: Vec<Vec<Option<String>>>,
}

/// A column of a grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridColumn {
    /// Name.
    pub name: String,
    /// KQL type.
    pub ty: String,
    /// Whether any row of the table has a value in it.
    pub filled: bool,
}

/// A table to write to a file, sorted and filtered as it is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GridFile {
    /// The rows; `first` and `count` are not used.
    pub query: GridQuery,
    /// Columns to write, in order; all when empty.
    pub columns: Vec<String>,
    /// `csv` or `json`.
    pub format: String,
}
