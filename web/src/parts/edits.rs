//! Every edit with its reason, the decision on it, and what the user writes in its place.

use leptos::prelude::*;
use workbench::protocol::{Applicability, EditView, Request, RuleView};

use super::prose;
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
    let change = (edit.before != edit.after).then(|| {
        view! { <p class="change"><del>{edit.before.clone()}</del>" → "<ins>{shown(&edit.after)}</ins></p> }
    });
    let gives_way = is_applied_by_hand(&edit)
        .then(|| view! { <p class="note">"An edit by hand takes its place."</p> });
    let facts = match edit.by_hand {
        true => "Yours".to_owned(),
        false => format!(
            "{} · {}",
            applicability(edit.applicability),
            certainty(edit.certainty)
        ),
    };
    let open = edit.applicability == Applicability::Review && !edit.accepted;
    view! {
        <li class="edit" class:open=open>
            <div class="decide">{decision(store, rule.clone(), number, &edit)}<span class="number">{number}</span></div>
            <div>
                <p><strong>{edit.title.clone()}</strong>", "{edit.place.clone()}</p>
                {change}
                <p>{prose(edit.reason.clone())}</p>
                {gives_way}
                <p class="facts">{facts}</p>
                {has_place(&edit).then(|| writing(store, rule, number, edit))}
            </div>
        </li>
    }
}

/// Whether an accepted edit of the query is not applied, because one by hand is.
fn is_applied_by_hand(edit: &EditView) -> bool {
    let is_edit = edit.applicability != Applicability::Manual && edit.range.is_some();
    is_edit && edit.accepted && edit.converted_range.is_none()
}

/// Whether another text can stand at the place of an edit. A hint around other edits has none of its own.
fn has_place(edit: &EditView) -> bool {
    let is_hint = edit.applicability == Applicability::Manual;
    edit.range
        .is_some_and(|(start, end)| !is_hint || start < end)
}

/// The box to tick; a hint has none.
fn decision(
    store: Store,
    rule: String,
    number: usize,
    edit: &EditView,
) -> Option<impl IntoView + use<>> {
    let label = format!("Apply edit {number}: {}", edit.title);
    let (id, accepted) = (edit.id.clone(), edit.accepted);
    (edit.applicability != Applicability::Manual).then(|| {
        view! {
            <input
                type="checkbox"
                aria-label=label
                prop:checked=accepted
                on:change=move |event| {
                    let accepted = event_target_checked(&event);
                    store.send("Applying the edit", Request::Decide { rule: rule.clone(), edit: id.clone(), accepted });
                }
            />
        }
    })
}

/// What the user writes at the place of an edit.
fn writing(store: Store, rule: String, number: usize, edit: EditView) -> impl IntoView {
    let open = RwSignal::new(false);
    let (text, note) = (
        RwSignal::new(edit.after.clone()),
        RwSignal::new(edit.note.clone()),
    );
    let (key, id) = (StoredValue::new(rule), StoredValue::new(edit.id));
    let send = move || {
        let request = Request::ByHand {
            rule: key.get_value(),
            edit: id.get_value(),
            text: text.get_untracked(),
            note: note.get_untracked(),
        };
        store.send("Taking your edit", request);
    };
    let remove = move |_| {
        let (rule, edit) = (key.get_value(), id.get_value());
        store.send("Taking your edit out", Request::RemoveByHand { rule, edit });
    };
    let lines = edit.after.lines().count().clamp(1, 12).to_string();
    let (write, take_out) = match edit.by_hand {
        true => ("Change it", Some(format!("Take edit {number} out"))),
        false => ("Write it by hand", None),
    };
    let label = format!("{write}: edit {number}");
    let take_out = take_out.map(|label| {
        view! { <button class="plain" aria-label=label on:click=remove>"Take it out"</button> }
    });
    let form = move || {
        view! {
            <div class="write">
                <label>"Text at this place"
                    <textarea rows=lines.clone() spellcheck="false" prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))></textarea>
                </label>
                <label>"Note, for those who read the rule set"
                    <input type="text" prop:value=move || note.get() on:input=move |event| note.set(event_target_value(&event))/>
                </label>
                <div class="actions">
                    <button class="primary" on:click=move |_| send()>"Use it"</button>
                    <button on:click=move |_| open.set(false)>"Close"</button>
                </div>
            </div>
        }
    };
    view! {
        <div class="actions">
            <button
                class="plain"
                aria-label=label
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = !*open)
            >{write}</button>
            {take_out}
        </div>
        <Show when=move || open.get()>{form()}</Show>
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
