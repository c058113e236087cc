//! Every edit with its reason, and the decision on it.

use leptos::prelude::*;
use workbench::protocol::{Applicability, EditView, Request, RuleView};

use crate::state::Store;
use crate::words::{applicability, certainty};

/// The edits of a rule in order of place.
#[component]
pub fn EditList(rule: RuleView) -> impl IntoView {
    let store = expect_context::<Store>();
    if rule.edits.is_empty() {
        return view! { <p class="empty">"There is nothing to convert: no literal of this query is compared with the resource type of a Key Vault."</p> }.into_any();
    }
    let key = rule.key.clone();
    let items = rule
        .edits
        .into_iter()
        .enumerate()
        .map(move |(index, edit)| item(store, key.clone(), index + 1, edit));
    view! {
        <section aria-labelledby="edits-title">
            <h3 id="edits-title">"Edits"</h3>
            <ol class="edits">{items.collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn item(store: Store, rule: String, number: usize, edit: EditView) -> impl IntoView {
    let decided = edit.applicability != Applicability::Manual;
    let id = edit.id.clone();
    let label = format!("Apply edit {number}: {}", edit.title);
    let checkbox = decided.then(|| {
        view! {
            <input
                type="checkbox"
                aria-label=label
                prop:checked=edit.accepted
                on:change=move |event| {
                    let accepted = event_target_checked(&event);
                    store.send("Applying the edit", Request::Decide { rule: rule.clone(), edit: id.clone(), accepted });
                }
            />
        }
    });
    let change = (edit.before != edit.after).then(|| {
        view! { <p class="change"><del>{edit.before.clone()}</del>" → "<ins>{shown(&edit.after)}</ins></p> }
    });
    view! {
        <li class="edit" class:open=edit.applicability == Applicability::Review && !edit.accepted>
            <div class="decide">{checkbox}<span class="number">{number}</span></div>
            <div>
                <p><strong>{edit.title.clone()}</strong>", "{edit.place.clone()}</p>
                {change}
                <p>{edit.reason.clone()}</p>
                <p class="facts">{applicability(edit.applicability)}" · "{certainty(edit.certainty)}</p>
            </div>
        </li>
    }
}

/// A value after an edit; an empty one is said in words.
fn shown(after: &str) -> String {
    if after.is_empty() {
        "(removed)".to_owned()
    } else {
        after.to_owned()
    }
}
