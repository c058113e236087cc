//! What a place shows before there are logs: what will be seen here, and how to come to it.

use leptos::prelude::*;

use crate::state::{FIRST_SAMPLE, Store};

/// Says what a place will show, with a button that makes it so; nothing once there are logs.
#[component]
pub fn Teach(
    /// What is seen here, once there are logs.
    what: &'static str,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let bare = move || store.view.with(|view| view.logs.is_empty());
    view! {
        <Show when=bare>
            <div class="teach">
                <p>{what}</p>
                <p class="actions">
                    <button on:click=move |_| store.run_sample(FIRST_SAMPLE)>"Run on the sample"</button>
                    <span class="facts">"or drop or paste audit logs anywhere: JSON Lines, JSON, CSV, answers of the Log Analytics API, plain or gzip."</span>
                </p>
            </div>
        </Show>
    }
}
