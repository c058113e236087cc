//! Where the user is: the part of the address behind `#`, as `#/place/what`. Every place can be linked to,
//! and the browser's back button goes back.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// A place and what is chosen in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Id of the place; the first one when empty.
    pub place: String,
    /// Key of what is shown there, such as a rule; may be empty.
    pub what: String,
}

impl Route {
    /// The route of the address as it is now.
    pub fn of_address() -> Self {
        let location = web_sys::window().map(|window| window.location());
        let hash = location.and_then(|location| location.hash().ok());
        Self::of_hash(&hash.unwrap_or_default())
    }

    fn of_hash(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let (place, what) = path.split_once('/').unwrap_or((path, ""));
        let what = js_sys::decode_uri_component(what).map_or_else(|_| String::new(), String::from);
        Self {
            place: place.to_owned(),
            what,
        }
    }

    /// A signal that follows the address.
    pub fn follow() -> RwSignal<Self> {
        let route = RwSignal::new(Self::of_address());
        let changed = Closure::<dyn FnMut()>::new(move || route.set(Self::of_address()));
        if let Some(window) = web_sys::window() {
            window.set_onhashchange(Some(changed.as_ref().unchecked_ref()));
        }
        // The closure lives as long as the page.
        changed.forget();
        route
    }
}

/// The address of a place, for a link.
pub fn address(place: &str, what: &str) -> String {
    match what {
        "" => format!("#/{place}"),
        what => format!(
            "#/{place}/{}",
            String::from(js_sys::encode_uri_component(what))
        ),
    }
}

/// Goes to a place.
pub fn go(place: &str, what: &str) {
    if let Some(window) = web_sys::window() {
        // Setting the part behind `#` loads nothing and cannot be refused.
        let _ = window.location().set_hash(&address(place, what));
    }
}

/// Moves the focus to the content; the address stays as it is.
pub fn enter() {
    let document = web_sys::window().and_then(|window| window.document());
    let place = document.and_then(|document| document.get_element_by_id("place"));
    if let Some(place) = place.and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that is there takes the focus.
        let _ = place.focus();
    }
}
