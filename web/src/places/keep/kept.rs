//! What this browser holds for the page, work that was put aside, and clearing it all.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::shell::open_clear;
use crate::state::{Aside, Store, aside, forget, usage};
use crate::words::{counted, minute};

/// What is kept.
#[component]
pub fn Kept() -> impl IntoView {
    let store = expect_context::<Store>();
    let held = RwSignal::new(None::<f64>);
    let put_aside = RwSignal::new(Vec::<Aside>::new());
    let look = move || spawn_local(async move { put_aside.set(aside().await) });
    Effect::new(move || {
        // Whatever changes the view may change what is held.
        store.view.track();
        store.keeps_logs.track();
        look();
        spawn_local(async move { held.set(usage().await) });
    });
    let drop = move |id: String| {
        spawn_local(async move {
            forget(&id).await;
            look();
        });
    };
    let item = move |one: Aside| {
        let journal = &one.journal;
        let what = format!(
            "{}, {} on edits, {}",
            counted(journal.rule_files.len(), "rule file"),
            counted(journal.decisions.len(), "decision"),
            counted(journal.logs.len(), "log")
        );
        let when = minute(&one.saved);
        let (back, away) = (one.clone(), one.id.clone());
        view! {
            <li>
                <p>{format!("Put aside on {when} UTC: {what}.")}</p>
                <p class="actions">
                    <button on:click=move |_| store.bring_back(back.clone())>"Bring it back"</button>
                    <button class="plain" on:click=move |_| drop(away.clone())>"Forget it"</button>
                </p>
            </li>
        }
    };
    view! {
        <section class="panel" aria-labelledby="kept-title">
            <h3 id="kept-title">"In this browser"</h3>
            <p class="facts">
                {move || match store.kept.get() {
                    true => "Your work is kept in this browser, for each tab apart, and comes back after a reload.",
                    false => "This browser keeps nothing: save everything as a file before you leave.",
                }}
                {move || held.get().map(|bytes| format!(" It holds {:.1} MB for this page.", bytes / 1e6))}
            </p>
            <label class="row">
                <input type="checkbox" prop:checked=move || store.keeps_logs.get() on:change=move |event| store.keep_logs(event_target_checked(&event))/>
                " Log files too, so that they are here after a reload"
            </label>
            <p class="facts" role="status">{move || files_kept(store)}</p>
            <Show when=move || !put_aside.with(Vec::is_empty)>
                <h4>"Put aside, because it stopped the page"</h4>
                <ul class="sentences aside">{move || put_aside.get().into_iter().map(item).collect_view()}</ul>
            </Show>
            <div class="actions"><button on:click=move |_| open_clear()>"Clear everything this page keeps…"</button></div>
        </section>
    }
}

/// How far the keeping of log files is; nothing when none are to be kept.
pub fn files_kept(store: Store) -> &'static str {
    let none = store.view.get().logs.is_empty() || !store.keeps_logs.get();
    match store.files_kept.get() {
        _ if none => "",
        None => "The log files are being written to the browser's store; leave the page open.",
        Some(true) => "The log files are in the browser's store.",
        Some(false) => {
            "The browser has no room for these log files: they stay until you close the page."
        }
    }
}
