//! What the chosen rule found, original and converted.

use leptos::prelude::*;
use workbench::protocol::{Request, RuleView, View};

use crate::parts::{Results, Teach, WithRules, title};
use crate::state::Store;

/// How many converted rules fire.
pub fn state(view: &View) -> String {
    let runs = || {
        view.rules
            .iter()
            .filter_map(|rule| rule.converted_run.as_ref())
    };
    match (runs().count(), runs().filter(|run| run.fires).count()) {
        (0, _) => "not run yet".to_owned(),
        (_, 0) => "none fires".to_owned(),
        (all, fires) => format!("{fires} of {all} fire"),
    }
}

/// The rules, and the results of the chosen one.
#[component]
pub fn RuleResults() -> impl IntoView {
    view! { <WithRules show=detail/> }
}

fn detail(store: Store, rule: RuleView) -> AnyView {
    let key = rule.key.clone();
    let has_logs = store.view.with_untracked(|view| !view.logs.is_empty());
    let run = move |_| {
        let rule = Some(key.clone());
        store.send("Running the rule", Request::Run { rule });
    };
    view! {
        {title(&rule)}
        <Teach what="Here both versions of the rule run on your logs, side by side: whether each fires, with which entities and rows, and which condition let nothing through when it does not."/>
        <div class="actions"><button disabled=!has_logs on:click=run>"Run this rule"</button></div>
        <Results rule=rule.clone()/>
    }
    .into_any()
}
