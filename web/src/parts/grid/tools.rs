//! The tools above a grid: filter, choice of columns, copy, files.

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use workbench::protocol::GridColumn;

use super::Shown;
use crate::parts::{copy, download};

/// How long the filter waits for the next letter, in milliseconds.
const FILTER_REST: std::time::Duration = std::time::Duration::from_millis(200);

/// The tools of a grid; `reset` scrolls to its top.
pub(super) fn tools(shown: Shown, reset: impl Fn() + Copy + 'static) -> impl IntoView {
    let mut rest = debounce(FILTER_REST, move |text: String| {
        reset();
        shown.filter.set(text);
    });
    let typed = move |event| rest(event_target_value(&event));
    let save = move |format| shown.file(format, |_, file| download(&file));
    let copy_rows = move |_| shown.file("csv", |shown, file| copy(shown.told, "Rows", file.text));
    let columns = move || {
        let columns = shown.all.get().into_iter();
        columns
            .map(|column| column_choice(shown, column))
            .collect_view()
    };
    view! {
        <div class="grid-tools">
            <label>"Filter "<input type="search" autocomplete="off" spellcheck="false" on:input=typed/></label>
            <details class="menu"><summary>"Columns"</summary><div class="menu-list">{columns}</div></details>
            <button class="plain" on:click=copy_rows>"Copy"</button>
            <button class="plain" on:click=move |_| save("csv")>"CSV"</button>
            <button class="plain" on:click=move |_| save("json")>"JSON"</button>
        </div>
    }
}

fn column_choice(shown: Shown, column: GridColumn) -> impl IntoView {
    let name = column.name.clone();
    let change = move |_| {
        shown.turned.update(|turned| {
            let known = turned.iter().position(|one| *one == name);
            match known {
                Some(place) => drop(turned.remove(place)),
                None => turned.push(name.clone()),
            }
        });
    };
    let label = column.name.clone();
    view! { <label><input type="checkbox" prop:checked=move || { shown.turned.track(); shown.shows(&column) } on:change=change/>" "{label}</label> }
}
