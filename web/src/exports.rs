//! Writing converted rules: download, copy, and the command that deploys them.

use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use workbench::protocol::{ExportFile, Request};

use crate::download::download;
use crate::store::Store;

/// The export panel.
#[component]
pub fn ExportPanel() -> impl IntoView {
    let store = expect_context::<Store>();
    let chosen_only = RwSignal::new(false);
    let format = RwSignal::new("arm".to_owned());
    let write = move |_| {
        let rules = match chosen_only.get() {
            true => store.rule().map(|rule| vec![rule.key]).unwrap_or_default(),
            false => Vec::new(),
        };
        store.send(
            "Writing the file",
            Request::Export {
                rules,
                format: format.get(),
            },
        );
    };
    view! {
        <section aria-labelledby="export-title">
            <h2 id="export-title">"Export"</h2>
            <label class="row">
                "Format "
                <select on:change=move |event| format.set(event_target_value(&event))>
                    <option value="arm">"ARM template or import"</option>
                    <option value="yaml">"YAML"</option>
                </select>
            </label>
            <label class="row">
                <input type="checkbox" prop:checked=move || chosen_only.get() on:change=move |event| chosen_only.set(event_target_checked(&event))/>
                " Only the chosen rule"
            </label>
            <button on:click=write>"Write the Managed HSM rules"</button>
            {move || store.exported.get().map(written)}
        </section>
    }
}

fn written(file: ExportFile) -> impl IntoView {
    let copied = RwSignal::new(String::new());
    let (to_save, to_copy, command) = (file.clone(), file.text.clone(), file.command.clone());
    let copy = move |what: &'static str, text: String| {
        spawn_local(async move {
            let clipboard = web_sys::window().map(|window| window.navigator().clipboard());
            let done = match clipboard {
                Some(clipboard) => JsFuture::from(clipboard.write_text(&text)).await.is_ok(),
                None => false,
            };
            copied.set(if done {
                format!("{what} copied.")
            } else {
                "The browser does not allow copying.".to_owned()
            });
        });
    };
    let copy_command = command.clone();
    let deploy = (!command.is_empty()).then(|| {
        view! {
            <p>"Deploy it with"</p>
            <pre tabindex="0" aria-label="Deploy command" class="command"><code>{command}</code></pre>
            <button class="plain" on:click=move |_| copy("Command", copy_command.clone())>"Copy the command"</button>
        }
    });
    view! {
        <div class="written">
            <p><strong>{file.name.clone()}</strong></p>
            <div class="actions">
                <button class="primary" on:click=move |_| download(&to_save)>"Download"</button>
                <button on:click=move |_| copy("File", to_copy.clone())>"Copy"</button>
            </div>
            {deploy}
            <p role="status">{move || copied.get()}</p>
        </div>
    }
}
