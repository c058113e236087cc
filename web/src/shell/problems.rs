//! What could not be read or done, with the place and the remedy.

use leptos::prelude::*;
use workbench::protocol::Problem;

use crate::parts::prose;
use crate::state::Store;

/// All problems; an empty region otherwise, so that screen readers hear of new ones.
#[component]
pub fn Problems() -> impl IntoView {
    let store = expect_context::<Store>();
    let all = move || {
        let mut problems: Vec<Problem> = store.failure.get().into_iter().collect();
        problems.extend(store.view.get().problems.iter().cloned());
        problems
    };
    view! {
        <section class="problems" role="alert" aria-label="Problems">
            {move || {
                let all = all();
                let away = (!all.is_empty()).then(|| put_away(store));
                (all.into_iter().map(problem).collect_view(), away)
            }}
        </section>
    }
}

/// The button that takes all problems from the screen.
fn put_away(store: Store) -> impl IntoView {
    view! { <button class="plain" on:click=move |_| store.put_problems_away()>"Dismiss"</button> }
}

fn problem(problem: Problem) -> impl IntoView {
    let place = [
        problem.line.map(|line| format!("line {line}")),
        problem.field.map(|field| format!("field {field}")),
    ];
    let place: Vec<String> = place.into_iter().flatten().collect();
    let place = if place.is_empty() {
        String::new()
    } else {
        format!(", {}", place.join(", "))
    };
    view! {
        <div class="problem">
            <p><strong>{problem.subject}{place}</strong>": "{prose(problem.message)}</p>
            <p class="remedy">{prose(problem.remedy)}</p>
        </div>
    }
}
