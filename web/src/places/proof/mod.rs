//! Whether a conversion means the same as the original, and what differs between two versions.

mod example;
mod known;
mod verdict;
mod versions;

use leptos::prelude::*;
use workbench::protocol::{Answer, ProofQuestion, ProofView, Question, RuleView, Verdict, View};

use crate::parts::{WithRules, prose, title};
use crate::state::{Store, address};
pub use known::Proofs;
use verdict::Shown;
use versions::Versions;

/// Generated logs unless the user asks for more.
const CASES: usize = 300;

/// What the place says of itself.
pub fn state(_: &View) -> String {
    "against the original".to_owned()
}

/// The rules with the proof of the chosen one, and the comparison of versions.
#[component]
pub fn Proof() -> impl IntoView {
    view! {
        <All/>
        <WithRules show=detail/>
        <Versions/>
    }
}

/// How much is tried.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Seed.
    pub seed: RwSignal<String>,
    /// Generated logs.
    pub cases: RwSignal<String>,
}

impl Effort {
    fn new() -> Self {
        Self {
            seed: RwSignal::new("1".to_owned()),
            cases: RwSignal::new(CASES.to_string()),
        }
    }

    fn of(self, rule: String) -> ProofQuestion {
        ProofQuestion {
            rule,
            seed: self.seed.get_untracked().parse().unwrap_or(1),
            cases: self.cases.get_untracked().parse().unwrap_or(CASES),
        }
    }
}

/// All rules: what was shown of each, and how to prove them.
#[component]
fn All() -> impl IntoView {
    let store = expect_context::<Store>();
    let proofs = expect_context::<Proofs>();
    let effort = Effort::new();
    provide_context(effort);
    let prove_all = move |_| {
        let keys = store.view.with_untracked(|view| {
            view.rules
                .iter()
                .map(|rule| rule.key.clone())
                .collect::<Vec<_>>()
        });
        one_after_the_other(store, proofs, effort, keys);
    };
    let line = move |rule: RuleView| {
        let (word, class) = word(proofs.of(&store.view.get(), &rule).as_ref());
        view! {
            <tr>
                <th scope="row"><a href=address("proof", &rule.key)>{rule.name.clone()}</a></th>
                <td><span class=format!("badge {class}")>{word}</span></td>
                <td>{prose(sentence(proofs.of(&store.view.get(), &rule).as_ref()))}</td>
            </tr>
        }
    };
    view! {
        <section class="panel proofs" aria-label="All conversions">
            <p>
                "Vault logs are carried over to Managed HSM shape. The original runs on the log, the converted rule on the carried log, and alerts, entities and rows are compared: on the loaded logs, on a sample, and on logs that are generated to reach both outcomes of every comparison in the rules."
            </p>
            <div class="actions">
                <button class="primary" on:click=prove_all>"Prove all conversions"</button>
                <label>"Generated logs for each " {number(effort.cases)}</label>
                <label>"Seed " {number(effort.seed)}</label>
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label="Proofs of all rules">
                <table class="overview">
                    <thead><tr><th scope="col">"Rule"</th><th scope="col">"Proof"</th><th scope="col">"What was found"</th></tr></thead>
                    <tbody aria-live="polite">
                        {move || store.view.get().rules.iter().cloned().map(line).collect_view()}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

fn number(value: RwSignal<String>) -> impl IntoView {
    view! {
        <input type="number" min="0" prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))/>
    }
}

fn detail(store: Store, rule: RuleView) -> AnyView {
    let proofs = expect_context::<Proofs>();
    let effort = use_context::<Effort>().unwrap_or_else(Effort::new);
    let key = rule.key.clone();
    let prove = move |_| one_after_the_other(store, proofs, effort, vec![key.clone()]);
    let named = title(&rule);
    let shown = move || match proofs.of(&store.view.get(), &rule) {
        None => {
            view! { <p class="empty">"Not proved yet with the present logs and decisions."</p> }
                .into_any()
        }
        Some(ProofView::CannotRun(why)) => {
            view! { <p class="query-error">{prose(why)}</p> }.into_any()
        }
        Some(ProofView::Proved(proof)) => view! { <Shown proof=*proof/> }.into_any(),
    };
    view! {
        {named}
        <div class="actions"><button on:click=prove>"Prove this conversion"</button></div>
        {shown}
    }
    .into_any()
}

/// Proves rules in order. When one is cancelled, those before it keep their proofs.
fn one_after_the_other(store: Store, proofs: Proofs, effort: Effort, mut keys: Vec<String>) {
    if keys.is_empty() {
        return;
    }
    let key = keys.remove(0);
    let question = Question::Proof(effort.of(key.clone()));
    store.ask_long("Proving", question, move |answer| match answer {
        Ok(Answer::Proof(proof)) => {
            let view = store.view.get_untracked();
            proofs.add(&view, &key, *proof);
            one_after_the_other(store, proofs, effort, keys);
        }
        Ok(_) => {}
        Err(problem) => store.failure.set(Some(problem)),
    });
}

/// A verdict in a word, and its class for the style sheet.
fn word(proof: Option<&ProofView>) -> (&'static str, &'static str) {
    match proof {
        None => ("not proved", "idle"),
        Some(ProofView::CannotRun(_)) => ("cannot run", "error"),
        Some(ProofView::Proved(proof)) => match proof.verdict {
            Verdict::Same => ("same", "fires"),
            Verdict::NotToldApart => ("not told apart", "warn"),
            Verdict::Differs => ("differs", "error"),
            Verdict::NothingShown => ("nothing shown", "warn"),
            Verdict::Stopped => ("stopped", "warn"),
        },
    }
}

fn sentence(proof: Option<&ProofView>) -> String {
    match proof {
        None => String::new(),
        Some(ProofView::CannotRun(why)) => why.clone(),
        Some(ProofView::Proved(proof)) => proof.sentence.clone(),
    }
}
