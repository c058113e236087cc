//! The overview: every rule in one table, and where to begin.

use leptos::prelude::*;
use workbench::protocol::{Request, RuleView, RunView};

use crate::parts::{RuleFilter, found, severity, tactics};
use crate::shell::Tour;
use crate::state::{FIRST_SAMPLE, Store, address, go};
use crate::words::{counted, open_reviews, state};

/// Where to begin, and the table of rules.
#[component]
pub fn Rules() -> impl IntoView {
    let store = expect_context::<Store>();
    let empty = move || store.view.with(|view| view.logs.is_empty());
    view! {
        <Show when=empty><Begin/></Show>
        <section class="panel" aria-label="Rules">
            <Pack/>
            <RuleFilter/>
            <div class="scroll tall" tabindex="0" role="region" aria-label="All rules">
                <table class="overview">
                    <thead><tr>
                        <th scope="col">"Rule"</th>
                        <th scope="col">"Kind"</th>
                        <th scope="col">"Severity, tactics"</th>
                        <th scope="col">"Conversion"</th>
                        <th scope="col">"Key Vault rule"</th>
                        <th scope="col">"Managed HSM rule"</th>
                        <th scope="col">"Incidents"</th>
                        <th scope="col"><span class="unseen">"Actions"</span></th>
                    </tr></thead>
                    <tbody>{move || found(store).into_iter().map(|rule| row(store, rule)).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

/// The rules about Managed HSMs that come with the page, as long as one of them is not loaded.
#[component]
fn Pack() -> impl IntoView {
    let store = expect_context::<Store>();
    let loaded = move || store.view.with(|view| view.has_pack);
    view! {
        <Show when=move || !loaded()>
            <div class="actions">
                <button on:click=move |_| store.send("Adding the Managed HSM rules", Request::AddPack)>"Add our rules about Managed HSM"</button>
                <span class="facts">"Security domain, backup and restore, local roles, key release and purge, firewall, diagnostic settings, deletion. Each says how certain its facts are."</span>
            </div>
        </Show>
    }
}

/// What a newcomer can do.
#[component]
fn Begin() -> impl IntoView {
    let store = expect_context::<Store>();
    let tour = expect_context::<Tour>();
    let sample = move |_| store.run_sample(FIRST_SAMPLE);
    view! {
        <section class="panel begin" aria-labelledby="begin-title">
            <div class="between">
                <div>
                    <h3 id="begin-title">"Begin here"</h3>
                    <p class="facts">"From Microsoft's rules for Key Vault to rules for Managed HSM that you have seen fire."</p>
                </div>
                <button on:click=move |_| tour.begin()>"Take the tour (2 minutes)"</button>
            </div>
            <ol>
                <li>
                    <p><strong>"The rules are converted."</strong>" Five rules of Key Vault came with the page. Drop or paste Microsoft's own files, or yours, to convert them too."</p>
                    <button on:click=move |_| go("conversion", "")>"See every edit"</button>
                </li>
                <li>
                    <p><strong>"See what fires."</strong>" Run both versions on generated logs, or drop audit logs of your HSM anywhere on this page."</p>
                    <button on:click=sample>"Run on the sample"</button>
                </li>
                <li>
                    <p><strong>"Take the rules."</strong>" A template that deploys, with the command that deploys it."</p>
                    <button on:click=move |_| go("export", "")>"Export"</button>
                </li>
            </ol>
        </section>
    }
}

fn row(store: Store, rule: RuleView) -> impl IntoView {
    let key = rule.key.clone();
    let label = format!("Remove {}", rule.name);
    let incidents = rule
        .timeline
        .as_ref()
        .map(|timeline| timeline.incidents.len());
    view! {
        <tr class="rule">
            <th scope="row">
                <a href=address("conversion", &rule.key)>{rule.name.clone()}</a>
                <span class="facts">{rule.origin.clone()}</span>
            </th>
            <td>{rule.kind.clone()}<span class="facts">{rule.schedule.clone()}</span></td>
            <td>
                {severity(&rule.severity)}
                <span class="facts">{aim(&rule)}</span>
            </td>
            <td>{conversion(&rule)}</td>
            <td>{verdict(&rule.key, rule.run.as_ref())}</td>
            <td>{verdict(&rule.key, rule.converted_run.as_ref())}</td>
            <td>{incidents.map(|count| view! { <a href=address("incidents", &rule.key)>{counted(count, "incident")}</a> })}</td>
            <td><button class="plain" aria-label=label on:click=move |_| store.send("Removing the rule", Request::RemoveRule { rule: key.clone() })>"Remove"</button></td>
        </tr>
    }
}

/// Tactics and techniques in a line.
fn aim(rule: &RuleView) -> String {
    let parts = [tactics(&rule.tactics), rule.techniques.join(", ")];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn conversion(rule: &RuleView) -> String {
    match (rule.edits.len(), open_reviews(rule)) {
        (0, _) => "nothing to convert".to_owned(),
        (edits, 0) => counted(edits, "edit"),
        (edits, open) => format!("{}, {open} to review", counted(edits, "edit")),
    }
}

fn verdict(key: &str, run: Option<&RunView>) -> impl IntoView + use<> {
    let (word, class) = state(run);
    let rows = run.filter(|run| run.error.is_none());
    let rows = rows.map(|run| counted(run.row_count, "row"));
    view! { <a class=format!("badge {class}") href=address("results", key)>{word}</a>" "<span class="facts">{rows}</span> }
}
