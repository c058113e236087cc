//! The list of rules beside the chosen one.

use leptos::prelude::*;
use workbench::protocol::{RuleView, RunView};

use super::{FindingCounts, RuleFilter, found, severity};
use crate::state::Store;
use crate::words::{counted, open_reviews, state};

/// The list of rules, and what `show` makes of the chosen one.
#[component]
pub fn WithRules(show: fn(Store, RuleView) -> AnyView) -> impl IntoView {
    let store = expect_context::<Store>();
    let chosen = move || match store.rule() {
        Some(rule) => {
            view! { <article aria-labelledby="rule-title">{show(store, rule)}</article> }.into_any()
        }
        None => view! { <p class="empty">"No rule is loaded. Add rule files."</p> }.into_any(),
    };
    view! {
        <div class="beside">
            <nav aria-label="Rules">
                <RuleFilter/>
                <ul class="rules">
                    {move || found(store).into_iter().map(|rule| item(store, rule)).collect_view()}
                </ul>
            </nav>
            {chosen}
        </div>
    }
}

/// Name and schedule of the chosen rule.
pub fn title(rule: &RuleView) -> impl IntoView + use<> {
    view! {
        <div class="title">
            <h3 id="rule-title">{rule.converted_name.clone()}</h3>
            <p>{rule.schedule.clone()}" · from "{rule.origin.clone()}</p>
        </div>
    }
}

fn item(store: Store, rule: RuleView) -> impl IntoView {
    let key = rule.key.clone();
    let chosen_key = rule.key.clone();
    let reviews = open_reviews(&rule);
    let edits = match (rule.edits.len(), reviews) {
        (0, _) => "nothing to convert".to_owned(),
        (edits, 0) => counted(edits, "edit"),
        (_, open) => format!("{open} to review"),
    };
    view! {
        <li>
            <button
                class="rule"
                data-rule=rule.key.clone()
                aria-current=move || if store.is_chosen(&chosen_key) { "true" } else { "false" }
                on:click=move |_| store.choose(&key)
            >
                <span class="rule-name">{rule.name}</span>
                <span class="rule-facts">{severity(&rule.severity)}{rule.kind}" · "{edits}</span>
                <FindingCounts rule=rule.key.clone()/>
                <span class="badges">
                    {badge("Vault", rule.run.as_ref())}
                    {badge("HSM", rule.converted_run.as_ref())}
                </span>
            </button>
        </li>
    }
}

fn badge(label: &'static str, run: Option<&RunView>) -> impl IntoView + use<> {
    let (word, class) = state(run);
    view! { <span class=format!("badge {class}")>{label}": "{word}</span> }
}
