//! Name and promise, the next step, the time of the run, progress.

use leptos::prelude::*;
use workbench::protocol::Request;

use crate::files::AddFilesButton;
use crate::store::{FIRST_SAMPLE, Store};

/// The top of the page.
#[component]
pub fn Header() -> impl IntoView {
    let store = expect_context::<Store>();
    let has_logs = move || !store.view.get().logs.is_empty();
    let busy = move || store.busy.get().is_some();
    view! {
        <header class="top">
            <div class="name">
                <h1>"Rulesmith"</h1>
                <p>"Turn Key Vault rules into Managed HSM rules and see what fires. Nothing leaves this browser."</p>
            </div>
            <div class="actions">
                <Show
                    when=has_logs
                    fallback=move || view! {
                        <button class="primary" disabled=busy on:click=move |_| store.run_sample(FIRST_SAMPLE)>
                            "Run the sample logs"
                        </button>
                    }
                >
                    <button class="primary" disabled=busy on:click=move |_| store.run_all()>"Run all rules"</button>
                </Show>
                <AddFilesButton/>
                <label class="now">
                    "Run at (UTC) "
                    <input
                        type="text"
                        size="20"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=move || store.view.get().now.clone()
                        on:change=move |event| {
                            let now = event_target_value(&event);
                            store.send("Setting the time", Request::SetNow { now });
                        }
                    />
                </label>
            </div>
            <Status/>
        </header>
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
    let done = move || store.busy.get().and_then(|progress| progress.done);
    view! {
        <div class="status">
            <p role="status" aria-live="polite">{what}</p>
            <Show when=move || store.busy.get().is_some()>
                <p class="figures">{figures}</p>
                <progress max="1" aria-label="Progress" prop:value=move || done().unwrap_or(0.0)></progress>
                <button class="plain" on:click=move |_| store.cancel()>"Cancel"</button>
            </Show>
            <Show when=move || !store.kept.get()>
                <p class="note">"This browser does not keep your work. Export it before you leave."</p>
            </Show>
        </div>
    }
}
