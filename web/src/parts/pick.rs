//! Reading a file that was chosen in a field.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, HtmlInputElement};

/// Reads the file that was chosen as text, and hands over its name and text. The same file can be chosen
/// again afterwards.
pub fn picked(event: &Event, then: impl FnOnce(String, String) + 'static) {
    let input = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let file = input
        .as_ref()
        .and_then(HtmlInputElement::files)
        .and_then(|files| files.get(0));
    let Some(file) = file else { return };
    spawn_local(async move {
        let text = JsFuture::from(file.text()).await.ok();
        if let Some(text) = text.and_then(|text| text.as_string()) {
            then(file.name(), text);
        }
        if let Some(input) = input {
            input.set_value("");
        }
    });
}
