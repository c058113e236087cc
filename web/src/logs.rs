//! Samples and loaded files: what was recognised in each.

use leptos::prelude::*;
use workbench::protocol::{LogView, Request};

use crate::store::Store;
use crate::words::{counted, minute};

/// The logs that rules run on.
#[component]
pub fn LogsPanel() -> impl IntoView {
    let store = expect_context::<Store>();
    let samples = move || {
        let view = store.view.get();
        view.samples
            .iter()
            .map(|sample| view! { <option value=sample.name.clone() title=sample.description.clone()>{sample.title.clone()}</option> })
            .collect_view()
    };
    view! {
        <section aria-labelledby="logs-title">
            <h2 id="logs-title">"Logs"</h2>
            <label class="sample">
                "Sample "
                <select on:change=move |event| {
                    let name = event_target_value(&event);
                    if !name.is_empty() {
                        store.run_sample(&name);
                    }
                }>
                    <option value="">"Choose one to load and run…"</option>
                    {samples}
                </select>
            </label>
            <Show when=move || store.view.get().logs.is_empty()>
                <p class="empty">"No logs yet. Run the sample, or drop audit logs and indicators anywhere: JSON Lines, JSON, CSV, API answers, STIX, plain or gzip."</p>
            </Show>
            <ul class="logs">
                {move || store.view.get().logs.iter().cloned().map(|log| item(store, log)).collect_view()}
            </ul>
        </section>
    }
}

fn item(store: Store, log: LogView) -> impl IntoView {
    let key = log.key.clone();
    let label = format!("Remove {}", log.name);
    let span = log
        .span
        .as_ref()
        .map(|(first, last)| format!("{} to {} UTC", minute(first), minute(last)))
        .unwrap_or_default();
    let kinds: Vec<String> = log
        .resource_types
        .iter()
        .map(|(kind, rows)| format!("{kind} {rows}"))
        .collect();
    let warnings = log.warnings.clone();
    view! {
        <li class="log">
            <p><strong>{log.name}</strong></p>
            <p>{log.format}</p>
            <p>{counted(log.rows, "row")}" in "{log.table}{if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) }}</p>
            <p>{span}</p>
            <details>
                <summary>{counted(log.columns.len(), "filled column")}</summary>
                <p class="columns-list">{log.columns.join(", ")}</p>
            </details>
            <ul class="warnings">{warnings.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
            <button class="plain" aria-label=label on:click=move |_| store.send("Removing the log", Request::RemoveLog { log: key.clone() })>"Remove"</button>
        </li>
    }
}
