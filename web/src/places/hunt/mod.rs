//! Free queries over the loaded logs: an editor, what was found as a chart and as rows, and what was run
//! before.

mod tables;

use leptos::prelude::*;
use workbench::protocol::{GridSource, HuntView, View};

use crate::parts::{FigureView, Grid, QueryEditor, Teach, prose};
use crate::state::{Store, go};
use crate::words::{counted, minute};
use tables::Tables;

/// What can be read.
pub fn state(view: &View) -> String {
    match view.logs.is_empty() {
        true => "no logs to search".to_owned(),
        false => "on the loaded logs".to_owned(),
    }
}

/// The editor and what the last query found.
#[component]
pub fn Hunting() -> impl IntoView {
    let store = expect_context::<Store>();
    let hunt = store.hunt;
    let linked = store.route.get_untracked().what;
    if !linked.is_empty() {
        hunt.text.set(linked);
    }
    let run = move || hunt.run(store);
    let insert = RwSignal::new(String::new());
    let link = move |_| go("hunt", &hunt.text.get_untracked());
    view! {
        <section class="panel hunt">
            <div class="desk">
                <QueryEditor label="Query" text=hunt.text insert run=Callback::new(move |()| run())>
                    <button class="primary" title="Ctrl+Enter in the editor" on:click=move |_| run()>"Run the query"</button>
                    {history(store)}
                    <button class="plain" on:click=link>"Put it into the address"</button>
                </QueryEditor>
                <Tables insert=Callback::new(move |name| insert.set(name))/>
            </div>
            <Teach what="No logs are loaded, so that every table is empty. With logs the editor completes their columns, and results and charts appear below."/>
            <div role="status">{move || hunt.problem.get().map(problem)}</div>
        </section>
        <section class="panel hunt-found" aria-label="Result">
            {move || hunt.found.get().map_or_else(nothing, found)}
        </section>
    }
}

fn problem(problem: workbench::protocol::Problem) -> impl IntoView {
    let line = problem.line.map(|line| format!("Line {line}: "));
    let remedy = match problem.remedy.is_empty() {
        true => String::new(),
        false => format!("; {}", problem.remedy),
    };
    view! { <p class="query-error">{line}{prose(problem.message)}{prose(remedy)}</p> }
}

fn nothing() -> AnyView {
    view! { <p class="empty">"Rows and charts of the query appear here, and stay while you write the next one."</p> }.into_any()
}

fn found(found: HuntView) -> AnyView {
    let facts = format!(
        "{}, with now() at {}.",
        counted(found.rows, "row"),
        minute(&found.now)
    );
    view! {
        <p class="facts" role="status">{facts}</p>
        {(!found.note.is_empty()).then(|| view! { <p class="facts note">{prose(found.note)}</p> })}
        {found.figure.map(|figure| view! { <FigureView figure/> })}
        <Grid source=GridSource::Hunt label="Rows of the query"/>
    }
    .into_any()
}

/// Queries that were run before, the last one first.
fn history(store: Store) -> impl IntoView {
    let entries = move || {
        let hunts = store.hunts().into_iter();
        let entries = hunts.map(|query| {
            let text = query.split_whitespace().collect::<Vec<_>>().join(" ");
            let short: String = text.chars().take(80).collect();
            let choose = move |_| store.hunt.text.set(query.clone());
            view! { <button class="plain" title=text on:click=choose>{short}</button> }
        });
        entries.collect_view()
    };
    let count = move || store.hunts().len();
    view! {
        <Show when=move || count() != 0>
            <details class="menu"><summary>"History"</summary><div class="menu-list">{entries}</div></details>
        </Show>
    }
}
