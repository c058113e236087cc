//! Keeps the work in the browser, so that a reload, a crash or an update of the page loses nothing. Each tab
//! has a workspace of its own; `web/js/keep.js` holds them in IndexedDB.

use std::collections::BTreeMap;

use js_sys::{Array, Reflect};
use serde::{Deserialize, Serialize};
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
        pub fn drafts(id: &str) -> Result<String, JsValue>;
        #[wasm_bindgen(catch, js_name = saveDrafts)]
        pub fn save_drafts(id: &str, drafts: &str) -> Result<(), JsValue>;
        #[wasm_bindgen(catch)]
        pub async fn usage() -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_name = clearAll)]
        pub async fn clear_all(offline: bool) -> Result<(), JsValue>;
        #[wasm_bindgen(catch)]
        pub async fn aside() -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch)]
        pub async fn forget(id: &str) -> Result<(), JsValue>;
    }
}

/// End of the id of work that was put aside; `web/js/keep.js` never opens it by itself.
const ASIDE: &str = "-aside";

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
    /// Whether the work that this tab would have opened is open in another one.
    pub elsewhere: bool,
}

/// Work that stopped the page and was put aside.
#[derive(Clone, PartialEq)]
pub struct Aside {
    /// Its name in the browser's store.
    pub id: String,
    /// When it was put aside, ISO 8601.
    pub saved: String,
    /// The work.
    pub journal: Journal,
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
        elsewhere: member("elsewhere").is_truthy(),
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

/// What is being written and not yet taken into the work.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Drafts {
    /// The query in Hunt, when it differs from the first one.
    pub hunt: Option<String>,
    /// Converted queries that are being edited, by rule key.
    pub queries: BTreeMap<String, String>,
}

/// Drafts of a workspace.
pub fn drafts(id: &str) -> Drafts {
    let text = keep::drafts(id).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Notes drafts; done when it returns, so that the page can be left.
pub fn save_drafts(id: &str, drafts: &Drafts) {
    let text = match *drafts == Drafts::default() {
        true => String::new(),
        false => serde_json::to_string(drafts).unwrap_or_default(),
    };
    if !id.is_empty() {
        // Where nothing is kept, the page says so already.
        let _ = keep::save_drafts(id, &text);
    }
}

/// Bytes that the browser holds for this page.
pub async fn usage() -> Option<f64> {
    keep::usage().await.ok()?.as_f64()
}

/// Work that was put aside, the last one first; none where the browser keeps nothing.
pub async fn aside() -> Vec<Aside> {
    let found = keep::aside().await.unwrap_or_default();
    let one = |found: JsValue| {
        let text = |name: &str| Reflect::get(&found, &name.into()).ok()?.as_string();
        Some(Aside {
            id: text("id")?,
            saved: text("saved")?,
            journal: serde_json::from_str(&text("journal")?).ok()?,
        })
    };
    Array::from(&found).iter().filter_map(one).collect()
}

/// A name for work of this workspace that is put aside; no two are the same.
pub fn aside_name(workspace: &str) -> String {
    format!("{workspace}-{}{ASIDE}", js_sys::Date::now())
}

/// Forgets work that was put aside.
pub async fn forget(id: &str) {
    // What is not there is forgotten.
    let _ = keep::forget(id).await;
}

/// Removes everything that was kept, the page's own offline copy if wanted, and opens the page anew.
pub async fn clear_all(offline: bool) {
    // What cannot be removed was not kept, and a page always opens again.
    let _ = keep::clear_all(offline).await;
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}
