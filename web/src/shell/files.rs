//! Files from a dialog or dropped anywhere on the page, and text that is pasted outside of a field.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{ClipboardEvent, DragEvent, File, FileList, HtmlInputElement};

use crate::state::Store;

/// Gives the files of a list to the store.
fn add(store: Store, list: Option<FileList>) {
    let files = list.map(|list| {
        let all = (0..list.length()).filter_map(|index| list.get(index));
        all.collect()
    });
    store.add_files(files.unwrap_or_default());
}

/// Id of the field that opens the file dialog.
const FIELD: &str = "files";

/// Opens the file dialog.
pub fn open_dialog() {
    let document = web_sys::window().and_then(|window| window.document());
    let field = document.and_then(|document| document.get_element_by_id(FIELD));
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.click();
    }
}

/// The button that opens the file dialog.
#[component]
pub fn AddFilesButton() -> impl IntoView {
    let store = expect_context::<Store>();
    let chosen = move |event: web_sys::Event| {
        if let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        {
            add(store, input.files());
            // The same file can be chosen again after it was edited.
            input.set_value("");
        }
    };
    view! {
        <button on:click=move |_| open_dialog()>"Add rules or logs…"</button>
        <input id=FIELD type="file" multiple hidden aria-label="Rule and log files" on:change=chosen/>
    }
}

/// Takes rules and logs that are pasted anywhere but in a field, as if they had been dropped.
pub fn hear_pastes(store: Store) {
    let hear = Closure::<dyn FnMut(ClipboardEvent)>::new(move |event: ClipboardEvent| {
        if super::in_field(&event) {
            return;
        }
        let Some(data) = event.clipboard_data() else {
            return;
        };
        event.prevent_default();
        if data.files().is_some_and(|files| files.length() > 0) {
            return add(store, data.files());
        }
        let text = data.get_data("text/plain").unwrap_or_default();
        if text.trim().is_empty() {
            return;
        }
        let parts = js_sys::Array::of1(&text.into());
        // A name of its own keeps a second paste from taking the place of the first.
        let name = store.fresh_name("Pasted text");
        if let Ok(file) = File::new_with_str_sequence(&parts, &name) {
            store.add_files(vec![file]);
        }
    });
    if let Some(window) = web_sys::window() {
        // Listening is always allowed.
        let _ = window.add_event_listener_with_callback("paste", hear.as_ref().unchecked_ref());
    }
    // The closure lives as long as the page.
    hear.forget();
}

/// Takes files that are dropped anywhere.
#[component]
pub fn DropZone(children: Children) -> impl IntoView {
    let store = expect_context::<Store>();
    let over = RwSignal::new(false);
    let drag = move |event: DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let leave = move |event: DragEvent| {
        if event.related_target().is_none() {
            over.set(false);
        }
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        add(store, event.data_transfer().and_then(|data| data.files()));
    };
    view! {
        <div class="page" class:dropping=move || over.get() on:dragover=drag on:dragleave=leave on:drop=drop>
            {children()}
            <div class="drop-hint" aria-hidden="true">"Drop rules, logs or indicators"</div>
        </div>
    }
}
