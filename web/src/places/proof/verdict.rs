//! The proof of one conversion: verdict, counter-example, what is lost on purpose, what was not tried.

use leptos::prelude::*;
use workbench::protocol::{Finding, Intended, NotExercised, NotToldApart, Proof};

use super::example::Example;
use crate::parts::{prose, sentences};
use crate::words::{certainty, counted};

/// A proof in full.
#[component]
pub fn Shown(proof: Proof) -> impl IntoView {
    let names = ("Original", "Converted rule");
    view! {
        <section class="proof" aria-label="Proof">
            <p class="verdict">{prose(proof.sentence)}</p>
            {proof.counter_example.map(|example| view! { <Example example=example names=names/> })}
            {proof.together.map(|example| view! {
                <h4>"Rows of both kinds in one log"</h4>
                <Example example=example names=("Original and plain conversion together", "Rule for both")/>
            })}
            {not_told_apart(proof.not_told_apart)}
            {findings(proof.findings)}
            {intended(proof.intended)}
            {not_exercised(proof.not_exercised)}
            <details>
                <summary>"What carrying a log changes, and how sure that is"</summary>
                <ul class="sentences">
                    {proof.carried.into_iter().map(|fact| view! {
                        <li>{fact.what}" — "{certainty(fact.certainty)}": "{prose(fact.reason)}"."</li>
                    }).collect_view()}
                </ul>
            </details>
        </section>
    }
}

fn not_told_apart(places: Vec<NotToldApart>) -> Option<impl IntoView> {
    (!places.is_empty()).then(|| {
        let all = places.into_iter().map(|one| one.sentence).collect();
        view! {
            <h4>"Not told apart"</h4>
            <p class="facts">"Here the converted rule says something else than the conversion makes of the original. No log that was tried shows what that changes."</p>
            {sentences(all)}
        }
    })
}

fn findings(findings: Vec<Finding>) -> Option<impl IntoView> {
    (!findings.is_empty()).then(|| {
        let items = findings.into_iter().map(|one| {
            view! { <li><strong>{one.title}</strong>". "{prose(one.sentence)}" ("{certainty(one.certainty)}")"</li> }
        });
        view! { <h4>"Also found"</h4><ul class="sentences">{items.collect_view()}</ul> }
    })
}

fn intended(intended: Vec<Intended>) -> Option<impl IntoView> {
    (!intended.is_empty()).then(|| {
        let items = intended.into_iter().map(|one| {
            view! {
                <li>
                    <strong>{one.operation}</strong>": "{prose(one.reason)}" ("{certainty(one.certainty)}"). "
                    {counted(one.rows, "row")}" in the logs that were tried."
                </li>
            }
        });
        view! {
            <h4>"Differences on purpose"</h4>
            <p class="facts">"Alerts of the original on these operations have no counterpart."</p>
            <ul class="sentences">{items.collect_view()}</ul>
        }
    })
}

fn not_exercised(parts: Vec<NotExercised>) -> Option<impl IntoView> {
    (!parts.is_empty()).then(|| {
        let items = parts.into_iter().map(|one| {
            let rule = if one.in_converted { "converted rule" } else { "original" };
            view! { <li>"Line "{one.line}" of the "{rule}": "<code>{one.text}</code>" "{prose(one.sentence)}</li> }
        });
        view! { <h4>"Not put to the test"</h4><ul class="sentences">{items.collect_view()}</ul> }
    })
}
