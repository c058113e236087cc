//! Writing converted rules: download, copy, and the command that deploys them.

use leptos::prelude::*;
use workbench::protocol::{ExportFile, Request};

use crate::parts::{copy, download};
use crate::state::Store;

/// Writes the converted rules to a file.
#[component]
pub fn Export() -> impl IntoView {
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
        <section class="panel" aria-label="Write the rules">
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
        <section class="panel" aria-labelledby="offline-title">
            <h3 id="offline-title">"For a closed network"</h3>
            <p>"Rulesmith works without a network: this page stays usable when the connection is gone, and "
                <a href="./rulesmith.html" download="rulesmith.html">"the whole of it is one file"</a>
                " that opens from disk. Its hash stands in "<a href="./SHA256SUMS">"SHA256SUMS"</a>"."</p>
        </section>
    }
}

fn written(file: ExportFile) -> impl IntoView {
    let copied = RwSignal::new(String::new());
    let (to_save, to_copy, command) = (file.clone(), file.text.clone(), file.command.clone());
    let copy_command = command.clone();
    let deploy = (!command.is_empty()).then(|| {
        view! {
            <p>"Deploy it with"</p>
            <pre tabindex="0" aria-label="Deploy command" class="command"><code>{command}</code></pre>
            <button class="plain" on:click=move |_| copy(copied, "Command", copy_command.clone())>"Copy the command"</button>
        }
    });
    view! {
        <div class="written">
            <p><strong>{file.name.clone()}</strong></p>
            <div class="actions">
                <button class="primary" on:click=move |_| download(&to_save)>"Download"</button>
                <button on:click=move |_| copy(copied, "File", to_copy.clone())>"Copy"</button>
            </div>
            {deploy}
            <p role="status">{move || copied.get()}</p>
        </div>
    }
}
