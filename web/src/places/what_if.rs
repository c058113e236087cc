//! The chosen rule set otherwise: its controls, what changes, and curves.

use leptos::prelude::*;
use workbench::protocol::{
    Answer, ControlView, CurveView, DifferenceView, Question, RuleView, TotalsView, WhatIfView,
};

use super::heard;
use crate::parts::{WithRules, prose, title};
use crate::state::Store;
use crate::words::counted;

/// The rules, and the controls of the chosen one.
#[component]
pub fn WhatIf() -> impl IntoView {
    view! { <WithRules show=detail/> }
}

/// What a rule's panel holds.
#[derive(Clone, Copy)]
struct Panel {
    store: Store,
    controls: RwSignal<Vec<ControlView>>,
    /// Values that differ from the rule's, by name of the control.
    settings: RwSignal<Vec<(String, String)>>,
    found: RwSignal<Option<WhatIfView>>,
    curve: RwSignal<Option<CurveView>>,
}

fn detail(store: Store, rule: RuleView) -> AnyView {
    let panel = Panel {
        store,
        controls: RwSignal::new(Vec::new()),
        settings: RwSignal::new(Vec::new()),
        found: RwSignal::new(None),
        curve: RwSignal::new(None),
    };
    store.ask(Question::Controls(rule.key.clone()), move |answer| {
        if let Some(Answer::Controls(controls)) = heard(store, answer) {
            panel.controls.set(controls);
        }
    });
    let compare_key = rule.key.clone();
    let curve_key = rule.key.clone();
    let no_logs = move || store.view.get().logs.is_empty();
    view! {
        {title(&rule)}
        <form class="controls" on:submit=move |event| {
            event.prevent_default();
            compare(panel, &compare_key);
        }>
            {move || panel.controls.get().into_iter().map(|one| control(panel, &curve_key, one)).collect_view()}
            <p class="actions">
                <button type="submit" class="primary" disabled=no_logs>"Compare"</button>
                <button type="button" on:click=move |_| {
                    panel.settings.set(Vec::new());
                    panel.found.set(None);
                    panel.controls.update(|_| ());
                }>"Back to the rule's values"</button>
            </p>
            <Show when=no_logs><p class="note">"Load audit logs or a sample first."</p></Show>
        </form>
        <div role="status">{move || panel.found.get().map(comparison)}</div>
        <div role="status">{move || panel.curve.get().map(curve)}</div>
    }
    .into_any()
}

fn compare(panel: Panel, key: &str) {
    let question = Question::WhatIf(key.to_owned(), panel.settings.get_untracked());
    panel
        .store
        .ask_long("Running the rule both ways", question, move |answer| {
            if let Some(Answer::WhatIf(found)) = heard(panel.store, answer) {
                panel.found.set(Some(*found));
            }
        });
}

fn control(panel: Panel, key: &str, control: ControlView) -> impl IntoView + use<> {
    let ControlView {
        name,
        title,
        value,
        choices,
        has_curve,
    } = control;
    let key = key.to_owned();
    let id = format!("control-{name}");
    let (set_name, curve_name, before) = (name.clone(), name.clone(), value.clone());
    let set = move |text: String| {
        panel.settings.update(|settings| {
            settings.retain(|(name, _)| *name != set_name);
            if text != before {
                settings.push((set_name.clone(), text));
            }
        });
    };
    let set_choice = set.clone();
    let field = match choices.is_empty() {
        true => view! {
            <input id=id.clone() value=value.clone() on:input=move |event| set(event_target_value(&event))/>
        }
        .into_any(),
        false => {
            let options = choices.into_iter().map(|choice| {
                let chosen = choice == value;
                view! { <option selected=chosen>{choice.clone()}</option> }
            });
            view! {
                <select id=id.clone() on:change=move |event| set_choice(event_target_value(&event))>
                    {options.collect_view()}
                </select>
            }
            .into_any()
        }
    };
    let draw = move |_| {
        let question = Question::Curve(key.clone(), curve_name.clone());
        panel
            .store
            .ask_long("Trying values", question, move |answer| {
                if let Some(Answer::Curve(found)) = heard(panel.store, answer) {
                    panel.curve.set(Some(found));
                }
            });
    };
    let label = format!("Curve of {name}");
    view! {
        <div class="control">
            <label for=id>{name}<span class="help">{title}</span></label>
            {field}
            {has_curve.then(|| view! { <button type="button" aria-label=label on:click=draw>"Curve"</button> })}
        </div>
    }
}

