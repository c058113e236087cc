//! The picture of the page: `public/picture.js` shows it until the page itself can be seen.

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::state::Store;

/// Where `public/picture.js` leaves the function that takes the picture away.
const IS_THERE: &str = "rulesmithIsThere";

/// Takes the picture away once the rules have come, or once something says why they do not.
pub fn give_way(store: Store) {
    Effect::new(move || {
        let has_come = store
            .view
            .with(|view| !view.rules.is_empty() || !view.problems.is_empty());
        if has_come || store.failure.with(Option::is_some) {
            // The rules are drawn by then.
            request_animation_frame(take_away);
        }
    });
}

fn take_away() {
    let page = js_sys::global();
    let is_there = Reflect::get(&page, &IS_THERE.into()).unwrap_or_default();
    if let Some(is_there) = is_there.dyn_ref::<Function>() {
        // What fails in it is the picture's matter.
        let _ = is_there.call0(&page);
    }
}
