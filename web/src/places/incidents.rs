//! The chosen rule on its schedule.

use leptos::prelude::*;
use workbench::protocol::{RuleView, View};

use crate::parts::{Teach, Timeline, WithRules, title};
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
    view! {
        {title(&rule)}
        <Teach what="Here the rule runs on its schedule over the whole log, as Microsoft Sentinel would run it: each run, the alerts that it raises, the incidents that follow, and how long after the event they come."/>
        <Timeline rule=rule.clone()/>
    }
    .into_any()
}
