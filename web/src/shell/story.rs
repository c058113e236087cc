//! The way of the story: every place with its state, so that what is done and what is next is in sight.

use leptos::prelude::*;

use crate::places::{self, PLACES, Place};
use crate::state::{Store, address};

/// Links to all places.
#[component]
pub fn Story() -> impl IntoView {
    let part = |steps: bool| {
        let places = PLACES.iter().filter(move |place| place.step == steps);
        places.map(item).collect_view()
    };
    view! {
        <nav class="story" aria-label="Places">
            <ol class="steps">{part(true)}</ol>
            <ul class="tools">{part(false)}</ul>
        </nav>
    }
}

fn item(place: &'static Place) -> impl IntoView {
    let store = expect_context::<Store>();
    let current = move || places::of(&store.route.get()).id == place.id;
    let state = move || store.view.with(|view| (place.state)(view));
    let link = move || match place.of_rule {
        true => address(place.id, &store.rule_key()),
        false => address(place.id, ""),
    };
    view! {
        <li>
            <a href=link aria-current=move || current().then_some("page")>
                <span class="step-title">{place.title}</span>
                <span class="step-state">{state}</span>
            </a>
        </li>
    }
}
