//! What is around every place: the top, the way of the story, problems, files dropped anywhere, commands.

mod commands;
mod files;
mod header;
mod palette;
mod problems;
mod story;

use leptos::prelude::*;

use crate::places;
use crate::state::{Store, file_address};
use files::DropZone;
use header::Header;
use palette::Palette;
use problems::Problems;
use story::Story;

/// The page as a whole.
#[component]
pub fn App() -> impl IntoView {
    let store = Store::start();
    provide_context(store);
    provide_context(places::Proofs::new());
    commands::hear_shortcuts(store);
    let chosen = Memo::new(move |_| places::of(&store.route.get()).id);
    view! {
        <a class="skip" href="#place" on:click=move |event| { event.prevent_default(); focus_place(); }>
            "Skip to the content"
        </a>
        <DropZone>
            <Header/>
            <div class="frame">
                <Story/>
                <main id="place" tabindex="-1" aria-labelledby="place-title">
                    <Problems/>
                    {move || {
                        let place = places::by_id(chosen.get());
                        view! {
                            <div class="place-head">
                                <h2 id="place-title">{place.title}</h2>
                                <p>{place.help}" "<a href=guide(place.id) target="_blank" rel="noopener">"Guide"</a></p>
                            </div>
                            {(place.show)()}
                        }
                    }}
                </main>
            </div>
            <Palette/>
        </DropZone>
    }
}

/// The address of the part of the guide that tells of a place.
fn guide(place: &str) -> String {
    let part = match place {
        "conversion" => "convert",
        "results" | "incidents" => "results",
        "logs" | "hunt" | "proof" | "tests" | "export" => place,
        _ => "README",
    };
    format!("{}#{part}", file_address("guide.html"))
}

/// Moves the focus to the content; the address stays as it is.
fn focus_place() {
    use wasm_bindgen::JsCast;
    let document = web_sys::window().and_then(|window| window.document());
    let place = document.and_then(|document| document.get_element_by_id("place"));
    if let Some(place) = place.and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that is there takes the focus.
        let _ = place.focus();
    }
}
