//! How the chosen rule is converted: its queries side by side, every edit, every field.

mod by_hand;
mod summary;
mod way;

use leptos::prelude::*;
use workbench::protocol::{FieldView, RuleView, View};

use crate::parts::{EditList, Findings, QueryPair, WithRules, sentences, title, watch_findings};
use crate::state::Store;
use crate::words::open_reviews;
use by_hand::ByHand;
use summary::Summary;
use way::WayChoice;

/// How many edits wait.
pub fn state(view: &View) -> String {
    match view.rules.iter().map(open_reviews).sum() {
        0 => "nothing to review".to_owned(),
        open => format!("{open} to review"),
    }
}

/// The rules, and the conversion of the chosen one.
#[component]
pub fn Conversion() -> impl IntoView {
    watch_findings(expect_context::<Store>());
    view! {
        <WayChoice/>
        <Summary/>
        <WithRules show=detail/>
    }
}

fn detail(store: Store, rule: RuleView) -> AnyView {
    let kept = rule.kept.iter();
    let kept = kept.map(|kept| format!("Line {}: {} — {}.", kept.line, kept.text, kept.reason));
    view! {
        {title(&rule)}
        <QueryPair rule=rule.clone()/>
        <ByHand store rule=rule.clone()/>
        <EditList rule=rule.clone()/>
        <Findings rule=rule.key.clone()/>
        {fields(&rule.fields)}
        {list("Left alone on purpose", kept.collect())}
        {list("What Replace All would have done", rule.replace_all.clone())}
    }
    .into_any()
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
fn list(title: &'static str, all: Vec<String>) -> Option<impl IntoView> {
    sentences(all).map(|list| view! { <section><h3>{title}</h3>{list}</section> })
}
