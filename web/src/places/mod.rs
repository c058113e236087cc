//! The places of the page, in the order of the story. A new place is a file here and a line in [`PLACES`].

mod conversion;
mod export;
pub mod help;
mod hunt;
mod incidents;
mod keep;
mod lint;
mod logs;
mod next;
mod proof;
mod results;
mod rules;
mod tests;
mod together;
mod what_if;

use leptos::prelude::*;
use workbench::protocol::{Answer, Problem, View};

use crate::state::{Route, Store};
use crate::words::counted;
pub use next::next_step;
pub use proof::Proofs;

/// A place.
pub struct Place {
    /// Its part of the address.
    pub id: &'static str,
    /// Title.
    pub title: &'static str,
    /// What it is for, in a sentence.
    pub help: &'static str,
    /// Whether it is a step of the story; a tool otherwise.
    pub step: bool,
    /// Whether it shows the chosen rule.
    pub of_rule: bool,
    /// Where things stand, in few words.
    pub state: fn(&View) -> String,
    /// Shows it.
    pub show: fn() -> AnyView,
}

/// All places.
pub const PLACES: &[Place] = &[
    Place {
        id: "rules",
        title: "Rules",
        help: "Every loaded rule, how far it is converted, and what it found.",
        step: true,
        of_rule: false,
        state: |view| counted(view.rules.len(), "rule"),
        show: || view! { <rules::Rules/> }.into_any(),
    },
    Place {
        id: "conversion",
        title: "Conversion",
        help: "Each edit that makes a Key Vault rule a Managed HSM rule, with its reason. Accept or refuse it.",
        step: true,
        of_rule: true,
        state: conversion::state,
        show: || view! { <conversion::Conversion/> }.into_any(),
    },
    Place {
        id: "logs",
        title: "Logs",
        help: "The audit logs and indicators that rules run on. Their rows stay in this browser.",
        step: true,
        of_rule: false,
        state: logs::state,
        show: || view! { <logs::Logs/> }.into_any(),
    },
    Place {
        id: "results",
        title: "Results",
        help: "What the Key Vault rule and the Managed HSM rule find at the chosen time, and why.",
        step: true,
        of_rule: true,
        state: results::state,
        show: || view! { <results::RuleResults/> }.into_any(),
    },
    Place {
        id: "incidents",
        title: "Incidents",
        help: "Each rule on its schedule over the whole log: runs, alerts, and the incidents that follow.",
        step: true,
        of_rule: true,
        state: incidents::state,
        show: || view! { <incidents::Incidents/> }.into_any(),
    },
    Place {
        id: "proof",
        title: "Proof",
        help: "Whether the converted rule does what the original does, and what differs between two versions.",
        step: true,
        of_rule: true,
        state: proof::state,
        show: || view! { <proof::Proof/> }.into_any(),
    },
    Place {
        id: "lint",
        title: "Lint",
        help: "What is likely wrong with all rules, by code and severity, with a way to each place.",
        step: false,
        of_rule: false,
        state: |_| String::new(),
        show: || view! { <lint::Lint/> }.into_any(),
    },
    Place {
        id: "together",
        title: "All rules by time",
        help: "What all rules did, on one line of time: runs, alerts, incidents. An alert or incident opens beneath it.",
        step: false,
        of_rule: false,
        state: together::state,
        show: || view! { <together::AllRules/> }.into_any(),
    },
    Place {
        id: "what-if",
        title: "What if",
        help: "Turn thresholds, times, lists and grouping of a converted rule, and see which alerts and incidents follow.",
        step: false,
        of_rule: true,
        state: |_| String::new(),
        show: || view! { <what_if::WhatIf/> }.into_any(),
    },
    Place {
        id: "tests",
        title: "Tests",
        help: "Tests that travel with the rules, run again after each change; rules and tests as one file.",
        step: false,
        of_rule: false,
        state: |_| String::new(),
        show: || view! { <tests::Tests/> }.into_any(),
    },
    Place {
        id: "export",
        title: "Export",
        help: "The converted rules as files, the steps before and after, the same on the real log, and logs to share.",
        step: true,
        of_rule: false,
        state: |view| counted(view.rules.len(), "rule") + " to write",
        show: || view! { <export::Export/> }.into_any(),
    },
    Place {
        id: "hunt",
        title: "Hunt",
        help: "Your own queries on the loaded logs, with charts. Nothing leaves this browser.",
        step: false,
        of_rule: false,
        state: hunt::state,
        show: || view! { <hunt::Hunting/> }.into_any(),
    },
    Place {
        id: "keep",
        title: "Keep and share",
        help: "What this browser keeps of your work, everything as one file, and rules to share with what is inside.",
        step: false,
        of_rule: false,
        state: |_| String::new(),
        show: || view! { <keep::Keep/> }.into_any(),
    },
];

/// What the answer to a question holds, or why there is none.
type Told<T> = RwSignal<Option<Result<T, Problem>>>;

/// Keeps what the answer about a subject holds.
fn told<T: Send + Sync + 'static>(
    subject: &'static str,
    told: Told<T>,
    of: fn(Answer) -> Option<T>,
) -> impl FnOnce(Result<Answer, Problem>) + 'static {
    move |answer| {
        let other = || Problem::about(subject, "another answer came", "try it again");
        let found = answer.and_then(|answer| of(answer).ok_or_else(other));
        // The place may have been left by now.
        let _ = told.try_set(Some(found));
    }
}

/// An answer; a question that failed is shown as such.
fn heard(store: Store, answer: Result<Answer, Problem>) -> Option<Answer> {
    answer
        .map_err(|problem| store.failure.set(Some(problem)))
        .ok()
}

/// The place of a route; the first one when there is none of that name.
pub fn of(route: &Route) -> &'static Place {
    by_id(&route.place)
}

/// The place with an id; the first one when there is none.
pub fn by_id(id: &str) -> &'static Place {
    PLACES
        .iter()
        .find(|place| place.id == id)
        .unwrap_or(&PLACES[0])
}
