//! Keeps the work in the browser, so that a reload, a crash or an update of the page loses nothing. Each tab
//! has a workspace of its own; `web/js/keep.js` holds them in IndexedDB.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::File;
use workbench::protocol::Journal;

mod keep {
    use super::*;

    #[wasm_bindgen(module = "/js/keep.js")]
    extern "C" {
        #[wasm_bindgen(catch)]
        pub async fn open() -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch)]
        pub async fn save(
            id: &str,
            journal: &str,
            keeps_logs: bool,
            saved: f64,
        ) -> Result<(), JsValue>;
        #[wasm_bindgen(catch, js_name = saveFiles)]
        pub async fn save_files(id: &str, files: Array) -> Result<(), JsValue>;
        #[wasm_bindgen(catch)]
        pub async fn usage() -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_name = clearAll)]
        pub async fn clear_all() -> Result<(), JsValue>;
    }
}

/// End of the id of work that was put aside; `web/js/keep.js` never opens it by itself.
pub const ASIDE: &str = "-aside";

/// What was kept of this tab's work.
#[derive(Clone, Default)]
pub struct Workspace {
    /// Its name among those of other tabs; empty when the browser keeps nothing.
    pub id: String,
    /// Rules, decisions, names of logs.
    pub journal: Journal,
    /// Whether the user wants log files to be kept.
    pub keeps_logs: bool,
    /// The log files that were kept.
    pub files: Vec<File>,
}

/// Opens this tab's workspace; an empty one when there is none or it cannot be read.
pub async fn open() -> Workspace {
    let Ok(found) = keep::open().await else {
        return Workspace::default();
    };
    let member = |name: &str| Reflect::get(&found, &name.into()).unwrap_or_default();
    let text = member("journal").as_string().unwrap_or_default();
    let files = Array::from(&member("files"));
    Workspace {
        id: member("id").as_string().unwrap_or_default(),
        journal: serde_json::from_str(&text).unwrap_or_default(),
        keeps_logs: member("keepsLogs").is_truthy(),
        files: files
            .iter()
            .filter_map(|file| file.dyn_into().ok())
            .collect(),
    }
}

/// Stores the journal; false when the browser has no room or does not allow it.
pub async fn save(id: &str, journal: &Journal, keeps_logs: bool) -> bool {
    let Ok(text) = serde_json::to_string(journal) else {
        return false;
    };
    // When it was saved orders workspaces; no result depends on it.
    !id.is_empty()
        && keep::save(id, &text, keeps_logs, js_sys::Date::now())
            .await
            .is_ok()
}

/// Stores log files in place of those kept before; false when the browser has no room for them.
pub async fn save_files(id: &str, files: &[File]) -> bool {
    let files: Array = files.iter().collect();
    !id.is_empty() && keep::save_files(id, files).await.is_ok()
}

/// Bytes that the browser holds for this page.
pub async fn usage() -> Option<f64> {
    keep::usage().await.ok()?.as_f64()
}

/// Removes everything that was kept and opens the page anew, once the user confirmed it.
pub async fn clear_all() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let question = "Remove all rules, decisions, tests and log files that this page keeps in this browser? This cannot be taken back.";
    if window.confirm_with_message(question) != Ok(true) {
        return;
    }
    // What cannot be removed was not kept, and a page always opens again.
    let _ = keep::clear_all().await;
    let _ = window.location().reload();
}
