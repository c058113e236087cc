//! What a first visit sees before the worker has answered: its answer, which the build has asked for and written
//! into the page (web/picture.mjs), without the colours of the queries.

use js_sys::JSON;
use web::messages::Answer;
use web_sys::Document;
use workbench::protocol::{Reply, View};

/// Where the build leaves the answer.
const ANSWER: &str = "first-answer";
/// What is there only on a first visit (public/picture.js).
const PICTURE: &str = "picture";

/// The first view; `None` for who has been here before, and for a page without one.
pub fn first_view() -> Option<View> {
    let document = web_sys::window()?.document()?;
    document.get_element_by_id(PICTURE)?;
    match serde_wasm_bindgen::from_value(JSON::parse(&written(&document)?).ok()?) {
        Ok(Answer::Reply { reply, .. }) => match *reply {
            Reply::View { view, .. } => Some(*view),
            _ => None,
        },
        _ => None,
    }
}

fn written(document: &Document) -> Option<String> {
    document.get_element_by_id(ANSWER)?.text_content()
}
