//! Rules that came in the address: what they would change, before anything is changed or run.

use leptos::prelude::*;
use workbench::protocol::{Answer, Question, Request, UnpackedView};

use super::failed;
use crate::places::tests::preview;
use crate::places::{Told, told};
use crate::state::{Store, go};

/// Asks whether the rules of the address are to be opened; nothing without such rules.
#[component]
pub fn Received() -> impl IntoView {
    let store = expect_context::<Store>();
    let packed = Memo::new(move |_| {
        let route = store.route.get();
        (route.place == "keep" && !route.what.is_empty()).then_some(route.what)
    });
    let found = Told::<UnpackedView>::new(None);
    Effect::new(move || {
        found.set(None);
        // What opening would change depends on what is loaded.
        let ready = store.is_open();
        let Some(packed) = packed.get().filter(|_| ready) else {
            return;
        };
        store.ask(
            Question::Unpack(packed),
            told("Shared rules", found, |answer| match answer {
                Answer::Unpacked(view) => Some(*view),
                _ => None,
            }),
        );
    });
    let leave = move || go("keep", "");
    move || {
        packed.get()?;
        let body = found.get().map(|found| match found {
            Err(problem) => failed(&problem),
            Ok(found) => {
                let text = found.text;
                let open = move |_| {
                    let name = store.fresh_name("Shared rules");
                    let text = text.clone();
                    store.send(
                        "Opening the shared rules",
                        Request::OpenRuleSet { name, text },
                    );
                    go("rules", "");
                };
                view! {
                    {preview(found.preview)}
                    <p class="actions">
                        <button class="primary" on:click=open>"Open it"</button>
                        <button on:click=move |_| leave()>"Leave it"</button>
                    </p>
                }
                .into_any()
            }
        });
        Some(view! {
            <section class="panel" aria-labelledby="received-title">
                <h3 id="received-title">"Somebody shared rules with you"</h3>
                <p class="facts">"They are in the address of this page. Nothing of them is loaded and nothing runs until you open them; opening can be taken back."</p>
                <div role="status">{body}</div>
            </section>
        })
    }
}
