//! The chosen rule on its schedule.

use leptos::prelude::*;
use workbench::protocol::{RuleView, View};

use crate::parts::{Answers, Assumptions, Teach, Timeline, WithRules, panel, title};
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

/// The rules, the schedule of the chosen one, and the incident that is open. What is open stays while tests
/// are made of it, and goes when another rule or another replay is shown.
#[component]
pub fn Incidents() -> impl IntoView {
    let store = expect_context::<Store>();
    let answers = Answers::new();
    provide_context(answers);
    let shown = Memo::new(move |_| {
        let key = store.rule_key();
        store.view.with(|view| {
            let assumed = view.assumptions.iter().map(|one| one.value.clone());
            let assumed: Vec<String> = assumed.collect();
            (key, view.now.clone(), assumed)
        })
    });
    Effect::new(move || {
        shown.track();
        answers.close();
    });
    view! {
        <WithRules show=detail/>
        {panel(answers)}
        <Assumptions/>
    }
}

fn detail(_store: Store, rule: RuleView) -> AnyView {
    view! {
        {title(&rule)}
        <Teach what="Here the rule runs on its schedule over the whole log, as Microsoft Sentinel would run it: each run, the alerts that it raises, the incidents that follow, and how long after the event they come."/>
        <Timeline rule=rule.clone()/>
    }
    .into_any()
}
