//! The chosen rule: what it is, how it is converted, what it found.

use leptos::prelude::*;
use workbench::protocol::{FieldView, Request, RuleView};

use crate::edits::EditList;
use crate::query::QueryPair;
use crate::results::Results;
use crate::store::Store;
use crate::timeline::Timeline;

/// Everything about the chosen rule.
#[component]
pub fn RuleDetail() -> impl IntoView {
    let store = expect_context::<Store>();
    move || match store.rule() {
        Some(rule) => detail(store, rule).into_any(),
        None => {
            view! { <p class="empty">"Opening the rules that come with Rulesmith…"</p> }.into_any()
        }
    }
}

fn detail(store: Store, rule: RuleView) -> impl IntoView {
    let key = rule.key.clone();
    let run_key = rule.key.clone();
    let has_logs = !store.view.get_untracked().logs.is_empty();
    view! {
        <article aria-labelledby="rule-title">
            <div class="title">
                <div>
                    <h2 id="rule-title">{rule.converted_name.clone()}</h2>
                    <p>{rule.schedule.clone()}" · from "{rule.origin.clone()}</p>
                </div>
                <div class="actions">
                    <button
                        disabled=!has_logs
                        on:click=move |_| store.send("Running the rule", Request::Run { rule: Some(run_key.clone()) })
                    >
                        "Run this rule"
                    </button>
                    <button class="plain" on:click=move |_| store.send("Removing the rule", Request::RemoveRule { rule: key.clone() })>
                        "Remove"
                    </button>
                </div>
            </div>
            <Results rule=rule.clone()/>
            <Timeline rule=rule.clone()/>
            <QueryPair rule=rule.clone()/>
            <EditList rule=rule.clone()/>
            {fields(&rule.fields)}
            {list("Left alone on purpose", rule.kept.iter().map(|kept| format!("Line {}: {} — {}.", kept.line, kept.text, kept.reason)).collect())}
            {list("What Replace All would have done", rule.replace_all.clone())}
        </article>
    }
}

/// Fields before and after.
fn fields(fields: &[FieldView]) -> impl IntoView + use<> {
    let rows: Vec<_> = fields
        .iter()
        .cloned()
        .map(|field| {
            let changed = field.before != field.after;
            view! {
                <tr class:changed=changed>
                    <th scope="row">{field.label}</th>
                    <td>{field.before}</td>
                    <td>{if changed { field.after } else { "unchanged".to_owned() }}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section>
            <h3>"Fields"</h3>
            <div class="scroll" tabindex="0" role="region" aria-label="Fields before and after">
                <table class="fields">
                    <thead><tr><th scope="col">"Field"</th><th scope="col">"Key Vault"</th><th scope="col">"Managed HSM"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

/// A titled list of sentences; nothing when it is empty.
fn list(title: &'static str, sentences: Vec<String>) -> Option<impl IntoView> {
    (!sentences.is_empty()).then(|| {
        view! {
            <section>
                <h3>{title}</h3>
                <ul class="sentences">{sentences.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
            </section>
        }
    })
}
