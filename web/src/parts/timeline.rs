//! The converted rule on its schedule: which runs raised alerts, and the incidents that follow.

use leptos::prelude::*;
use workbench::protocol::{EntityView, IncidentView, Request, RuleView, RunMark, TimelineView};

use super::{Answers, sentences, severity};
use crate::state::Store;
use crate::words::{counted, minute};

/// Entities that a line of the incidents names.
const FEW: usize = 3;

/// The schedule of a rule over the loaded logs; an incident opens in the panel of the place.
#[component]
pub fn Timeline(rule: RuleView) -> impl IntoView {
    let store = expect_context::<Store>();
    let answers = expect_context::<Answers>();
    let opened = rule.key.clone();
    let open = Callback::new(move |number: usize| answers.incident(opened.clone(), number));
    let has_logs = !store.view.get_untracked().logs.is_empty();
    let key = rule.key.clone();
    let replay = move |_| {
        let rule = key.clone();
        store.send("Replaying the schedule", Request::Replay { rule });
    };
    view! {
        <section aria-labelledby="timeline-title">
            <div class="title">
                <h3 id="timeline-title">"On its schedule"</h3>
                <button disabled=!has_logs on:click=replay>"Replay the schedule"</button>
            </div>
            {match rule.timeline {
                Some(timeline) => shown(timeline, open).into_any(),
                None => view! { <p class="empty">"Not replayed yet: which runs would have raised alerts over the whole log, and which incidents would have followed."</p> }.into_any(),
            }}
        </section>
    }
}

fn shown(timeline: TimelineView, open: Callback<usize>) -> impl IntoView {
    let (from, to) = timeline.span;
    view! {
        <p class="verdict">{timeline.summary}</p>
        // The table below says the same to those who do not see the line.
        <div class="line" aria-hidden="true">{timeline.marks.into_iter().map(mark).collect_view()}</div>
        <p class="facts ends"><span>{minute(&from)}</span><span>{minute(&to)}" UTC"</span></p>
        {incidents(timeline.incidents, open)}
        {sentences(timeline.notes)}
    }
}

fn mark(mark: RunMark) -> impl IntoView {
    let place = format!("{:.2}%", mark.place * 100.0);
    view! { <span class=format!("mark {}", mark.outcome) title=mark.title style:left=place></span> }
}

fn incidents(incidents: Vec<IncidentView>, open: Callback<usize>) -> Option<impl IntoView> {
    (!incidents.is_empty()).then(|| {
        let rows = incidents.into_iter().enumerate();
        let rows = rows.map(|(number, incident)| row(number, incident, open));
        view! {
            <div class="scroll" tabindex="0" role="region" aria-label="Incidents">
                <table>
                    <thead><tr>
                        <th scope="col">"Incident (UTC)"</th>
                        <th scope="col">"Severity"</th>
                        <th scope="col">"Title"</th>
                        <th scope="col">"Events"</th>
                        <th scope="col">"Entities"</th>
                    </tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
    })
}

fn row(number: usize, incident: IncidentView, open: Callback<usize>) -> impl IntoView {
    let (first, last) = &incident.events;
    let events = match minute(first) == minute(last) {
        true => minute(first),
        false => format!("{} to {}", minute(first), minute(last)),
    };
    view! {
        <tr>
            <td>{minute(&incident.made)}<span class="after">{incident.delay}" after the last event"</span></td>
            <td>{severity(&incident.severity)}</td>
            <td><button class="link" on:click=move |_| open.run(number)>{incident.title}</button></td>
            <td>{events}<span class="after">{counted(incident.rows, "row")}" in "{counted(incident.alerts, "alert")}</span></td>
            <td>{few(&incident.entities)}</td>
        </tr>
    }
}

/// The first entities; the incident itself lists all.
fn few(entities: &[EntityView]) -> String {
    let mut named: Vec<String> = entities.iter().take(FEW).map(entity).collect();
    if entities.len() > FEW {
        named.push(format!("and {} more", entities.len() - FEW));
    }
    named.join(", ")
}

fn entity(entity: &EntityView) -> String {
    let identifiers = entity.identifiers.iter();
    let identifiers = identifiers.map(|(name, value)| format!("{name} {value}"));
    format!(
        "{} {}",
        entity.entity_type,
        identifiers.collect::<Vec<_>>().join(" ")
    )
}
