//! The way of the story: every place with its state, so that what is done and what is next is in sight.

use leptos::prelude::*;
use workbench::protocol::View;

use crate::places::{self, PLACES, Place, next_step};
use crate::state::{Store, address};
use crate::words::open_reviews;

/// Links to all places.
#[component]
pub fn Story() -> impl IntoView {
    let part = |steps: bool| {
        let places = PLACES.iter().filter(move |place| place.step == steps);
        places.map(item).collect_view()
    };
    view! {
        <nav class="story" aria-label="Places">
            <div class="places">
                <ol class="steps">{part(true)}</ol>
                <ul class="tools">{part(false)}</ul>
            </div>
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
    let next = Memo::new(move |_| store.view.with(|view| next_step(view).place == place.id));
    let done = Memo::new(move |_| store.view.with(|view| is_done(place.id, view)));
    view! {
        <li class:next=next class:done=move || done.get() && !next.get()>
            <a href=link aria-current=move || current().then_some("page")>
                <span class="step-title">{place.title}</span>
                <span class="step-state">{state}</span>
            </a>
        </li>
    }
}

/// Whether nothing is left to do at a step; its state says the same in words.
fn is_done(place: &str, view: &View) -> bool {
    let rules = &view.rules;
    match place {
        "rules" => !rules.is_empty(),
        "conversion" => !rules.is_empty() && rules.iter().all(|rule| open_reviews(rule) == 0),
        "logs" => !view.logs.is_empty(),
        "results" => !rules.is_empty() && rules.iter().all(|rule| rule.converted_run.is_some()),
        "incidents" => rules.iter().any(|rule| rule.timeline.is_some()),
        _ => false,
    }
}
