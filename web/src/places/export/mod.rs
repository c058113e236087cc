//! Taking the converted rules along: as files, with the steps around them, as a query, and shared.

mod around;
mod backtest;
mod files;
mod share;

use leptos::prelude::*;
use web_sys::Storage;
use workbench::handover::Fields;

use crate::parts::prose;

/// Where the browser keeps the fields.
const KEY: &str = "rulesmith.fields.1";

/// The whole place.
#[component]
pub fn Export() -> impl IntoView {
    let fields = RwSignal::new(remembered());
    Effect::new(move || remember(&fields.get()));
    view! {
        <files::Files/>
        <around::Around fields/>
        <backtest::Backtest fields/>
        <share::Share/>
        <section class="panel" aria-labelledby="offline-title">
            <h3 id="offline-title">"For a closed network"</h3>
            <p>"Rulesmith works without a network: this page stays usable when the connection is gone, and "
                <a href="./rulesmith.html" download="rulesmith.html">"the whole of it is one file"</a>
                " that opens from disk. Its hash stands in "<a href="./SHA256SUMS">"SHA256SUMS"</a>"."</p>
        </section>
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The fields as the user left them.
fn remembered() -> Fields {
    storage()
        .and_then(|storage| storage.get_item(KEY).ok()?)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_else(|| Fields {
            key: "rulesmith-test".to_owned(),
            ..Fields::default()
        })
}

fn remember(fields: &Fields) {
    let text = serde_json::to_string(fields).unwrap_or_default();
    if let Some(storage) = storage() {
        let _ = storage.set_item(KEY, &text);
    }
}

/// A text field with its label.
fn field(
    label: &'static str,
    value: impl Fn() -> String + Send + 'static,
    set: impl Fn(String) + 'static,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input type="text" spellcheck="false" autocomplete="off" prop:value=value on:input=move |event| set(event_target_value(&event))/>
        </label>
    }
}

/// What could not be done, with the remedy.
fn failed(problem: &workbench::protocol::Problem) -> AnyView {
    view! {
        <p class="query-error" role="alert">{prose(problem.message.clone())}{(!problem.remedy.is_empty()).then(|| (": ", prose(problem.remedy.clone())))}</p>
    }
    .into_any()
}
