//! Before and after: the user's fields, and every step with its commands filled in.

use leptos::prelude::*;
use workbench::handover::{Fields, Shell, Step};
use workbench::protocol::{Answer, HandoverAsk, Problem, Question};

use super::{failed, field};
use crate::parts::copy;
use crate::state::Store;

/// Stages with their titles.
const STAGES: [(&str, &str); 5] = [
    ("connect", "Connect the HSM"),
    ("verify", "See that rows arrive"),
    ("deploy", "Deploy"),
    ("test", "Try the rules"),
    ("remove", "Remove it again"),
];

/// The fields and the steps.
#[component]
pub fn Around(fields: RwSignal<Fields>) -> impl IntoView {
    let store = expect_context::<Store>();
    let shell = RwSignal::new(Shell::Bash);
    let steps = RwSignal::new(None::<Result<Vec<Step>, Problem>>);
    Effect::new(move || {
        let ask = HandoverAsk {
            fields: fields.get(),
            shell: shell.get(),
        };
        store.view.track();
        store.ask(Question::Handover(Box::new(ask)), move |answer| {
            steps.set(Some(answer.map(|answer| match answer {
                Answer::Handover(steps) => steps,
                _ => Vec::new(),
            })));
        });
    });
    let text =
        move |part: fn(&Fields) -> &String| move || fields.with(|fields| part(fields).clone());
    let set = move |part: fn(&mut Fields) -> &mut String| {
        move |text: String| fields.update(|fields| *part(fields) = text.trim().to_owned())
    };
    view! {
        <section class="panel" aria-labelledby="export-around">
            <h3 id="export-around">"Before and after"</h3>
            <p class="facts">"Fill in what you know; the commands below follow. The fields stay in this browser."</p>
            <div class="fields">
                {field("Subscription id", text(|fields| &fields.subscription), set(|fields| &mut fields.subscription))}
                {field("Resource group", text(|fields| &fields.resource_group), set(|fields| &mut fields.resource_group))}
                {field("Workspace", text(|fields| &fields.workspace), set(|fields| &mut fields.workspace))}
                {field("Managed HSM", text(|fields| &fields.hsm), set(|fields| &mut fields.hsm))}
                {field("Key of the tests", text(|fields| &fields.key), set(|fields| &mut fields.key))}
                {field("Your address", text(|fields| &fields.address), set(|fields| &mut fields.address))}
                <label class="field"><span>"Shell"</span>
                    <select on:change=move |event| shell.set(if event_target_value(&event) == "powershell" { Shell::PowerShell } else { Shell::Bash })>
                        <option value="bash">"Bash"</option>
                        <option value="powershell">"PowerShell"</option>
                    </select>
                </label>
            </div>
            {move || steps.get().map(|steps| match steps {
                Ok(steps) => STAGES.iter().map(|(stage, title)| stage_of(&steps, stage, title)).collect_view().into_any(),
                Err(problem) => failed(&problem),
            })}
        </section>
    }
}

fn stage_of(steps: &[Step], stage: &str, title: &'static str) -> impl IntoView {
    let steps: Vec<Step> = steps
        .iter()
        .filter(|step| step.stage == stage)
        .cloned()
        .collect();
    view! {
        <details class="stage" open=stage == "deploy">
            <summary>{title}</summary>
            {steps.into_iter().map(shown).collect_view()}
        </details>
    }
}

fn shown(step: Step) -> impl IntoView {
    let copied = RwSignal::new(String::new());
    let text = step.lines.join("\n");
    let what = if step.is_command { "Commands" } else { "Query" };
    let label = if step.stage == "deploy" {
        "Deploy command"
    } else {
        what
    };
    let lines = (!text.is_empty()).then(|| {
        let shown = text.clone();
        view! {
            <pre tabindex="0" aria-label=format!("{label}: {}", step.title) class="command"><code>{shown}</code></pre>
            <button class="plain" on:click=move |_| copy(copied, what, text.clone())>"Copy"</button>
            <span role="status">{move || copied.get()}</span>
        }
    });
    view! {
        <div class="step">
            <h4>{step.title.clone()}</h4>
            <p class="facts">{step.about}" "<a href=step.page.clone() target="_blank" rel="noreferrer noopener">{format!("Documentation: {}", step.page)}</a></p>
            {lines}
        </div>
    }
}
