//! What Microsoft does not document, as controls: what is chosen is in force for every rule's schedule.

use leptos::prelude::*;
use workbench::protocol::{AssumptionView, Request};

use crate::state::Store;

/// The controls. They stay while schedules are replayed anew.
#[component]
pub fn Assumptions() -> impl IntoView {
    let store = expect_context::<Store>();
    let all = move || store.view.with(|view| view.assumptions.clone());
    let other = Memo::new(move |_| all().iter().filter(|one| !one.is_default).count());
    let told = move || match other.get() {
        0 => "all as proposed".to_owned(),
        some => format!("{some} otherwise than proposed"),
    };
    // Folded until something is chosen; what was opened stays open.
    let open = RwSignal::new(false);
    Effect::new(move || {
        if other.get() != 0 {
            open.set(true);
        }
    });
    view! {
        <section class="panel assumptions" aria-labelledby="assumptions-title">
            <details prop:open=move || open.get()>
                <summary><h3 id="assumptions-title">"What Microsoft does not document"</h3></summary>
                <p class="facts">"A choice holds for all rules, what-if questions and tests, and goes into rule sets. Schedules that were replayed are replayed anew."</p>
                <For each=all key=|one| one.name.clone() children=move |one| control(store, one)/>
            </details>
            <p class="facts" role="status">{told}</p>
        </section>
    }
}

fn control(store: Store, one: AssumptionView) -> impl IntoView {
    let name = one.name.clone();
    let now = Memo::new(move |_| {
        let found = store.view.with(|view| {
            view.assumptions
                .iter()
                .find(|one| one.name == name)
                .cloned()
        });
        found.map(|one| one.value).unwrap_or_default()
    });
    let name = one.name.clone();
    let set = move |event| {
        let value = event_target_value(&event);
        let name = name.clone();
        store.send("Replaying the schedules", Request::Assume { name, value });
    };
    let field = match one.choices.is_empty() {
        true => view! {
            <input type="text" size="8" list="closing-times" prop:value=move || now.get() on:change=set/>
            <datalist id="closing-times"><option value="never"/><option value="8h"/><option value="1d"/></datalist>
        }
        .into_any(),
        false => {
            let choices = one.choices.into_iter().map(|(value, meaning)| {
                let chosen = value.clone();
                view! { <option value=value selected=move || now.get() == chosen>{meaning}</option> }
            });
            view! { <select on:change=set>{choices.collect_view()}</select> }.into_any()
        }
    };
    let hint = one_hint(&one.name);
    view! {
        <label class="row"><span>{one.title}{hint}</span>" "{field}" "<span class="facts">{one.certainty}</span></label>
    }
}

/// What can be written where any duration will do.
fn one_hint(name: &str) -> Option<&'static str> {
    (name == "incidentsClosedAfter")
        .then_some(" so long after its last alert (never, or a duration such as 8h)")
}
