//! A row whole: every column that holds a value in it, beneath the grid.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use workbench::protocol::{Answer, GridQuery, Question};

use super::Shown;

/// A row that is open.
#[derive(Clone)]
pub(super) struct Whole {
    /// Its number, from 1.
    number: usize,
    fields: Vec<(String, String)>,
    /// What opened it; the focus goes back there.
    opener: StoredValue<Option<HtmlElement>, LocalStorage>,
}

/// Opens the row at a place among the sorted and filtered ones.
pub(super) fn open(shown: Shown, place: usize) {
    let query = GridQuery {
        first: place,
        count: 1,
        turned: Vec::new(),
        sight: None,
        ..untrack(|| shown.query())
    };
    let document = web_sys::window().and_then(|window| window.document());
    let opener = document.and_then(|document| document.active_element()?.dyn_into().ok());
    let opener = StoredValue::new_local(opener);
    shown
        .store
        .ask(Question::Grid(query), move |answer| match answer {
            Ok(Answer::Grid(page)) => {
                let columns = page.columns.into_iter().filter(|column| column.filled);
                let cells = page.rows.into_iter().next().unwrap_or_default();
                let fields = columns.zip(cells).filter_map(|(column, cell)| {
                    let cell = cell.filter(|cell| !cell.is_empty())?;
                    Some((column.name, cell))
                });
                let number = page
                    .numbers
                    .first()
                    .map_or(place, |number| *number as usize)
                    + 1;
                // The grid may be gone.
                let _ = shown.whole.try_set(Some(Whole {
                    number,
                    fields: fields.collect(),
                    opener,
                }));
                let _ = shown.told.try_set(format!("Row {number} is open beneath."));
            }
            Err(problem) => drop(shown.told.try_set(problem.message)),
            Ok(_) => {}
        });
}

/// The row that is open; nothing while none is.
pub(super) fn whole(shown: Shown) -> impl IntoView {
    let close = move |_| {
        if let Some(row) = shown.whole.get_untracked() {
            let opener = row.opener.try_get_value().flatten();
            shown.told.set(String::new());
            shown.whole.set(None);
            if let Some(opener) = opener {
                // An element that has gone meanwhile takes no focus.
                let _ = opener.focus();
            }
        }
    };
    move || {
        shown.whole.get().map(|row| {
            let title = format!("Row {}", row.number);
            let fields = row.fields.into_iter();
            let fields = fields.map(
                |(name, value)| view! { <tr><th scope="row">{name}</th><td>{value}</td></tr> },
            );
            let fields: Vec<_> = fields.collect();
            view! {
                <section class="whole" aria-label=title>
                    <div class="between">
                        <h4>{title.clone()}</h4>
                        <button class="plain" on:click=close>"Close"</button>
                    </div>
                    <table><tbody>{fields}</tbody></table>
                </section>
            }
        })
    }
}
