//! The tables that can be read, with their filled columns: a name goes into the query where the caret is.

use std::collections::BTreeMap;

use leptos::prelude::*;
use workbench::protocol::{LogColumn, LogView};

use crate::state::Store;
use crate::words::counted;

/// A table of one or more loaded logs.
#[derive(Default)]
struct Readable {
    rows: usize,
    columns: Vec<LogColumn>,
}

/// The tables of the loaded logs; nothing without logs.
#[component]
pub fn Tables(insert: Callback<String>) -> impl IntoView {
    let store = expect_context::<Store>();
    let tables = move || {
        let view = store.view.get();
        let tables = readable(&view.logs).into_iter();
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
    let columns = table.columns.into_iter().map(|column| {
        let written = column.written;
        view! {
            <li>
                <button class="link" on:click=move |_| insert.run(written.clone())>{column.name}</button>" "
                <span class="facts">{column.ty}</span>
            </li>
        }
    });
    let columns: Vec<_> = columns.collect();
    let inserted = name.clone();
    view! {
        <div class="table">
            <button class="link" on:click=move |_| insert.run(inserted.clone())>{name}</button>" "
            <span class="facts">{counted(table.rows, "row")}</span>
            <details>
                <summary>{counted(columns.len(), "filled column")}</summary>
                <ul>{columns}</ul>
            </details>
        </div>
    }
}
