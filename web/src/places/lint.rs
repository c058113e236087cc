//! The findings of all rules: counted by code, filtered by code and severity, each with a way to its place.

use std::collections::BTreeMap;

use leptos::prelude::*;
use workbench::protocol::{Answer, FindingView, Question};

use super::heard;
use crate::parts::{download, finding_item, watch_findings};
use crate::state::Store;
use crate::words::counted;

/// Severities, the worst first, with the words of the choice.
const LEVELS: [(&str, &str); 3] = [
    ("error", "Errors"),
    ("warning", "Errors and warnings"),
    ("note", "All, notes too"),
];

/// What is shown.
#[derive(Clone, Copy)]
struct Filter {
    converted: RwSignal<bool>,
    level: RwSignal<String>,
    code: RwSignal<String>,
    allowed: RwSignal<bool>,
}

impl Filter {
    /// Whether a finding is shown, whatever its code.
    fn shows(&self, finding: &FindingView) -> bool {
        let rank = |level: &str| LEVELS.iter().position(|(known, _)| *known == level);
        finding.converted == self.converted.get()
            && rank(&finding.level) <= rank(&self.level.get())
            && (self.allowed.get() || finding.allowed.is_none())
    }
}

/// The findings, new after each change of rules or logs.
#[component]
pub fn Lint() -> impl IntoView {
    let store = expect_context::<Store>();
    watch_findings(store);
    let filter = Filter {
        converted: RwSignal::new(true),
        level: RwSignal::new("note".to_owned()),
        code: RwSignal::new(String::new()),
        allowed: RwSignal::new(false),
    };
    let of_any_code = Memo::new(move |_| {
        let mut all = store.findings.get();
        all.retain(|finding| filter.shows(finding));
        all
    });
    let shown = Memo::new(move |_| {
        let code = filter.code.get();
        let mut all = of_any_code.get();
        all.retain(|finding| code.is_empty() || finding.code == code);
        all
    });
    let logs = move || match store.view.with(|view| view.logs.is_empty()) {
        true => "Compared with the known columns; load logs to compare with theirs.",
        false => "Compared with the columns and values of the loaded logs.",
    };
    view! {
        <section class="panel" aria-label="Which findings">
            {choices(filter)}
            <p class="facts">{logs}</p>
            <p role="status">{move || summary(&shown.get())}</p>
            <p class="actions">{sarif(store, filter)}</p>
        </section>
        <section class="panel" aria-labelledby="codes-title">
            <h3 id="codes-title">"By code"</h3>
            {move || codes(filter, &of_any_code.get())}
        </section>
        {move || by_rule(store, shown.get())}
    }
}

fn choices(filter: Filter) -> impl IntoView {
    let levels = LEVELS.map(|(level, words)| {
        view! { <option value=level selected=move || filter.level.get() == level>{words}</option> }
    });
    view! {
        <fieldset class="way">
            <legend>"Findings to show"</legend>
            <label>"Rules "
                <select on:change=move |event| filter.converted.set(event_target_value(&event) == "converted")>
                    <option value="converted">"Managed HSM rules"</option>
                    <option value="original">"Key Vault rules"</option>
                </select>
            </label>
            <label>"Severity "
                <select on:change=move |event| filter.level.set(event_target_value(&event))>{levels}</select>
            </label>
            <label>
                <input type="checkbox" prop:checked=move || filter.allowed.get() on:change=move |event| filter.allowed.set(event_target_checked(&event))/>
                " Allowed ones too"
            </label>
        </fieldset>
    }
}

fn summary(shown: &[FindingView]) -> String {
    let of = |level: &str| shown.iter().filter(|one| one.level == level).count();
    format!(
        "{}: {}, {}, {}",
        counted(shown.len(), "finding"),
        counted(of("error"), "error"),
        counted(of("warning"), "warning"),
        counted(of("note"), "note")
    )
}

/// Offers the findings as a file for other tools.
fn sarif(store: Store, filter: Filter) -> impl IntoView {
    let take = move |_| {
        store.ask(
            Question::Sarif(filter.converted.get_untracked()),
            move |answer| {
                if let Some(Answer::File(file)) = heard(store, answer) {
                    download(&file);
                }
            },
        );
    };
    view! {
        <button on:click=take>"Download as SARIF"</button>
        <span class="help">"All findings of these rules, for code review tools; allowed ones are marked as such."</span>
    }
}

/// A line for each code, whose button shows only its findings.
fn codes(filter: Filter, all: &[FindingView]) -> AnyView {
    let mut counts: BTreeMap<(usize, String), (String, String, usize)> = BTreeMap::new();
    for finding in all {
        let rank = LEVELS.iter().position(|(level, _)| *level == finding.level);
        let line = counts
            .entry((rank.unwrap_or(LEVELS.len()), finding.code.clone()))
            .or_insert_with(|| (finding.level.clone(), finding.title.clone(), 0));
        line.2 += 1;
    }
    if counts.is_empty() {
        return view! { <p class="empty">"Nothing found."</p> }.into_any();
    }
    let rows = counts.into_iter().map(|((_, code), (level, title, count))| {
        let (own, chosen) = (code.clone(), code.clone());
        let pressed = move || filter.code.with(|code| *code == chosen).to_string();
        let choose = move |_| {
            filter.code.update(|code| match *code == own {
                true => code.clear(),
                false => code.clone_from(&own),
            });
        };
        view! {
            <tr>
                <th scope="row"><button class="plain" aria-pressed=pressed on:click=choose>{code}</button></th>
                <td>{level}</td>
                <td>{title}</td>
                <td>{count}</td>
            </tr>
        }
    });
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Findings by code">
            <table class="fields">
                <thead><tr><th scope="col">"Code"</th><th scope="col">"Severity"</th><th scope="col">"Finding"</th><th scope="col">"Count"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
        <p class="help">"Choose a code to see only its findings; choose it again to see all."</p>
    }
    .into_any()
}

fn by_rule(store: Store, shown: Vec<FindingView>) -> impl IntoView {
    let rules = store.view.get_untracked().rules.clone();
    let sections = rules.into_iter().filter_map(|rule| {
        let own: Vec<FindingView> = shown
            .iter()
            .filter(|finding| finding.rule == rule.key)
            .cloned()
            .collect();
        let name = match own.first()?.converted {
            true => rule.converted_name,
            false => rule.name,
        };
        let id = format!("findings-of-{}", rule.key);
        let title_id = id.clone();
        let items = own.into_iter();
        let items = items.map(|finding| finding_item(store, finding));
        Some(view! {
            <section class="panel" aria-labelledby=id>
                <h3 id=title_id>{name}</h3>
                <ul class="findings">{items.collect_view()}</ul>
            </section>
        })
    });
    sections.collect_view()
}
