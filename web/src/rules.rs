//! The list of rules with the state of each.

use leptos::prelude::*;
use workbench::protocol::{RuleView, RunView};

use crate::store::Store;
use crate::words::{counted, open_reviews, state};

/// Every rule; the chosen one is shown in full.
#[component]
pub fn RulesList() -> impl IntoView {
    let store = expect_context::<Store>();
    view! {
        <section aria-labelledby="rules-title">
            <h2 id="rules-title">"Rules"</h2>
            <ul class="rules">
                {move || store.view.get().rules.iter().cloned().map(|rule| item(store, rule)).collect_view()}
            </ul>
        </section>
    }
}

fn item(store: Store, rule: RuleView) -> impl IntoView {
    let key = rule.key.clone();
    let chosen_key = rule.key.clone();
    let reviews = open_reviews(&rule);
    let edits = match (rule.edits.len(), reviews) {
        (0, _) => "nothing to convert".to_owned(),
        (edits, 0) => counted(edits, "edit"),
        (edits, open) => format!("{}, {open} to review", counted(edits, "edit")),
    };
    view! {
        <li>
            <button
                class="rule"
                aria-current=move || if store.is_chosen(&chosen_key) { "true" } else { "false" }
                on:click=move |_| store.chosen.set(key.clone())
            >
                <span class="rule-name">{rule.name}</span>
                <span class="rule-facts">{rule.kind}" · "{rule.severity}" · "{edits}</span>
                <span class="badges">
                    {badge("Key Vault", rule.run.as_ref())}
                    {badge("Managed HSM", rule.converted_run.as_ref())}
                </span>
            </button>
        </li>
    }
}

fn badge(label: &'static str, run: Option<&RunView>) -> impl IntoView + use<> {
    let (word, class) = state(run);
    view! { <span class=format!("badge {class}")>{label}": "{word}</span> }
}
