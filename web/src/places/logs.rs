//! Samples and loaded files: what was recognised in each.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use workbench::protocol::{GridSource, LogView, Request, RuleVersion, TestOf, View, WhyQuestion};

use super::keep::files_kept;
use crate::parts::{Answers, Grid, panel, prose};
use crate::shell::open_clear;
use crate::state::{Store, address, usage};
use crate::words::{counted, grouped, minute};

/// How many rows are loaded.
pub fn state(view: &View) -> String {
    match view.logs.iter().map(|log| log.rows).sum() {
        0 => "none yet".to_owned(),
        rows => counted(rows, "row"),
    }
}

/// The logs that rules run on, and the rows of the chosen one.
#[component]
pub fn Logs() -> impl IntoView {
    let store = expect_context::<Store>();
    let held = RwSignal::new(String::new());
    Effect::new(move || {
        // Whatever changes the view may change what is held.
        store.view.track();
        store.keeps_logs.track();
        spawn_local(async move {
            let bytes = usage().await.unwrap_or_default();
            held.set(format!(
                "The browser holds {:.1} MB for this page.",
                bytes / 1e6
            ));
        });
    });
    let looked_at = RwSignal::new(None::<String>);
    let shown = Memo::new(move |_| {
        let view = store.view.get();
        let looked_at = looked_at.get();
        let log = view
            .logs
            .iter()
            .find(|log| Some(&log.key) == looked_at.as_ref());
        log.or(view.logs.first()).map(|log| log.key.clone())
    });
    let samples = move || {
        let view = store.view.get();
        view.samples
            .iter()
            .map(|sample| view! { <option value=sample.name.clone() title=sample.description.clone()>{sample.title.clone()}</option> })
            .collect_view()
    };
    view! {
        <section class="panel" aria-label="Loaded logs">
            <label class="sample">
                "Sample "
                <select on:change=move |event| {
                    let name = event_target_value(&event);
                    if !name.is_empty() {
                        store.run_sample(&name);
                    }
                }>
                    <option value="">"Choose one to load and run…"</option>
                    {samples}
                </select>
            </label>
            <label class="row">
                <input
                    type="checkbox"
                    prop:checked=move || store.keeps_logs.get()
                    on:change=move |event| store.keep_logs(event_target_checked(&event))
                />
                " Keep my log files in this browser, so that they are here after a reload. Rules and decisions are always kept."
            </label>
            <p class="facts" role="status">{move || files_kept(store)}</p>
            <p class="facts">{move || held.get()}" "<button class="plain" on:click=move |_| open_clear()>"Clear everything this page keeps"</button></p>
            <Show when=move || store.view.get().logs.is_empty()>
                <p class="empty">"No logs yet. Run the sample, or drop audit logs and indicators anywhere: JSON Lines, JSON, CSV, API answers, STIX, plain or gzip."</p>
            </Show>
            <ul class="logs">
                {move || store.view.get().logs.iter().cloned().map(|log| item(store, looked_at, log)).collect_view()}
            </ul>
        </section>
        {move || shown.get().map(|log| rows(store, log))}
    }
}

/// The rows of a log; each can be asked what became of it under a rule.
fn rows(store: Store, log: String) -> impl IntoView {
    let answers = Answers::new();
    let version = RwSignal::new(None::<(String, bool)>);
    let choices = move || {
        let view = store.view.get();
        let rules = view.rules.iter().enumerate().flat_map(|(number, rule)| {
            let names = [(&rule.converted_name, true), (&rule.name, false)];
            names.map(|(name, converted)| {
                let side = if converted {
                    "Managed HSM"
                } else {
                    "Key Vault"
                };
                let value = format!("{number} {converted}");
                view! { <option value=value>{format!("{name} ({side})")}</option> }
            })
        });
        rules.collect_view()
    };
    let choose = move |event| {
        let text = event_target_value(&event);
        let (number, converted) = text.split_once(' ').unwrap_or_default();
        let rule = number.parse::<usize>().ok();
        let key = store.view.with_untracked(|view| {
            let rule = view.rules.get(rule?)?;
            Some(rule.key.clone())
        });
        version.set(key.map(|key| (key, converted == "true")));
    };
    let asked = log.clone();
    let on_row = Callback::new(move |row: usize| {
        let first = || {
            store
                .view
                .with_untracked(|view| Some((view.rules.first()?.key.clone(), true)))
        };
        if let Some((rule, converted)) = version.get_untracked().or_else(first) {
            let version = RuleVersion { rule, converted };
            let question = WhyQuestion::LogRow(version.clone(), None, asked.clone(), row);
            answers.why(version, question);
        }
    });
    view! {
        <section class="panel" aria-labelledby="rows-title">
            <h3 id="rows-title">"Rows of "{titled(&log)}</h3>
            <label class="row">"A row's number tells what became of it under "<select on:change=choose>{choices}</select></label>
            {panel(answers)}
            {chosen_rows(store, log.clone(), version)}
            <Grid source=GridSource::Log(log) label="Rows of the log" on_row=on_row/>
        </section>
    }
}

