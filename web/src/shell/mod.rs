//! What is around every place: the top, the way of the story, problems, files dropped anywhere, commands.

mod clear;
mod commands;
mod files;
mod header;
mod palette;
mod picture;
mod problems;
mod story;
mod tour;

use leptos::prelude::*;

use crate::places;
use crate::state::{Store, enter, file_address};
use clear::ClearDialog;
pub use clear::open_clear;
use files::DropZone;
use header::Header;
use palette::Palette;
use problems::Problems;
use story::Story;
pub use tour::Tour;
use tour::TourPanel;

/// The page as a whole.
#[component]
pub fn App() -> impl IntoView {
    let store = Store::start();
    provide_context(store);
    provide_context(places::Proofs::new());
    let tour = Tour::new();
    provide_context(tour);
    commands::hear_shortcuts(store);
    files::hear_pastes(store);
    picture::give_way(store);
    let chosen = Memo::new(move |_| places::of(&store.route.get()).id);
    view! {
        <a class="skip" href="#place" on:click=move |event| { event.prevent_default(); enter(); }>
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
                                <p>{place.help}</p>
                                {documentation(place.id)}
                            </div>
                            {(place.show)()}
                        }
                    }}
                    <TourPanel/>
                </main>
            </div>
            <Palette/>
            <ClearDialog/>
        </DropZone>
    }
}

/// Links to what explains a place, each named after its page.
fn documentation(place: &str) -> impl IntoView + use<> {
    let help = places::help::of(place);
    let guide = format!("{}#{}", file_address("guide.html"), help.guide);
    let microsoft = help.microsoft.map(|page| {
        view! { <a href=page.address target="_blank" rel="noreferrer noopener">"Microsoft: "{page.title}</a> }
    });
    view! {
        <p class="docs">
            <a href=guide target="_blank" rel="noopener">"Guide: "{help.title}</a>
            {microsoft}
        </p>
    }
}

/// Whether an event goes to a field, which has its own undo and takes text itself.
fn in_field(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast;
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| {
        // The editor's own tree is not seen from outside; its host stands for it.
        let field = element.closest(
            "input[type=text], input[type=search], input[type=number], textarea, [contenteditable=true], .editor-host",
        );
        field.ok().flatten().is_some()
    })
}
