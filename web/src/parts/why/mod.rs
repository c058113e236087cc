//! Why a rule says what it says: answers beside what they are about, one leading to the next.

mod chart;
mod incident;
mod rows;
mod together;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use workbench::protocol::{
    Answer, ChartView, IncidentPage, Problem, Question, Request, RuleVersion, TestOf, TogetherView,
    WhyQuestion, WhyView,
};

use super::prose;
use crate::state::{Store, address, enter};
pub use together::Chosen;

/// What a panel shows.
#[derive(Clone)]
enum Shown {
    /// An answer about a version of a rule, and the alert that it is about.
    Why(WhyView, RuleVersion, Option<usize>),
    /// An incident of the rule with this key.
    Incident(Box<IncidentPage>, String),
    /// A question without an answer.
    Failed(String),
}

/// Answers of one panel, the last one on top.
#[derive(Clone, Copy)]
pub struct Answers {
    store: Store,
    shown: RwSignal<Vec<Shown>>,
    title: NodeRef<leptos::html::H4>,
    /// What was used to ask.
    asker: StoredValue<Option<HtmlElement>, LocalStorage>,
}

impl Answers {
    /// No answer yet.
    pub fn new() -> Self {
        Self {
            store: expect_context::<Store>(),
            shown: RwSignal::new(Vec::new()),
            title: NodeRef::new(),
            asker: StoredValue::new_local(None),
        }
    }

    /// Asks why; forgets what was shown before.
    pub fn why(self, version: RuleVersion, question: WhyQuestion) {
        self.begin();
        self.ask_on(version, question);
    }

    /// Asks further: what is shown stays beneath the answer.
    fn ask_on(self, version: RuleVersion, question: WhyQuestion) {
        let alert = match &question {
            WhyQuestion::Alert(_, alert) => Some(*alert),
            WhyQuestion::LogRow(_, alert, ..) => *alert,
            _ => None,
        };
        self.store.ask(Question::Why(question), move |answer| {
            self.show(match answer {
                Ok(Answer::Why(view)) => Shown::Why(view, version, alert),
                other => failed(other),
            });
        });
    }

    /// Opens an incident of the rule with this key.
    pub fn incident(self, rule: String, number: usize) {
        self.begin();
        let question = Question::Incident(rule.clone(), number);
        self.store.ask(question, move |answer| {
            self.show(match answer {
                Ok(Answer::Incident(page)) => Shown::Incident(page, rule),
                other => failed(other),
            });
        });
    }

    fn begin(self) {
        self.shown.set(Vec::new());
        let document = web_sys::window().and_then(|window| window.document());
        let asker = document.and_then(|document| document.active_element());
        self.asker
            .set_value(asker.and_then(|asker| asker.dyn_into().ok()));
    }

    /// Leaves the panel; the focus goes back to what was used to ask, as far as it is there.
    fn leave(self) {
        self.shown.set(Vec::new());
        match self.asker.get_value().filter(|asker| asker.is_connected()) {
            // An element that is there takes the focus.
            Some(asker) => drop(asker.focus()),
            None => enter(),
        }
    }

    /// Takes the last answer off the others.
    fn back(self) {
        self.shown.update(|shown| drop(shown.pop()));
        self.focus();
    }

    /// Closes what is open.
    pub fn close(self) {
        self.shown.update(|shown| {
            if !shown.is_empty() {
                shown.clear();
            }
        });
    }

    /// Makes a test of the converted rule with this key.
    fn make_test(self, rule: &str, of: TestOf) {
        let rule = rule.to_owned();
        self.store
            .send("Making a test", Request::AddTest { rule, of });
    }

    fn show(self, shown: Shown) {
        // The panel may be gone by now.
        if self.shown.try_update(|all| all.push(shown)).is_some() {
            self.focus();
        }
    }

    /// Gives the focus to the title of what is shown next.
    fn focus(self) {
        request_animation_frame(move || {
            if let Some(title) = self.title.get_untracked() {
                // An element that is there takes the focus.
                let _ = title.focus();
            }
        });
    }
}

fn failed(answer: Result<Answer, Problem>) -> Shown {
    Shown::Failed(match answer {
        Err(problem) => format!("{}; {}", problem.message, problem.remedy),
        Ok(_) => String::new(),
    })
}

/// The panel of the answers; nothing while there are none.
pub fn panel(answers: Answers) -> impl IntoView {
    move || {
        let (top, depth) = answers
            .shown
            .with(|shown| (shown.last().cloned(), shown.len()));
        top.map(|top| opened(answers, top, depth))
    }
}

