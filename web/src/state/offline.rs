//! Working without a network: the service worker, newer versions, addresses of the page's own files.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

mod script {
    use super::*;

    #[wasm_bindgen(module = "/js/offline.js")]
    extern "C" {
        #[wasm_bindgen(catch)]
        pub async fn register(waiting: &js_sys::Function) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch)]
        pub async fn update() -> Result<JsValue, JsValue>;
        pub fn address(name: &str) -> String;
        #[wasm_bindgen(js_name = loadTheRest)]
        pub fn load_the_rest();
    }
}

/// A signal that becomes true when a newer version of the page is ready.
pub fn newer_version() -> RwSignal<bool> {
    let newer = RwSignal::new(false);
    let waiting = Closure::<dyn FnMut()>::new(move || newer.set(true));
    spawn_local(async move {
        // Without a service worker the page works as long as it can be loaded.
        let _ = script::register(waiting.as_ref().unchecked_ref()).await;
        // The browser may tell of a newer version at any time.
        waiting.forget();
    });
    newer
}

/// Loads in the background what the first use does not need. To be called with every answer; only the first counts.
pub fn load_the_rest() {
    script::load_the_rest();
}

/// Takes the newer version.
pub fn update() {
    spawn_local(async {
        // What cannot be updated stays as it is.
        let _ = script::update().await;
    });
}

/// The address of a file that the page starts, such as its worker.
pub fn file_address(name: &str) -> String {
    script::address(name)
}
