//! The chosen rule's runs over a span as one query, and where to open it.

use leptos::prelude::*;
use workbench::handover::Fields;
use workbench::links::Link;
use workbench::protocol::{Answer, BacktestAsk, BacktestView, Problem, Question};

use super::{failed, field};
use crate::parts::{copy, download, prose};
use crate::places::{Told, told};
use crate::state::Store;

/// The query of the chosen rule.
#[component]
pub fn Backtest(fields: RwSignal<Fields>) -> impl IntoView {
    let store = expect_context::<Store>();
    let ask = RwSignal::new(BacktestAsk::default());
    let made = Told::<BacktestView>::new(None);
    let script = RwSignal::new(None::<Problem>);
    let write = move |_| {
        let mut wanted = ask.get();
        wanted.rule = store.rule_key();
        wanted.fields = fields.get();
        store.ask(
            Question::Backtest(Box::new(wanted)),
            told("Query", made, |answer| match answer {
                Answer::Backtest(view) => Some(*view),
                _ => None,
            }),
        );
    };
    let save = move |_| {
        store.ask(Question::Script, move |answer| match answer {
            Ok(Answer::File(file)) => download(&file),
            Ok(_) => {}
            Err(problem) => script.set(Some(problem)),
        });
    };
    let rule = move || {
        store
            .rule()
            .map(|rule| rule.converted_name)
            .unwrap_or_default()
    };
    view! {
        <section class="panel" aria-labelledby="export-backtest">
            <h3 id="export-backtest">"On the real log"</h3>
            <p class="facts">"One query that tells, for each run of the chosen rule, how many rows it gives and whether it fires. Run it where the log is. Chosen: "<strong>{rule}</strong></p>
            <div class="fields">
                {field("First run (empty: as in the loaded log)", move || ask.with(|ask| ask.from.clone()), move |text| ask.update(|ask| ask.from = text))}
                {field("Last run", move || ask.with(|ask| ask.to.clone()), move |text| ask.update(|ask| ask.to = text))}
                {field("Azure Data Explorer, cluster/database", move || ask.with(|ask| ask.cluster.clone()), move |text| ask.update(|ask| ask.cluster = text))}
            </div>
            <div class="actions">
                <button on:click=write>"Write the query"</button>
                <button on:click=save>"Download the loaded rows as a script for Azure Data Explorer"</button>
            </div>
            <div aria-live="polite">
                {move || script.get().map(|problem| failed(&problem))}
                {move || made.get().map(|made| match made {
                    Ok(view) => shown(view).into_any(),
                    Err(problem) => failed(&problem),
                })}
            </div>
        </section>
    }
}

fn shown(view: BacktestView) -> impl IntoView {
    let copied = RwSignal::new(String::new());
    let query = view.query.clone();
    view! {
        {view.notes.into_iter().map(|note| view! { <p class="facts">{prose(note)}</p> }).collect_view()}
        <pre tabindex="0" aria-label="Query of the back-test" class="preview"><code>{view.query}</code></pre>
        <div class="actions">
            <button on:click=move |_| copy(copied, "Query", query.clone())>"Copy the query"</button>
            <span role="status">{move || copied.get()}</span>
        </div>
        {opened("Open in Log Analytics", view.log_analytics)}
        {opened("Open in Azure Data Explorer", view.data_explorer)}
    }
}

/// A link that is followed only by a click; otherwise why there is none.
fn opened(title: &'static str, link: Result<Link, String>) -> impl IntoView {
    match link {
        Ok(link) => view! {
            <p><a href=link.address target="_blank" rel="noreferrer noopener">{title}</a><span class="facts">" The query goes along in the address. "{link.source}</span></p>
        }
        .into_any(),
        Err(why) => view! { <p class="facts">{title}": "{prose(why)}"."</p> }.into_any(),
    }
}
