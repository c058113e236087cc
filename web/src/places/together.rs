//! All rules on one line of time.

use leptos::prelude::*;
use workbench::protocol::View;

use crate::parts::{Teach, Together};
use crate::words::counted;

/// How many rules were replayed.
pub fn state(view: &View) -> String {
    let replayed = view.rules.iter().filter(|rule| rule.timeline.is_some());
    match replayed.count() {
        0 => "not replayed yet".to_owned(),
        rules => counted(rules, "rule"),
    }
}

/// The lanes of all rules, and what happened as a list.
#[component]
pub fn AllRules() -> impl IntoView {
    view! {
        <section class="panel" aria-label="All rules by time">
            <Teach what="Here every rule has a line: its runs, alerts and incidents on one axis of time, so that you see what comes first and what comes late."/>
            <Together/>
        </section>
    }
}
