//! A sentence on the page, what it quotes in the type of code.

use leptos::prelude::*;
use web::prose::{Piece, pieces};

/// The sentence; whatever it quotes is text, never markup.
pub fn prose(sentence: String) -> impl IntoView {
    let views = pieces(&sentence).into_iter().map(|piece| match piece {
        Piece::Words(text) => text.to_owned().into_any(),
        Piece::Code(text) => view! { <code>{text.to_owned()}</code> }.into_any(),
    });
    let views: Vec<AnyView> = views.collect();
    views
}

/// A list of sentences; nothing when there are none.
pub fn sentences(sentences: Vec<String>) -> Option<impl IntoView> {
    (!sentences.is_empty()).then(|| {
        let items = sentences
            .into_iter()
            .map(|text| view! { <li>{prose(text)}</li> });
        view! { <ul class="sentences">{items.collect_view()}</ul> }
    })
}
