//! The tests that travel with rules, and the session as a rule set file.

use leptos::prelude::*;
use workbench::protocol::{Answer, PreviewView, Question, Request, TestOf, TestView};

use super::heard;
use crate::parts::{download, picked, prose};
use crate::state::Store;
use crate::words::counted;

/// The results, new after each change of the session, and the rule set file.
#[component]
pub fn Tests() -> impl IntoView {
    let store = expect_context::<Store>();
    let results = RwSignal::new(Vec::<TestView>::new());
    Effect::new(move || {
        store.view.track();
        store.ask(Question::Tests, move |answer| {
            if let Some(Answer::Tests(found)) = heard(store, answer) {
                results.set(found);
            }
        });
    });
    let summary = move || {
        let results = results.get();
        let passed = results.iter().filter(|test| test.passed).count();
        format!(
            "{}, {passed} passed, {} did not",
            counted(results.len(), "test"),
            results.len() - passed
        )
    };
    view! {
        <section class="panel" aria-label="Tests">
            <p role="status">{summary}</p>
            {move || add(store)}
            <ul class="tests">
                {move || results.get().into_iter().map(|test| item(store, test)).collect_view()}
            </ul>
        </section>
        <SetFile/>
    }
}

/// Makes a test of the loaded log, for the chosen rule.
fn add(store: Store) -> impl IntoView {
    let rule = store.rule();
    let no_logs = store.view.get().logs.is_empty();
    rule.map(|rule| {
        let key = rule.key.clone();
        view! {
            <p class="actions">
                <button disabled=no_logs on:click=move |_| {
                    store.send("Adding a test", Request::AddTest { rule: key.clone(), of: TestOf::Log });
                }>"Add a test from the loaded log"</button>
                <span class="help">"Of “"{rule.converted_name}"”: the log in, the alerts and incidents that its schedule gives now expected."</span>
            </p>
        }
    })
}

fn item(store: Store, test: TestView) -> impl IntoView {
    let (key, number) = (test.key.clone(), test.number);
    let word = if test.passed {
        "passed"
    } else {
        "did not pass"
    };
    let lines = test.disagreements.into_iter().map(|(place, expected, actual)| {
        let sides = !expected.is_empty() || !actual.is_empty();
        view! {
            <li>{prose(place)}{sides.then(|| view! { ": expected "<del>{expected}</del>", came "<ins>{actual}</ins> })}</li>
        }
    });
    let label = format!("Remove the test {}", test.name);
    view! {
        <li class="test" class:failed=!test.passed>
            <span class="verdict">{word}</span>
            <span>{test.rule}": "{test.name}</span>
            <button aria-label=label on:click=move |_| {
                store.send("Removing a test", Request::RemoveTest { rule: key.clone(), number });
            }>"Remove"</button>
            <ul>{lines.collect_view()}</ul>
        </li>
    }
}

/// The session as a file, and a file that is looked at before it is opened.
#[component]
fn SetFile() -> impl IntoView {
    let store = expect_context::<Store>();
    let chosen = RwSignal::new(None::<(String, String)>);
    let preview = RwSignal::new(None::<PreviewView>);
    let save = move |_| {
        store.ask(Question::RuleSet, move |answer| {
            if let Some(Answer::File(file)) = heard(store, answer) {
                download(&file);
            }
        });
    };
    let pick = move |event| {
        preview.set(None);
        picked(&event, move |name, text| {
            chosen.set(Some((name, text.clone())));
            store.ask(Question::Preview(text), move |answer| {
                if let Some(Answer::Preview(found)) = heard(store, answer) {
                    preview.set(Some(found));
                }
            });
        });
    };
    let open = move |_| {
        if let Some((name, text)) = chosen.get_untracked() {
            store.send("Opening the rule set", Request::OpenRuleSet { name, text });
        }
        preview.set(None);
    };
    view! {
        <section class="panel" aria-label="Rule set">
            <h3>"Rule set"</h3>
            <p>"Rules, the state of their edits, and their tests in one file. "<code>"rulesmith test"</code>" runs it in a pipeline."</p>
            <p class="actions">
                <button on:click=save>"Save as a rule set"</button>
                <label for="rule-set-file">"Open a rule set"</label>
                <input id="rule-set-file" type="file" accept=".json" on:change=pick/>
            </p>
            <div role="status">{move || preview.get().map(|found| shown(found, open, preview))}</div>
        </section>
    }
}

fn shown(
    found: PreviewView,
    open: impl Fn(leptos::ev::MouseEvent) + 'static,
    wanted: RwSignal<Option<PreviewView>>,
) -> impl IntoView {
    view! {
        {preview(found)}
        <p class="actions">
            <button class="primary" on:click=open>"Open it"</button>
            <button on:click=move |_| wanted.set(None)>"Leave it"</button>
        </p>
    }
}

/// What opening a rule set changes.
pub(super) fn preview(found: PreviewView) -> impl IntoView {
    let rules = found.rules.into_iter().map(|rule| {
        let changes = rule
            .changes
            .into_iter()
            .map(|change| view! { <li>{change}</li> });
        let changes: Vec<_> = changes.collect();
        let none = changes.is_empty().then_some(": nothing changes");
        view! { <li>{rule.name}{none}<ul>{changes}</ul></li> }
    });
    view! {
        <h4>{match found.name.is_empty() { true => "What opening it changes".to_owned(), false => format!("What opening “{}” changes", found.name) }}</h4>
        <p>{found.notes}</p>
        {found.changes.into_iter().map(|change| view! { <p>{change}</p> }).collect_view()}
        <ul>{rules.collect_view()}</ul>
    }
}