fn row(label: &'static str, totals: TotalsView) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{label}</th>
            <td>{totals.runs}</td><td>{totals.fired}</td><td>{totals.rows}</td>
            <td>{totals.alerts}</td><td>{totals.incidents}</td>
        </tr>
    }
}

fn comparison(found: WhatIfView) -> impl IntoView {
    let said = match found.differences.len() {
        0 => "No alert and no incident differs.".to_owned(),
        some => format!("{}:", counted(some, "difference")),
    };
    view! {
        <section aria-label="What changes">
            <h4>"What changes"</h4>
            {found.warnings.into_iter().map(|warning| view! { <p class="note">{prose(warning)}</p> }).collect_view()}
            <div class="scroll"><table class="totals">
                <thead><tr>
                    <td></td><th scope="col">"Runs"</th><th scope="col">"Fired"</th><th scope="col">"Rows"</th>
                    <th scope="col">"Alerts"</th><th scope="col">"Incidents"</th>
                </tr></thead>
                <tbody>{row("As it is", found.before)}{row("As set", found.after)}</tbody>
            </table></div>
            <p>{said}</p>
            <ul class="differences">{found.differences.into_iter().map(difference).collect_view()}</ul>
        </section>
    }
}

fn difference(one: DifferenceView) -> impl IntoView {
    let what = if one.incident { "Incident" } else { "Alert" };
    let (becomes, which) = match (one.before.is_empty(), one.after.is_empty()) {
        (false, true) => ("goes away", one.before),
        (true, _) => ("is new", one.after),
        _ => ("changes", format!("{} → {}", one.before, one.after)),
    };
    view! { <li><strong>{what}" "{becomes}":"</strong>" "{which}</li> }
}

/// Width and height of the drawing.
const SIZE: (f64, f64) = (600.0, 160.0);

fn curve(found: CurveView) -> impl IntoView {
    let count = |totals: &Option<TotalsView>| totals.map_or(0, |totals| totals.alerts);
    let most = found
        .points
        .iter()
        .map(|point| count(&point.totals))
        .max()
        .unwrap_or(0);
    // Points stand at equal distances: sizes may lie far apart.
    let step = SIZE.0 / (found.points.len().max(2) - 1) as f64;
    let place = |index: usize, alerts: usize| {
        let high = alerts as f64 / most.max(1) as f64;
        (index as f64 * step, SIZE.1 - 10.0 - high * (SIZE.1 - 20.0))
    };
    let mut line = String::new();
    for (index, point) in found.points.iter().enumerate() {
        let (x, y) = place(index, count(&point.totals));
        line.push_str(&format!("{x:.1},{y:.1} "));
    }
    let current = found.points.iter().position(|point| point.current);
    let mark = current.map(|index| place(index, count(&found.points[index].totals)).0);
    let told = format!(
        "{}: from 0 to {} over {}",
        found.title,
        counted(most, "alert"),
        counted(found.points.len(), "value")
    );
    let rows = found.points.into_iter().map(|point| {
        let totals = point.totals;
        let cell = move |of: fn(TotalsView) -> String| totals.map_or("cannot run".to_owned(), of);
        view! {
            <tr aria-current=point.current.then_some("true")>
                <th scope="row">{point.label}{point.current.then_some(" (as it is)")}</th>
                <td>{cell(|one| one.rows.to_string())}</td>
                <td>{cell(|one| one.alerts.to_string())}</td>
                <td>{cell(|one| one.incidents.to_string())}</td>
            </tr>
        }
    });
    view! {
        <section aria-label="Curve">
            <figure class="series">
                <figcaption>{found.title.clone()}": alerts for each value; the upright line is the rule's value"</figcaption>
                <svg viewBox=format!("0 0 {} {}", SIZE.0, SIZE.1) role="img" aria-label=told preserveAspectRatio="none">
                    {mark.map(|x| view! { <polyline class="baseline" points=format!("{x:.1},0 {x:.1},{}", SIZE.1)/> })}
                    <polyline class="value" points=line/>
                </svg>
            </figure>
            <div class="scroll" tabindex="0" role="region" aria-label="Values of the curve"><table class="totals">
                <thead><tr>
                    <th scope="col">"Value"</th><th scope="col">"Rows"</th><th scope="col">"Alerts"</th><th scope="col">"Incidents"</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div>
        </section>
    }
}
