//! Finding rules among many: one text that every list of rules follows.

use leptos::prelude::*;
use workbench::protocol::RuleView;

use super::tactics;
use crate::state::Store;

/// Rules that are found at a glance; more of them can be searched.
const AT_A_GLANCE: usize = 8;

/// The field to search in, as long as there are many rules.
#[component]
pub fn RuleFilter() -> impl IntoView {
    let store = expect_context::<Store>();
    let sought = store.sought;
    let many = Memo::new(move |_| store.view.with(|view| view.rules.len() > AT_A_GLANCE));
    let told = move || {
        let all = store.view.with(|view| view.rules.len());
        match sought.with(|text| text.trim().is_empty()) {
            true => format!("{all} rules"),
            false => format!("{} of {all} rules", found(store).len()),
        }
    };
    view! {
        <Show when=move || many.get()>
            <div class="rule-filter">
                <input
                    type="search"
                    aria-label="Find rules"
                    placeholder="Name, file, severity, tactic"
                    prop:value=move || sought.get()
                    on:input=move |event| sought.set(event_target_value(&event))
                />
                <span class="facts" role="status">{told}</span>
            </div>
        </Show>
    }
}

/// The rules that have every word of what is sought; all of them while there are few.
pub fn found(store: Store) -> Vec<RuleView> {
    let sought = store.sought.get();
    store.view.with(|view| {
        if view.rules.len() <= AT_A_GLANCE || sought.is_empty() {
            return view.rules.clone();
        }
        let words = sought.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let rules = view.rules.iter().filter(|rule| has(rule, &words));
        rules.cloned().collect()
    })
}

fn has(rule: &RuleView, words: &[&str]) -> bool {
    let texts = [
        &rule.name,
        &rule.converted_name,
        &rule.origin,
        &rule.kind,
        &rule.severity,
        &tactics(&rule.tactics),
        &rule.techniques.join(" "),
    ];
    let text = texts.map(|text| text.to_lowercase()).join("\n");
    words.iter().all(|word| text.contains(word))
}
