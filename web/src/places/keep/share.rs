//! Rules to share, as an address or a file, with what is inside and what stands for which name.

use leptos::prelude::*;
use workbench::protocol::{Answer, Question, ShareAsk, ShareView};

use super::failed;
use crate::parts::{copy, download, sentences};
use crate::places::{Told, told};
use crate::state::{Store, address};

/// Chooses what to share, and shows what that is before it leaves the page.
#[component]
pub fn Share() -> impl IntoView {
    let store = expect_context::<Store>();
    let chosen_only = RwSignal::new(false);
    let rows = RwSignal::new(false);
    let seed = RwSignal::new(String::new());
    let keep = RwSignal::new(String::new());
    let made = Told::<ShareView>::new(None);
    let ask = move || ShareAsk {
        rules: match chosen_only.get() {
            true => vec![store.rule_key()],
            false => Vec::new(),
        },
        rows: rows.get(),
        seed: seed.get(),
        keep: keep.get().split_whitespace().map(str::to_owned).collect(),
    };
    Effect::new(move || {
        store.view.track();
        let ask = ask();
        if !store.is_open() || ask.rows && ask.seed.trim().is_empty() {
            return made.set(None);
        }
        store.ask(
            Question::Share(Box::new(ask)),
            told("Sharing", made, |answer| match answer {
                Answer::Share(view) => Some(*view),
                _ => None,
            }),
        );
    });
    view! {
        <section class="panel" aria-labelledby="share-title">
            <h3 id="share-title">"Share rules"</h3>
            <p class="facts">"Rules, the state of their edits, and their tests. Whoever opens them sees first what they would change; nothing runs by itself."</p>
            <label class="row">
                <input type="checkbox" prop:checked=move || chosen_only.get() on:change=move |event| chosen_only.set(event_target_checked(&event))/>
                {move || format!(" Only the chosen rule, {}", store.rule().map(|rule| rule.name).unwrap_or_default())}
            </label>
            <label class="row">
                <input type="checkbox" prop:checked=move || rows.get() on:change=move |event| rows.set(event_target_checked(&event))/>
                " With the tests that hold rows of my logs; callers, addresses, ids and names become pseudonyms"
            </label>
            <Show when=move || rows.get()>
                <div class="fields">
                    <label class="field"><span>"Seed of the pseudonyms"</span>
                        <input type="text" autocomplete="off" spellcheck="false" prop:value=move || seed.get() on:input=move |event| seed.set(event_target_value(&event))/>
                    </label>
                    <label class="field"><span>"Words that stay, with blanks"</span>
                        <input type="text" autocomplete="off" spellcheck="false" prop:value=move || keep.get() on:input=move |event| keep.set(event_target_value(&event))/>
                    </label>
                </div>
                <p class="facts">"Any word is a seed, and the same one gives the same pseudonyms. Keep it like the log: who has it can test a guess."</p>
            </Show>
            <div role="status">
                {move || made.get().map(|made| match made {
                    Ok(view) => shown(view).into_any(),
                    Err(problem) => failed(&problem),
                })}
            </div>
        </section>
    }
}

fn shown(view: ShareView) -> impl IntoView {
    let copied = RwSignal::new(String::new());
    let file = view.file;
    let by_address = match view.address {
        Ok(packed) => {
            let letters = packed.len();
            let copy_it = move |_| copy(copied, "Address", whole_address(&packed));
            view! {
                <button class="primary" on:click=copy_it>"Copy the address"</button>
                <span class="facts">{format!("{letters} letters behind #, which are sent to no server.")}</span>
            }
            .into_any()
        }
        Err(why) => view! { <span class="note">{why}</span> }.into_any(),
    };
    view! {
        <h4>"What is inside"</h4>
        {sentences(view.contents)}
        {pseudonyms(view.replaced)}
        <div class="actions">
            {by_address}
            <button on:click=move |_| download(&file)>"Save as a file"</button>
            <span role="status">{move || copied.get()}</span>
        </div>
    }
}

/// The address that opens shared rules.
fn whole_address(packed: &str) -> String {
    let location = web_sys::window().map(|window| window.location());
    let here = location
        .and_then(|location| location.href().ok())
        .unwrap_or_default();
    let page = here.split('#').next().unwrap_or_default().to_owned();
    page + &address("keep", packed)
}

/// What stands for which name; nothing when no rows go along.
fn pseudonyms(replaced: Vec<(String, String)>) -> Option<impl IntoView> {
    (!replaced.is_empty()).then(|| {
        let rows = replaced.into_iter().map(|(before, after)| {
            view! { <tr><td><del>{before}</del></td><td><ins>{after}</ins></td></tr> }
        });
        view! {
            <h4>"What is replaced"</h4>
            <div class="scroll" tabindex="0" role="region" aria-label="Names and their pseudonyms">
                <table>
                    <thead><tr><th scope="col">"In your log"</th><th scope="col">"In what you share"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
    })
}
