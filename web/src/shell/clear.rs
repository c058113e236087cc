//! Clearing everything: asks once, and whether the offline copy of the page goes too.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlDialogElement;

use crate::state::clear_all;

const CLEAR: &str = "clear";

fn dialog() -> Option<HtmlDialogElement> {
    let document = web_sys::window()?.document()?;
    document.get_element_by_id(CLEAR)?.dyn_into().ok()
}

/// Opens the question.
pub fn open_clear() {
    if let Some(dialog) = dialog() {
        // Fails only when it is open already.
        let _ = dialog.show_modal();
    }
}

/// The question.
#[component]
pub fn ClearDialog() -> impl IntoView {
    let offline = RwSignal::new(false);
    let close = move |_| {
        if let Some(dialog) = dialog() {
            dialog.close();
        }
    };
    let clear = move |_| {
        let offline = offline.get_untracked();
        spawn_local(clear_all(offline));
    };
    view! {
        <dialog id=CLEAR class="question" aria-labelledby="clear-title">
            <h2 id="clear-title">"Clear everything?"</h2>
            <p>"Rules that you added, decisions, queries, tests, fields and log files that this page keeps in this browser are removed, of all tabs, and also work that was put aside. This cannot be taken back; Keep and share saves everything as a file first."</p>
            <label class="row">
                <input type="checkbox" prop:checked=move || offline.get() on:change=move |event| offline.set(event_target_checked(&event))/>
                " Remove the offline copy of the page too. It is fetched again when the page is opened with a network."
            </label>
            <div class="actions">
                <button class="primary" on:click=clear>"Clear everything now"</button>
                <button autofocus on:click=close>"Keep it"</button>
            </div>
        </dialog>
    }
}
