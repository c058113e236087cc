//! The tables that can be read, with their filled columns: a name goes into the query where the caret is.

use std::collections::BTreeMap;

use leptos::prelude::*;
use workbench::protocol::{LogColumn, LogView};

use crate::state::Store;
use crate::words::counted;

/// A table of one or more loaded logs.
#[derive(Clone, Default, PartialEq)]
struct Readable {
    rows: usize,
    columns: Vec<LogColumn>,
}

/// The tables of the loaded logs; nothing without logs.
#[component]
pub fn Tables(insert: Callback<String>) -> impl IntoView {
    let store = expect_context::<Store>();
    // What is open stays open until the logs are others.
    let readable = Memo::new(move |_| store.view.with(|view| readable(&view.logs)));
    let tables = move || {
        let tables = readable.get().into_iter();
        tables
            .map(|(name, table)| shown(name, table, insert))
            .collect_view()
    };
    let has_logs = move || store.view.with(|view| !view.logs.is_empty());
    view! {
        <Show when=has_logs>
            <section class="tables" aria-labelledby="tables-title">
                <h3 id="tables-title">"Tables"</h3>
                <p class="facts">"A name goes into the query at the caret."</p>
                {tables}
            </section>
        </Show>
    }
}

/// The logs by their tables; a column that several of them fill stands once, where the first has it.
fn readable(logs: &[LogView]) -> BTreeMap<String, Readable> {
    let mut tables: BTreeMap<String, Readable> = BTreeMap::new();
    for log in logs {
        let table = tables.entry(log.table.clone()).or_default();
        table.rows += log.rows;
        for column in &log.columns {
            if table.columns.iter().all(|known| known.name != column.name) {
                table.columns.push(column.clone());
            }
        }
    }
    tables
}

fn shown(name: String, table: Readable, insert: Callback<String>) -> impl IntoView {
    let count = table.columns.len();
    // Closed lists cost time at each key in the editor beside them.
    let is_open = RwSignal::new(false);
    let toggled = move |event| {
        let details: web_sys::Element = event_target(&event);
        is_open.set(details.has_attribute("open"));
    };
    let columns = move || {
        let columns = table.columns.iter().cloned();
        columns.map(|column| listed(column, insert)).collect_view()
    };
    let inserted = name.clone();
    view! {
        <div class="table">
            <button class="link" on:click=move |_| insert.run(inserted.clone())>{name}</button>" "
            <span class="facts">{counted(table.rows, "row")}</span>
            <details on:toggle=toggled>
                <summary>{counted(count, "filled column")}</summary>
                <ul>{move || is_open.get().then(&columns)}</ul>
            </details>
        </div>
    }
}

fn listed(column: LogColumn, insert: Callback<String>) -> impl IntoView {
    let written = column.written;
    view! {
        <li>
            <button class="link" on:click=move |_| insert.run(written.clone())>{column.name}</button>" "
            <span class="facts">{column.ty}</span>
        </li>
    }
}
