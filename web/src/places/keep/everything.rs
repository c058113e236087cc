//! Everything as one file: saved, and taken over after a look at what is inside.

use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlInputElement};
use workbench::protocol::{Answer, EverythingView, InputFile, Problem, Question};

use super::failed;
use crate::parts::{download, file_of, sentences};
use crate::places::{Told, heard, told};
use crate::state::{Store, go};

/// Saves everything and takes it over.
#[component]
pub fn Everything() -> impl IntoView {
    let store = expect_context::<Store>();
    let with_logs = RwSignal::new(false);
    let found = Told::<EverythingView>::new(None);
    let save = move |_| {
        let logs = match with_logs.get_untracked() {
            true => store.log_files(),
            false => Vec::new(),
        };
        spawn_local(async move {
            let mut read = Vec::new();
            for file in logs {
                let name = file.name();
                // A file that says that it holds everything must not lack a log.
                let Some(bytes) = bytes_of(&file).await else {
                    return store.failure.set(Some(unreadable(name)));
                };
                read.push(InputFile { name, bytes });
            }
            store.ask_long(
                "Saving everything",
                Question::Everything(read),
                move |answer| {
                    if let Some(Answer::File(file)) = heard(store, answer) {
                        download(&file);
                    }
                },
            );
        });
    };
    let pick = move |event: web_sys::Event| {
        let input: Option<HtmlInputElement> =
            event.target().and_then(|target| target.dyn_into().ok());
        let Some(input) = input else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        input.set_value("");
        spawn_local(async move {
            let text = JsFuture::from(file.text())
                .await
                .ok()
                .and_then(|text| text.as_string());
            let question = Question::ReadEverything(text.unwrap_or_default());
            store.ask(
                question,
                told("Your work", found, |answer| match answer {
                    Answer::Everything(view) => Some(*view),
                    _ => None,
                }),
            );
        });
    };
    view! {
        <section class="panel" aria-labelledby="everything-title">
            <h3 id="everything-title">"Everything as one file"</h3>
            <p class="facts">"Rules, decisions, queries written by hand, tests, earlier queries: for another browser, or for later. The file holds what you loaded as it is; to share it without names, share rules instead."</p>
            <label class="row">
                <input type="checkbox" prop:checked=move || with_logs.get() on:change=move |event| with_logs.set(event_target_checked(&event))/>
                " With my log files"
            </label>
            <div class="actions">
                <button on:click=save>"Save everything"</button>
                <label class="now">"Open a saved file " <input type="file" accept=".json" on:change=pick/></label>
            </div>
            <div role="status">
                {move || found.get().map(|one| match one {
                    Ok(view) => shown(store, found, view).into_any(),
                    Err(problem) => failed(&problem),
                })}
            </div>
        </section>
    }
}

fn shown(
    store: Store,
    found: RwSignal<Option<Result<EverythingView, Problem>>>,
    view: EverythingView,
) -> impl IntoView {
    let (journal, logs) = (view.journal, view.logs);
    let take = move |_| {
        let files = logs
            .iter()
            .filter_map(|log| file_of(&log.name, &log.base64));
        store.take_over("Opening saved work", journal.clone(), files.collect());
        found.set(None);
        go("rules", "");
    };
    view! {
        <h4>"What is inside"</h4>
        {sentences(view.contents)}
        <p>"It takes the place of the work in this tab. Undo brings that back."</p>
        <p class="actions">
            <button class="primary" on:click=take>"Take it over"</button>
            <button on:click=move |_| found.set(None)>"Leave it"</button>
        </p>
    }
}

async fn bytes_of(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

fn unreadable(name: String) -> Problem {
    Problem {
        subject: name,
        line: None,
        field: None,
        message: "the browser cannot read this log file any more, so nothing was saved".to_owned(),
        remedy: "add the file again, or save everything without log files".to_owned(),
    }
}
