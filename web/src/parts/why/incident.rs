//! An incident as an analyst knows it: what it is, whom it is about, and on what it rests.

use leptos::prelude::*;
use workbench::protocol::{AlertView, EntityView, IncidentPage};

use crate::words::{counted, minute};

/// The page of an incident; each alert leads to the log rows behind it.
pub fn incident(found: IncidentPage, evidence: Callback<usize>) -> impl IntoView {
    let events: usize = found.alerts.iter().map(|alert| alert.row_count).sum();
    let alerts = found.alerts.len() + found.alerts_left_out;
    let more = (found.alerts_left_out > 0).then(|| {
        view! { <p class="facts">{format!("{} more alerts are not shown.", found.alerts_left_out)}</p> }
    });
    let facts = [
        ("Severity", found.severity),
        ("Status", found.status),
        ("Rule", found.rule),
        (
            "Created",
            format!(
                "{} UTC, {} after the last event",
                minute(&found.made),
                found.delay
            ),
        ),
        ("Events", span(&found.events)),
        ("Tactics", or_none(&found.tactics)),
        ("Techniques", or_none(&found.techniques)),
        (
            "Evidence",
            format!(
                "{}, {}",
                counted(events, "result row"),
                counted(alerts, "alert")
            ),
        ),
    ];
    let facts = facts.map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> });
    view! {
        <h4>{found.title}</h4>
        <dl class="incident-facts">{facts.collect_view()}</dl>
        {entities(found.entities)}
        <h5>"Alerts"</h5>
        {found.alerts.into_iter().map(|one| alert(one, evidence)).collect_view()}
        {more}
    }
}

fn entities(entities: Vec<EntityView>) -> impl IntoView {
    if entities.is_empty() {
        return view! { <p class="empty">"No entity is mapped."</p> }.into_any();
    }
    let items = entities.into_iter().map(|entity| {
        let identifiers = entity.identifiers.iter();
        let identifiers = identifiers.map(|(name, value)| format!("{name} {value}"));
        let identifiers = identifiers.collect::<Vec<_>>().join(", ");
        view! { <li><strong>{entity.entity_type}</strong>" "{identifiers}</li> }
    });
    view! { <h5>"Entities"</h5><ul class="entities">{items.collect_view()}</ul> }.into_any()
}

fn alert(alert: AlertView, evidence: Callback<usize>) -> impl IntoView {
    let number = alert.number;
    let label = format!("Rows of the alert of {}", minute(&alert.made));
    let head = alert
        .columns
        .into_iter()
        .map(|name| view! { <th scope="col">{name}</th> });
    let shown = alert.rows.len();
    let rows = alert.rows.into_iter().map(|row| {
        let cells = row.into_iter().map(|cell| match cell {
            Some(text) => view! { <td>{text}</td> }.into_any(),
            None => view! { <td class="null">"null"</td> }.into_any(),
        });
        view! { <tr>{cells.collect_view()}</tr> }
    });
    let details = alert.details.into_iter().map(|(key, values)| {
        view! { <li><strong>{key}</strong>" "{values.join(", ")}</li> }
    });
    let more = (alert.row_count > shown)
        .then(|| format!("The first {shown} of {} rows.", alert.row_count));
    view! {
        <div class="incident-alert">
            <h6>{alert.name}</h6>
            <p class="facts">{format!("{} · {} UTC · events {}", alert.severity, minute(&alert.made), span(&alert.events))}</p>
            <p class="facts">{alert.run}</p>
            <p>{alert.description}</p>
            <ul class="entities">{details.collect_view()}</ul>
            <div class="scroll" tabindex="0" role="region" aria-label=label>
                <table><thead><tr>{head.collect_view()}</tr></thead><tbody>{rows.collect_view()}</tbody></table>
            </div>
            <p class="facts">{more}</p>
            <button on:click=move |_| evidence.run(number)>"Log rows behind it"</button>
        </div>
    }
}

fn span((first, last): &(String, String)) -> String {
    match minute(first) == minute(last) {
        true => format!("{} UTC", minute(first)),
        false => format!("{} to {} UTC", minute(first), minute(last)),
    }
}

fn or_none(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}
