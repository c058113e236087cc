//! What is likely wrong with a rule: findings of the original and of the converted rule.

use leptos::prelude::*;
use workbench::protocol::{Answer, FindingView, Question};

use crate::state::Store;
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
    let own = own.filter(|one| one.rule == rule && one.converted == converted);
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
        let own = own.filter(|one| one.rule == rule && one.converted == converted);
        own.collect::<Vec<FindingView>>()
    };
    let (before, after) = (own.clone(), own);
    view! {
        <section aria-labelledby="findings-title">
            <h3 id="findings-title">"Lint findings"</h3>
            <div class="pair">
                <div>{move || side("Key Vault rule", before(false))}</div>
                <div>{move || side("Managed HSM rule", after(true))}</div>
            </div>
        </section>
    }
}

fn side(title: &'static str, findings: Vec<FindingView>) -> impl IntoView {
    if findings.is_empty() {
        return view! { <h4>{title}</h4><p class="empty">"Nothing found."</p> }.into_any();
    }
    view! {
        <h4>{title}</h4>
        <ul class="findings">{findings.into_iter().map(item).collect_view()}</ul>
    }
    .into_any()
}

fn item(finding: FindingView) -> impl IntoView {
    let piece = (!finding.piece.is_empty()).then(|| view! { <code>{finding.piece}</code> });
    let class = format!("finding level-{}", finding.level);
    view! {
        <li class=class>
            <p><strong>{finding.level}</strong>" "{finding.code}", "{finding.place}" "{piece}</p>
            <p>{finding.message}"."</p>
            <p class="facts">"What to do: "{finding.remedy}</p>
        </li>
    }
}
