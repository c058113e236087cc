//! What a rule found: verdict, reasons, entities, rows, and how the rows went.

use leptos::prelude::*;
use workbench::protocol::{
    EntityView, GridSource, RuleVersion, RuleView, RunView, StepView, WhyQuestion,
};

use super::query::query_error;
use super::{Answers, Charts, Grid, panel, prose, sentences};
use crate::words::{counted, state};

/// Outcomes of the original and of the converted rule.
#[component]
pub fn Results(rule: RuleView) -> impl IntoView {
    view! {
        <section class="results" aria-label="Results">
            {outcome("Key Vault rule", &rule.key, false, rule.run)}
            {outcome("Managed HSM rule", &rule.key, true, rule.converted_run)}
        </section>
    }
}

fn outcome(
    title: &'static str,
    key: &str,
    converted: bool,
    run: Option<RunView>,
) -> impl IntoView + use<> {
    let version = RuleVersion {
        rule: key.to_owned(),
        converted,
    };
    let (_, class) = state(run.as_ref());
    let body = match run {
        None => {
            view! { <p class="empty">"Not run yet. Load logs, then run the rules."</p> }.into_any()
        }
        Some(run) => ran(title, version, run).into_any(),
    };
    view! { <div class=format!("outcome {class}")><h3>{title}</h3>{body}</div> }
}

fn ran(title: &'static str, version: RuleVersion, run: RunView) -> impl IntoView {
    let answers = Answers::new();
    let source = match version.converted {
        true => GridSource::Converted(version.rule.clone()),
        false => GridSource::Original(version.rule.clone()),
    };
    let (of_row, of_nothing) = (version.clone(), version.clone());
    let on_row = Callback::new(move |row: usize| {
        answers.why(of_row.clone(), WhyQuestion::ResultRow(of_row.clone(), row));
    });
    let ask_empty = move |_| {
        answers.why(of_nothing.clone(), WhyQuestion::Empty(of_nothing.clone()));
    };
    let is_empty = run.row_count == 0 && run.error.is_none();
    let charts = run
        .error
        .is_none()
        .then(|| view! { <Charts version=version/> });
    let error = run.error.clone().map(query_error);
    view! {
        <p class="verdict">{prose(run.verdict)}</p>
        {error}
        {sentences(run.notes)}
        {entities(run.entities.clone())}
        {(run.row_count > 0).then(|| view! { <h4>{counted(run.row_count, "row")}</h4><p class="facts">"A row's number leads to the log rows behind it."</p><Grid source=source label=title on_row=on_row/> })}
        {is_empty.then(|| view! { <button on:click=ask_empty>"Why is nothing found?"</button> })}
        {panel(answers)}
        {charts}
        {steps(run.steps)}
    }
}

fn entities(entities: Vec<EntityView>) -> Option<impl IntoView> {
    (!entities.is_empty()).then(|| {
        let items = entities.into_iter().map(|entity| {
            let identifiers: Vec<String> = entity
                .identifiers
                .iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            view! { <li><strong>{entity.entity_type}</strong>" "{identifiers.join(", ")}</li> }
        });
        view! { <h4>"Entities"</h4><ul class="entities">{items.collect_view()}</ul> }
    })
}

fn steps(steps: Vec<StepView>) -> Option<impl IntoView> {
    (!steps.is_empty()).then(|| {
        let items = steps.into_iter().map(|step| {
            view! {
                <tr>
                    <td class="count">{step.line}</td>
                    <td><code>{step.text}</code></td>
                    <td class="count">{step.rows_in}</td>
                    <td class="count">{step.rows_out}</td>
                </tr>
            }
        });
        view! {
            <details>
                <summary>"How the rows went, step by step"</summary>
                <div class="scroll" tabindex="0" role="region" aria-label="Steps of the query">
                    <table>
                        <thead><tr><th scope="col">"Line"</th><th scope="col">"Step"</th><th scope="col">"Rows in"</th><th scope="col">"Rows out"</th></tr></thead>
                        <tbody>{items.collect_view()}</tbody>
                    </table>
                </div>
            </details>
        }
    })
}
