//! How the chosen rule is converted: its queries side by side, every edit, every field.

use leptos::prelude::*;
use workbench::protocol::{FieldView, Request, RuleView, View, Way};

use crate::parts::{EditList, Findings, QueryEditor, QueryPair, WithRules, title, watch_findings};
use crate::state::Store;
use crate::words::open_reviews;

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
        <WithRules show=detail/>
    }
}

/// By which profile rules are converted, and what the converted ones watch.
#[component]
fn WayChoice() -> impl IntoView {
    let store = expect_context::<Store>();
    let way = Memo::new(move |_| store.view.with(|view| view.way.clone()));
    let profiles = Memo::new(move |_| store.view.with(|view| view.profiles.clone()));
    let convert = move |way: Way| store.send("Converting all rules", Request::Convert { way });
    let choose = move |event| {
        let profile = event_target_value(&event);
        let widen = way.get_untracked().widen;
        convert(Way { profile, widen });
    };
    let widen = move |event| {
        let profile = way.get_untracked().profile;
        convert(Way {
            profile,
            widen: event_target_checked(&event),
        });
    };
    let option = move |(id, title): (String, String)| {
        let value = id.clone();
        let chosen = move || {
            let first = || profiles.with(|all| all.first().is_some_and(|(first, _)| *first == id));
            way.with(|way| way.profile == id || (way.profile.is_empty() && first()))
        };
        view! { <option value=value selected=chosen>{title}</option> }
    };
    view! {
        <fieldset class="panel way">
            <legend>"How rules are converted"</legend>
            <label>
                "Profile "
                <select on:change=choose>{move || profiles.get().into_iter().map(option).collect_view()}</select>
            </label>
            <label>
                <input type="checkbox" prop:checked=move || way.get().widen on:change=widen/>
                " Watch both: one rule for vaults and Managed HSMs, instead of a second rule"
            </label>
        </fieldset>
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

/// The converted query to be edited: what the edits gave stays to go back to.
#[component]
fn ByHand(store: Store, rule: RuleView) -> impl IntoView {
    // A draft outlives this view, which is made anew whenever the session changes.
    let draft = store
        .drafts
        .with_untracked(|drafts| drafts.get(&rule.key).cloned());
    let draft = draft.filter(|draft| *draft != rule.converted_query);
    let editing = RwSignal::new(draft.is_some());
    let text = RwSignal::new(draft.unwrap_or_else(|| rule.converted_query.clone()));
    let key = StoredValue::new(rule.key.clone());
    Effect::new(move || {
        let (editing, text) = (editing.get(), text.get());
        store.drafts.update(|drafts| {
            drafts.remove(&key.get_value());
            if editing {
                drafts.insert(key.get_value(), text);
            }
        });
    });
    let write = move |query: Option<String>| {
        let rule = key.get_value();
        store.send("Taking your query", Request::WriteQuery { rule, query });
    };
    let save = move || write(Some(text.get_untracked()));
    let editor = move || {
        view! {
            <QueryEditor label="Managed HSM query" text run=Callback::new(move |()| save())/>
            <div class="actions">
                <button class="primary" title="Ctrl+Enter in the editor" on:click=move |_| save()>"Use this query"</button>
                <button on:click=move |_| editing.set(false)>"Close"</button>
            </div>
        }
    };
    let back = rule.by_hand.then(|| {
        view! {
            <p class="facts note">"You wrote the Managed HSM query; the edits below change it no longer."</p>
            <button on:click=move |_| write(None)>"Go back to what the edits give"</button>
        }
    });
    view! {
        <section class="by-hand">
            <div class="actions">
                <Show when=move || !editing.get()>
                    <button on:click=move |_| editing.set(true)>"Edit the Managed HSM query"</button>
                </Show>
                {back}
            </div>
            <Show when=move || editing.get()>{editor()}</Show>
        </section>
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
