//! The converted rules as a file of any format: preview, what was found in it, download, copy.

use leptos::prelude::*;
use workbench::export::FORMATS;
use workbench::protocol::{Answer, CheckView, ExportAsk, ExportView, Problem, Question};

use super::{failed, field};
use crate::parts::{copy, download_bytes, prose};
use crate::places::told;
use crate::state::Store;

/// Letters of a preview; the file itself is whole.
const PREVIEW: usize = 20_000;

/// What each format is for, in the order of [`FORMATS`].
const TITLES: [&str; 7] = [
    "ARM template",
    "Import in the portal",
    "YAML of Azure-Sentinel",
    "Bicep",
    "Terraform",
    "Automation rule for the incidents",
    "Package (zip)",
];

type Written = Result<ExportView, Problem>;

/// Writes the converted rules to a file.
#[component]
pub fn Files() -> impl IntoView {
    let store = expect_context::<Store>();
    let chosen_only = RwSignal::new(false);
    let ask = RwSignal::new(ExportAsk {
        format: "arm".to_owned(),
        automation: sentinel_automation(),
        ..ExportAsk::default()
    });
    let written = RwSignal::new(None::<Written>);
    let write = move |_| {
        let mut wanted = ask.get();
        if chosen_only.get() {
            wanted.rules = store.rule().map(|rule| vec![rule.key]).unwrap_or_default();
        }
        store.ask(
            Question::Export(Box::new(wanted)),
            told("Export", written, |answer| match answer {
                Answer::Export(view) => Some(*view),
                _ => None,
            }),
        );
    };
    let formats = FORMATS.iter().zip(TITLES);
    let options = formats
        .map(|(format, title)| view! { <option value=format.name>{title}</option> })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="export-files">
            <h3 id="export-files">"Files"</h3>
            <div class="actions">
                <label>"Format "
                    <select on:change=move |event| { written.set(None); ask.update(|ask| ask.format = event_target_value(&event)); }>{options}</select>
                </label>
                <label>
                    <input type="checkbox" prop:checked=move || chosen_only.get() on:change=move |event| chosen_only.set(event_target_checked(&event))/>
                    " Only the chosen rule"
                </label>
                <button class="primary" on:click=write>"Write the Managed HSM rules"</button>
            </div>
            <div class="fields">{move || (ask.with(|ask| ask.format == "automation")).then(|| automation(ask))}</div>
            <div aria-live="polite">
                {move || written.get().map(|written| match written {
                    Ok(view) => shown(view).into_any(),
                    Err(problem) => failed(&problem),
                })}
            </div>
        </section>
    }
}

/// An automation rule that only tags.
fn sentinel_automation() -> workbench::protocol::Automation {
    workbench::protocol::Automation {
        name: "Triage of Managed HSM incidents".to_owned(),
        order: 100,
        tags: vec!["managed-hsm".to_owned()],
        ..Default::default()
    }
}

fn automation(ask: RwSignal<ExportAsk>) -> impl IntoView {
    let get = move |part: fn(&ExportAsk) -> String| move || ask.with(part);
    let filled = |text: String| (!text.trim().is_empty()).then_some(text);
    view! {
        {field("Name", get(|ask| ask.automation.name.clone()), move |text| ask.update(|ask| ask.automation.name = text))}
        {field("Tags, with commas", get(|ask| ask.automation.tags.join(", ")), move |text| ask.update(|ask| {
            ask.automation.tags = text.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect();
        }))}
        {field("Owner, object id", get(|ask| ask.automation.owner.as_ref().map(|owner| owner.object_id.clone()).unwrap_or_default()), move |text| ask.update(|ask| {
            ask.automation.owner = filled(text).map(|object_id| workbench::protocol::Owner { object_id, is_group: false });
        }))}
        {field("Playbook, resource id", get(|ask| ask.automation.playbook.clone().unwrap_or_default()), move |text| ask.update(|ask| ask.automation.playbook = filled(text)))}
    }
}

fn shown(view: ExportView) -> impl IntoView {
    let copied = RwSignal::new(String::new());
    let text = String::from_utf8(view.bytes.to_vec()).ok();
    let (name, mime, bytes) = (view.name.clone(), view.mime, view.bytes);
    let preview = text.clone().map(|text| {
        let cut: String = text.chars().take(PREVIEW).collect();
        let more = (cut.len() < text.len()).then_some("The preview ends here; the file goes on.");
        view! {
            <details><summary>"Preview"</summary>
                <pre tabindex="0" aria-label="Preview of the file" class="preview"><code>{cut}</code></pre>
                <p class="facts">{more}</p>
            </details>
        }
    });
    let copy_it = text.map(|text| {
        view! { <button on:click=move |_| copy(copied, "File", text.clone())>"Copy"</button> }
    });
    view! {
        <div class="written">
            <p><strong>{view.name}</strong>{format!(" {} bytes, read back and compared with the rules.", bytes.len())}</p>
            <div class="actions">
                <button class="primary" on:click=move |_| download_bytes(&name, &mime, &bytes)>"Download"</button>
                {copy_it}
            </div>
            <p role="status">{move || copied.get()}</p>
            <p class="facts">"The commands that deploy it stand below, under Before and after."</p>
            {preview}
            {view.checks.into_iter().map(checked).collect_view()}
        </div>
    }
}

fn checked(check: CheckView) -> impl IntoView {
    let findings = check.findings;
    let left_out = (!check.left_out.is_empty())
        .then(|| format!("No place in this format: {}.", check.left_out.join(", ")));
    let lines = check.lines;
    let same = lines.is_empty();
    let difference = (!same).then(|| {
        let lines = lines.into_iter().map(|line| {
            let class = match line.chars().next() {
                Some('@') => "diff-field",
                Some('-') => "diff-old",
                Some('+') => "diff-new",
                _ => "diff-same",
            };
            view! { <span class=class>{line}"\n"</span> }
        });
        view! {
            <details><summary>"What the file says otherwise than the rule"</summary>
                <pre tabindex="0" aria-label=format!("Differences of {}", check.rule) class="preview"><code>{lines.collect_view()}</code></pre>
            </details>
        }
    });
    view! {
        <section class="check" aria-label=format!("Check of {}", check.rule)>
            <h4>{check.rule.clone()}</h4>
            {findings.into_iter().map(|found| view! { <p class="note">{prose(found)}</p> }).collect_view()}
            {same.then(|| view! { <p class="facts">"The file says what the rule says."</p> })}
            {left_out.map(|text| view! { <p class="facts">{text}</p> })}
            {difference}
        </section>
    }
}
