//! A log without what names somebody, to be shared.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlInputElement};
use workbench::protocol::{Answer, Problem, Question, RedactAsk, RedactView};

use super::{failed, field};
use crate::parts::download_bytes;
use crate::places::{Told, told};
use crate::state::Store;

/// Redacts a file that the user chooses.
#[component]
pub fn Share() -> impl IntoView {
    let store = expect_context::<Store>();
    let seed = RwSignal::new(String::new());
    let keep = RwSignal::new(String::new());
    let done = Told::<RedactView>::new(None);
    let chosen = move |event: web_sys::Event| {
        let input: Option<HtmlInputElement> =
            event.target().and_then(|target| target.dyn_into().ok());
        let file = input
            .and_then(|input| input.files())
            .and_then(|files| files.get(0));
        let Some(file) = file else { return };
        let (seed, words) = (seed.get(), keep.get());
        spawn_local(async move {
            let Some(bytes) = bytes_of(&file).await else {
                done.set(Some(Err(Problem::about(
                    file.name(),
                    "the file cannot be read",
                    "choose it again",
                ))));
                return;
            };
            let ask = RedactAsk {
                name: file.name(),
                bytes: bytes.into(),
                seed,
                keep: words.split_whitespace().map(str::to_owned).collect(),
            };
            store.ask_long(
                "Redacting the log",
                Question::Redact(Box::new(ask)),
                told("Redaction", done, |answer| match answer {
                    Answer::Redacted(view) => Some(*view),
                    _ => None,
                }),
            );
        });
    };
    view! {
        <section class="panel" aria-labelledby="export-share">
            <h3 id="export-share">"Share a log without names"</h3>
            <p class="facts">"Callers, addresses, ids, names and hosts become pseudonyms, the same for the same seed; private addresses stay private and subnets stay together. Keep the seed like the log: who has it can test a guess. A name that stands only in free text is not recognised."</p>
            <div class="fields">
                {field("Seed", move || seed.get(), move |text| seed.set(text))}
                {field("Words that stay, with blanks", move || keep.get(), move |text| keep.set(text))}
                <label class="field"><span>"Log file"</span>
                    <input type="file" disabled=move || seed.with(String::is_empty) on:change=chosen/>
                </label>
            </div>
            <div aria-live="polite">
                {move || done.get().map(|done| match done {
                    Ok(view) => saved(view).into_any(),
                    Err(problem) => failed(&problem),
                })}
            </div>
        </section>
    }
}

async fn bytes_of(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

fn saved(view: RedactView) -> impl IntoView {
    let (name, text) = (view.name.clone(), view.text);
    view! {
        <p>{view.told}</p>
        <button class="primary" on:click=move |_| download_bytes(&name, "text/plain", text.as_bytes())>{format!("Download {}", view.name)}</button>
    }
}