/// The key of a log, which is its file's name and its table, in words.
fn titled(key: &str) -> String {
    match key.rsplit_once('#') {
        Some((name, table)) => format!("{name} in {table}"),
        None => key.to_owned(),
    }
}

/// Makes a test of rows by their numbers, for the converted rule that is chosen above.
fn chosen_rows(
    store: Store,
    log: String,
    version: RwSignal<Option<(String, bool)>>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let numbers = Memo::new(move |_| numbers(&text.get()));
    let make = move |_| {
        let first = || {
            store
                .view
                .with_untracked(|view| Some((view.rules.first()?.key.clone(), true)))
        };
        let rule = version.get_untracked().or_else(first);
        if let (Some((rule, _)), Some(rows)) = (rule, numbers.get_untracked()) {
            let rows = rows.into_iter().map(|row| (log.clone(), row)).collect();
            let of = TestOf::Rows(rows);
            store.send("Making a test", Request::AddTest { rule, of });
        }
    };
    view! {
        <p class="actions">
            <label class="row">"Rows for a test of the Managed HSM rule "<input type="text" size="14" placeholder="3, 7-12" on:input=move |event| text.set(event_target_value(&event))/></label>
            <button disabled=move || numbers.get().is_none() on:click=make>"Make a test of these rows"</button>
            <a href=address("tests", "")>"Tests"</a>
        </p>
    }
}

/// Most rows that can be written as a range.
const MAX_CHOSEN: usize = 5_000;

/// Numbers and ranges of rows, counted from 1 as they are shown, as numbers from 0; `None` when it is
/// something else.
fn numbers(text: &str) -> Option<Vec<usize>> {
    let mut all = Vec::new();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let first = first.trim().parse::<usize>().ok()?.checked_sub(1)?;
        let last = last.trim().parse::<usize>().ok()?;
        if last <= first || last - first > MAX_CHOSEN {
            return None;
        }
        all.extend(first..last);
    }
    (!all.is_empty()).then_some(all)
}

fn item(store: Store, looked_at: RwSignal<Option<String>>, log: LogView) -> impl IntoView {
    let key = log.key.clone();
    let look = log.key.clone();
    let label = format!("Remove {}", log.name);
    let span = log
        .span
        .as_ref()
        .map(|(first, last)| format!("{} to {} UTC", minute(first), minute(last)))
        .unwrap_or_default();
    let kinds: Vec<String> = log
        .resource_types
        .iter()
        .map(|(kind, rows)| format!("{kind} {}", grouped(*rows)))
        .collect();
    let warnings = log.warnings.clone();
    let names: Vec<String> = log.columns.into_iter().map(|column| column.name).collect();
    view! {
        <li class="log">
            <p><strong>{log.name}</strong></p>
            <p>{log.format}</p>
            <p>{counted(log.rows, "row")}" in "{log.table}{if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) }}</p>
            <p>{span}</p>
            <details>
                <summary>{counted(names.len(), "filled column")}</summary>
                <p class="columns-list">{names.join(", ")}</p>
            </details>
            <ul class="warnings">{warnings.into_iter().map(|text| view! { <li>{prose(text)}</li> }).collect_view()}</ul>
            <button class="plain" on:click=move |_| looked_at.set(Some(look.clone()))>"Show its rows"</button>
            <button class="plain" aria-label=label on:click=move |_| store.send("Removing the log", Request::RemoveLog { log: key.clone() })>"Remove"</button>
        </li>
    }
}
