//! The size of what a browser downloads, against its budget.

use crate::command::run;
use crate::page;

/// Prints the compressed size of every file of the release folder; false when the budget of
/// `web/download-budget.json` is passed.
pub fn is_within_budget() -> Result<bool, String> {
    let folder = page::dist();
    run(
        "node",
        &["web/download-size.mjs", &folder.to_string_lossy()],
    )
}