fn opened(answers: Answers, top: Shown, depth: usize) -> impl IntoView {
    let back = (depth > 1).then(|| {
        view! { <button class="plain" on:click=move |_| answers.back()>"Back"</button> }
    });
    let title = match &top {
        Shown::Why(WhyView::Rows(_), ..) => "Rows behind it",
        Shown::Why(WhyView::Fate(_), ..) => "What became of this row",
        Shown::Why(WhyView::Empty(_), ..) => "Why nothing was found",
        Shown::Incident(..) => "Incident",
        Shown::Failed(_) => "No answer",
    };
    view! {
        <section class="why panel" aria-label=title>
            <div class="title">
                <h4 tabindex="-1" node_ref=answers.title>{title}</h4>
                <div class="actions">
                    {back}
                    <button class="plain" on:click=move |_| answers.leave()>"Close"</button>
                </div>
            </div>
            {content(answers, top)}
        </section>
    }
}

fn content(answers: Answers, shown: Shown) -> AnyView {
    match shown {
        Shown::Why(WhyView::Rows(found), version, alert) => {
            let tested = version.clone();
            let fate = Callback::new(move |(log, row): (String, usize)| {
                let question = WhyQuestion::LogRow(version.clone(), alert, log, row);
                answers.ask_on(version.clone(), question);
            });
            let of = match alert {
                Some(alert) => Some(TestOf::Alert(alert)),
                None => rows::as_test(&found),
            };
            let make = test_button(answers, &tested, of, "Make a test of these rows");
            view! { {make}{rows::evidence(found, fate)} }.into_any()
        }
        Shown::Why(WhyView::Fate(found), version, _) => {
            let of = TestOf::Rows(vec![(found.log.clone(), found.number)]);
            let make = test_button(answers, &version, Some(of), "Make a test of this row");
            view! { {rows::fate(found)}{make} }.into_any()
        }
        Shown::Why(WhyView::Empty(found), ..) => rows::empty(found).into_any(),
        Shown::Incident(page, rule) => incident::incident(answers, *page, rule).into_any(),
        Shown::Failed(text) => view! { <p class="query-error">{prose(text)}</p> }.into_any(),
    }
}

/// Makes a test of the converted rule of this version; nothing for the original.
fn test_button(
    answers: Answers,
    version: &RuleVersion,
    of: Option<TestOf>,
    label: &'static str,
) -> Option<impl IntoView + use<>> {
    let rule = version.rule.clone();
    let of = of.filter(|_| version.converted)?;
    let make = move |_| answers.make_test(&rule, of.clone());
    Some(view! {
        <p class="actions"><button on:click=make>{label}</button><a href=address("tests", "")>"Tests"</a></p>
    })
}

/// The time series that a rule looks at; nothing when it makes none.
#[component]
pub fn Charts(version: RuleVersion) -> impl IntoView {
    charts(Question::Charts(version))
}

/// The charts that a question asks for.
fn charts(question: Question) -> impl IntoView {
    let store = expect_context::<Store>();
    let charts = RwSignal::new(Vec::<ChartView>::new());
    store.ask(question, move |answer| {
        if let Ok(Answer::Charts(found)) = answer {
            // The place may have been left by now.
            let _ = charts.try_set(found);
        }
    });
    move || {
        let found = charts.get();
        (!found.is_empty()).then(|| {
            view! {
                <div class="charts">{found.into_iter().map(chart::chart).collect_view()}</div>
            }
        })
    }
}

/// All replayed rules on one line of time; an alert or incident opens beneath it.
#[component]
pub fn Together() -> impl IntoView {
    let store = expect_context::<Store>();
    let found = RwSignal::new(None::<TogetherView>);
    let answers = Answers::new();
    Effect::new(move || {
        store.view.track();
        store.ask(Question::Together, move |answer| {
            if let Ok(Answer::Together(view)) = answer {
                let _ = found.try_set(Some(view));
            }
        });
    });
    let open = Callback::new(move |(rule, kind, number): Chosen| match kind.as_str() {
        "incident" => answers.incident(rule, number),
        _ => {
            let version = RuleVersion {
                rule: rule.clone(),
                converted: true,
            };
            answers.why(version, WhyQuestion::Alert(rule, number));
        }
    });
    view! {
        {move || found.get().map(|found| together::together(found, open))}
        {panel(answers)}
    }
}
