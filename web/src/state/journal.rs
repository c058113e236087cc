//! Keeps the journal in the browser, so that a reload or a crash loses no rule and no decision.

use web_sys::Storage;
use workbench::protocol::Journal;

const KEY: &str = "rulesmith.journal.1";

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The stored journal; an empty one when there is none or it cannot be read.
pub fn load() -> Journal {
    storage()
        .and_then(|storage| storage.get_item(KEY).ok()?)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Stores the journal; false when the browser has no room or does not allow it.
pub fn save(journal: &Journal) -> bool {
    let text = serde_json::to_string(journal).unwrap_or_default();
    storage().is_some_and(|storage| storage.set_item(KEY, &text).is_ok())
}
