//! The converted query to be edited: what differs from what the edits give becomes edits by hand.

use leptos::prelude::*;
use workbench::protocol::{Request, RuleView};

use crate::parts::QueryEditor;
use crate::state::Store;

/// The editor of the converted query, closed until it is wanted.
#[component]
pub fn ByHand(store: Store, rule: RuleView) -> impl IntoView {
    // A draft outlives this view, which is made anew whenever the session changes.
    let draft = store
        .drafts
        .with_untracked(|drafts| drafts.get(&rule.key).cloned());
    let draft = draft.filter(|draft| *draft != rule.converted_query);
    let editing = RwSignal::new(draft.is_some());
    let text = RwSignal::new(draft.unwrap_or_else(|| rule.converted_query.clone()));
    let key = StoredValue::new(rule.key.clone());
    Effect::new(move || {
        let (editing, text) = (editing.get(), text.get());
        store.drafts.update(|drafts| {
            drafts.remove(&key.get_value());
            if editing {
                drafts.insert(key.get_value(), text);
            }
        });
    });
    let write = move |query: Option<String>| {
        let rule = key.get_value();
        store.send("Taking your query", Request::WriteQuery { rule, query });
    };
    let save = move || write(Some(text.get_untracked()));
    let editor = move || {
        view! {
            <p class="help">"What you change here becomes edits by hand, each at its place in the list below."</p>
            <QueryEditor label="Managed HSM query" text run=Callback::new(move |()| save())/>
            <div class="actions">
                <button class="primary" title="Ctrl+Enter in the editor" on:click=move |_| save()>"Use this query"</button>
                <button on:click=move |_| editing.set(false)>"Close"</button>
            </div>
        }
    };
    let by_hand = rule.edits.iter().any(|edit| edit.by_hand);
    let back = by_hand.then(|| {
        view! { <button on:click=move |_| write(None)>"Take all edits by hand out"</button> }
    });
    view! {
        <section class="by-hand">
            <div class="actions">
                <Show when=move || !editing.get()>
                    <button on:click=move |_| editing.set(true)>"Edit the Managed HSM query"</button>
                </Show>
                {back}
            </div>
            <Show when=move || editing.get()>{editor()}</Show>
        </section>
    }
}
