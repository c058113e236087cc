//! Name, the next step, the time of the run, undo, commands, progress.

use leptos::prelude::*;
use workbench::protocol::Request;

use super::commands;
use super::files::AddFilesButton;
use crate::places::next_step;
use crate::state::{Store, newer_version, update};

/// The top of the page.
#[component]
pub fn Header() -> impl IntoView {
    let store = expect_context::<Store>();
    let busy = move || store.busy.get().is_some();
    let next = Memo::new(move |_| store.view.with(|view| next_step(view).label));
    // Set anew only when it is another time: who is typing one goes on.
    let now = Memo::new(move |_| store.view.with(|view| view.now.clone()));
    view! {
        <header class="top">
            <div class="name">
                <h1>"Rulesmith"</h1>
                <Status/>
            </div>
            <div class="actions">
                <button class="primary" disabled=busy on:click=move |_| {
                    let step = store.view.with_untracked(|view| next_step(view));
                    (step.run)(store);
                }>{next}</button>
                <AddFilesButton/>
                <UndoButtons/>
                <button on:click=move |_| commands::open_palette() title="Ctrl+K">"Commands"</button>
                <label class="now">
                    "Run at (UTC) "
                    <input
                        type="text"
                        size="20"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=now
                        on:change=move |event| {
                            let now = event_target_value(&event);
                            store.send("Setting the time", Request::SetNow { now });
                        }
                    />
                </label>
            </div>
        </header>
    }
}

#[component]
fn UndoButtons() -> impl IntoView {
    let store = expect_context::<Store>();
    let last = move || store.undo.with(|undo| undo.last().map(str::to_owned));
    let next = move || store.undo.with(|undo| undo.next().map(str::to_owned));
    view! {
        <button
            disabled=move || last().is_none()
            title=move || last().map(|what| format!("Take back: {what} (Ctrl+Z)"))
            on:click=move |_| store.undo()
        >"Undo"</button>
        <button
            disabled=move || next().is_none()
            title=move || next().map(|what| format!("Do again: {what} (Ctrl+Shift+Z)"))
            on:click=move |_| store.redo()
        >"Redo"</button>
    }
}

/// What is under way; the line keeps its place when nothing is.
#[component]
fn Status() -> impl IntoView {
    let store = expect_context::<Store>();
    let what = move || {
        store
            .busy
            .get()
            .map(|progress| progress.what)
            .unwrap_or_default()
    };
    let figures = move || {
        let progress = store.busy.get()?;
        let rate = store.rate().map(|rate| format!(", {:.0} MB/s", rate / 1e6));
        (!progress.detail.is_empty()).then(|| progress.detail + &rate.unwrap_or_default())
    };
    let newer = newer_version();
    let done = move || store.busy.get().and_then(|progress| progress.done);
    let idle = move || store.busy.get().is_none();
    view! {
        <div class="status">
            <Show when=idle>
                <p class="tagline">"Rules for Managed HSM. Nothing leaves this browser."</p>
            </Show>
            <p role="status" aria-live="polite">{what}</p>
            <Show when=move || !idle()>
                <p class="figures">{figures}</p>
                <progress max="1" aria-label="Progress" prop:value=move || done().unwrap_or(0.0)></progress>
                <button class="plain" on:click=move |_| store.cancel()>"Cancel"</button>
            </Show>
            <Show when=move || newer.get()>
                <p class="notice">"A newer version of this page is ready. Your work stays."</p>
                <button class="plain" on:click=move |_| update()>"Use it"</button>
            </Show>
            <Show when=move || store.elsewhere.get()>
                <p class="notice">"Your last work is open in another tab; this tab has work of its own."</p>
                <button class="plain" on:click=move |_| store.elsewhere.set(false)>"Understood"</button>
            </Show>
            <Show when=move || !store.kept.get()>
                <p class="note notice">"This browser does not keep your work. Export it before you leave."</p>
            </Show>
        </div>
    }
}
