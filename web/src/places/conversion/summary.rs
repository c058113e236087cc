//! What the conversion of all rules comes to, and decisions on many edits at once.

use leptos::prelude::*;
use workbench::protocol::{Request, View, Which};

use crate::state::Store;
use crate::words::counted;

/// Figures of all rules with the decisions on all edits.
#[component]
pub fn Summary() -> impl IntoView {
    let store = expect_context::<Store>();
    let decide = move |what: &'static str, which: Which, accepted: bool| {
        let rules = Vec::new();
        store.send(
            what,
            Request::DecideMany {
                rules,
                which,
                accepted,
            },
        );
    };
    view! {
        <section class="panel all-edits" aria-labelledby="all-edits-title">
            <h3 id="all-edits-title">"All rules"</h3>
            <div role="status">{move || store.view.with(|view| told(view))}</div>
            <div class="actions">
                <button on:click=move |_| decide("Accepting all safe edits", Which::Safe, true)>"Accept all safe edits"</button>
                <button on:click=move |_| decide("Accepting all edits to review", Which::Review, true)>"Accept all edits to review"</button>
                <button on:click=move |_| decide("Refusing all edits to review", Which::Review, false)>"Refuse all edits to review"</button>
            </div>
        </section>
    }
}

fn told(view: &View) -> impl IntoView + use<> {
    let of = &view.summary;
    let figures = [
        ("safe", of.safe),
        ("to review", of.review),
        ("hints", of.manual),
        ("by hand", of.by_hand),
        ("applied", of.applied),
        ("left", of.left),
    ];
    let figures = figures.into_iter().filter(|(_, count)| *count > 0);
    let figures = figures.map(|(what, count)| {
        view! { <li><strong>{count}</strong>" "{what}</li> }
    });
    let parts = [
        (of.converted, " converted"),
        (of.already_converted, " that need no conversion"),
        (of.unrelated, " about something else"),
        (of.undecided, " with something left to decide"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| format!("{count}{what}"))
        .collect();
    let rules = format!("{}: {}.", counted(of.rules, "rule"), parts.join(", "));
    let gaps = of.gaps.iter();
    let gaps: Vec<String> = gaps
        .map(|(title, count)| format!("{title} ({count})"))
        .collect();
    let gaps = (!gaps.is_empty())
        .then(|| view! { <p>"Gaps between the logs of both: "{gaps.join(", ")}"."</p> });
    view! {
        <p>{rules}</p>
        <ul class="figures" aria-label="Edits of all rules">{figures.collect_view()}</ul>
        {gaps}
    }
}
