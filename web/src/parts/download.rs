//! Taking a text along: as a download, or on the clipboard.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};
use workbench::protocol::ExportFile;

/// Offers a text file for download. Does nothing where the browser refuses.
pub fn download(file: &ExportFile) {
    download_bytes(&file.name, &file.mime, file.text.as_bytes());
}

/// Offers bytes as a file. Does nothing where the browser refuses.
pub fn download_bytes(name: &str, mime: &str, bytes: &[u8]) {
    let _ = offer(name, mime, bytes);
}

fn offer(name: &str, mime: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let properties = BlobPropertyBag::new();
    properties.set_type(mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &properties)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or(JsValue::NULL)?;
    let anchor: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    Url::revoke_object_url(&url)
}

/// A file of a name and its content in base64; none when the content is no base64.
pub fn file_of(name: &str, base64: &str) -> Option<File> {
    let bytes = web_sys::window()?.atob(base64).ok()?;
    // Each letter stands for a byte.
    let bytes: Vec<u8> = bytes.chars().map(|letter| letter as u8).collect();
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
    File::new_with_u8_array_sequence(&parts, name).ok()
}

/// Copies a text and says in `told` whether the browser did it; `what` begins the sentence.
pub fn copy(told: RwSignal<String>, what: &'static str, text: String) {
    spawn_local(async move {
        let clipboard = web_sys::window().map(|window| window.navigator().clipboard());
        let done = match clipboard {
            Some(clipboard) => JsFuture::from(clipboard.write_text(&text)).await.is_ok(),
            None => false,
        };
        told.set(match done {
            true => format!("{what} copied."),
            false => "The browser does not allow copying.".to_owned(),
        });
    });
}
