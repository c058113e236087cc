//! The chosen rule on its schedule.

use leptos::prelude::*;
use workbench::protocol::{RuleView, View};

use crate::parts::{Timeline, WithRules, title};
use crate::state::Store;
use crate::words::counted;

/// How many incidents follow.
pub fn state(view: &View) -> String {
    let timelines = view.rules.iter().filter_map(|rule| rule.timeline.as_ref());
    let counts: Vec<usize> = timelines.map(|timeline| timeline.incidents.len()).collect();
    match counts.is_empty() {
        true => "not replayed yet".to_owned(),
        false => counted(counts.iter().sum(), "incident"),
    }
}

/// The rules, and the schedule of the chosen one.
#[component]
pub fn Incidents() -> impl IntoView {
    view! { <WithRules show=detail/> }
}

fn detail(_store: Store, rule: RuleView) -> AnyView {
    view! { {title(&rule)} <Timeline rule=rule.clone()/> }.into_any()
}
