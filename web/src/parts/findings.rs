//! What is likely wrong with a rule: findings of the original and of the converted rule.

use leptos::prelude::*;
use workbench::protocol::{Answer, FindingView, Question, Request};

use super::prose;
use crate::state::{Reveal, Store, go};
use crate::words::counted;

/// Asks for the findings whenever the rules or logs change, as long as the place is shown.
pub fn watch_findings(store: Store) {
    Effect::new(move || {
        store.view.track();
        store.ask(Question::Lint, move |answer| {
            if let Ok(Answer::Lint(found)) = answer {
                store.findings.set(found);
            }
        });
    });
    on_cleanup(move || store.findings.set(Vec::new()));
}

/// How many errors and warnings a version of a rule has, in words; nothing when it has none.
fn counts(all: &[FindingView], rule: &str, converted: bool) -> Option<String> {
    let own = all.iter();
    let own =
        own.filter(|one| one.rule == rule && one.converted == converted && one.allowed.is_none());
    let levels: Vec<&str> = own.map(|one| one.level.as_str()).collect();
    let of = |level: &str| levels.iter().filter(|one| **one == level).count();
    let parts = [(of("error"), "error"), (of("warning"), "warning")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, name)| counted(count, name)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The counts of both versions, beneath a rule of the list.
#[component]
pub fn FindingCounts(rule: String) -> impl IntoView {
    let store = expect_context::<Store>();
    move || {
        let of = |converted| {
            let all = &store.findings;
            all.with(|all| counts(all, &rule, converted))
        };
        let (before, after) = (of(false), of(true));
        let text = match (before, after) {
            (None, None) => return None,
            (before, after) if before == after => format!("lint: {}", before?),
            (before, after) => format!(
                "lint: {} → {}",
                before.unwrap_or_else(|| "clean".to_owned()),
                after.unwrap_or_else(|| "clean".to_owned())
            ),
        };
        Some(view! { <span class="rule-facts">{text}</span> })
    }
}

/// The findings of a rule, original and converted beside each other.
#[component]
pub fn Findings(rule: String) -> impl IntoView {
    let store = expect_context::<Store>();
    let own = move |converted: bool| {
        let own = store.findings.get().into_iter();
        let own = own
            .filter(|one| one.rule == rule && one.converted == converted && one.allowed.is_none());
        own.collect::<Vec<FindingView>>()
    };
    let (before, after) = (own.clone(), own);
    view! {
        <section aria-labelledby="findings-title">
            <h3 id="findings-title">"Lint findings"</h3>
            <div class="pair">
                <div>{move || side(store, "Key Vault rule", before(false))}</div>
                <div>{move || side(store, "Managed HSM rule", after(true))}</div>
            </div>
        </section>
    }
}

fn side(store: Store, title: &'static str, findings: Vec<FindingView>) -> impl IntoView {
    if findings.is_empty() {
        return view! { <h4>{title}</h4><p class="empty">"Nothing found."</p> }.into_any();
    }
    let items = findings.into_iter();
    let items = items.map(|finding| finding_item(store, finding));
    view! {
        <h4>{title}</h4>
        <ul class="findings">{items.collect_view()}</ul>
    }
    .into_any()
}

/// A finding: what and where, a way to its place, and a way to allow it.
pub fn finding_item(store: Store, finding: FindingView) -> impl IntoView {
    let class = format!("finding level-{}", finding.level);
    let can_allow = finding.converted && finding.allowed.is_none();
    let allow = can_allow.then(|| allow(store, &finding));
    let allowed = finding.allowed.clone().map(|reason| {
        view! { <p class="facts">"Allowed by a comment: "{reason}"."</p> }
    });
    let place = place(store, &finding);
    view! {
        <li class=class>
            <p><strong>{finding.level}</strong>" "{finding.code}", "{place}</p>
            <p>{prose(finding.message)}"."</p>
            <p class="facts">"What to do: "{prose(finding.remedy)}"."</p>
            {allowed}
            {allow}
        </li>
    }
}

/// The place of a finding; in a query it is a button that selects it there.
fn place(store: Store, finding: &FindingView) -> AnyView {
    let Some(range) = finding.range else {
        return finding.place.clone().into_any();
    };
    let reveal = Reveal {
        rule: finding.rule.clone(),
        converted: finding.converted,
        range,
    };
    let show = move |_| {
        let rule = reveal.rule.clone();
        store.reveal.set(Some(reveal.clone()));
        go("conversion", &rule);
    };
    let label = format!("{}, show {} in the query", finding.code, finding.place);
    view! {
        <button class="plain" aria-label=label on:click=show>{finding.place.clone()}</button>
        " "<code>{finding.piece.clone()}</code>
    }
    .into_any()
}

/// A field for the reason why a finding is as meant, and the button that writes the comment.
fn allow(store: Store, finding: &FindingView) -> impl IntoView + use<> {
    let reason = RwSignal::new(String::new());
    let (rule, number) = (finding.rule.clone(), finding.number);
    let write = move || {
        let request = Request::AllowFinding {
            rule: rule.clone(),
            number,
            reason: reason.get_untracked(),
        };
        store.send("Allowing a finding", request);
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        write();
    };
    let title = format!("Allow {}", finding.code);
    view! {
        <details class="allow">
            <summary>{title}</summary>
            <form on:submit=submit>
                <label>"Why it is as meant "
                    <input required prop:value=move || reason.get() on:input=move |event| reason.set(event_target_value(&event))/>
                </label>
                <button>"Write the comment"</button>
                <p class="help">"A comment in the Managed HSM query, which exports keep and the command line understands; it stands among the edits, to be taken out."</p>
            </form>
        </details>
    }
}
