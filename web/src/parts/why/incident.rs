//! An incident as an analyst knows it: what it is, whom it is about, and on what it rests.

use leptos::prelude::*;
use workbench::protocol::{
    AlertView, Answer, EntityView, EvidenceView, IncidentPage, Question, RuleVersion, TestOf,
    WhyQuestion, WhyView,
};

use super::rows::evidence as evidence_rows;
use super::{Answers, test_button};
use crate::parts::{prose, severity, tactics};
use crate::state::address;
use crate::words::{counted, minute};

/// The page of an incident: facts, entities, its alerts by time, the log rows and the series that it rests
/// on, and the ways to its rule.
pub fn incident(answers: Answers, found: IncidentPage, rule: String) -> impl IntoView {
    let facts = facts(&found).map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> });
    let description = found.alerts.first().map(|alert| alert.description.clone());
    let more = (found.alerts_left_out > 0).then(|| {
        view! { <p class="facts">{format!("{} more alerts are not shown.", found.alerts_left_out)}</p> }
    });
    let version = RuleVersion {
        rule: rule.clone(),
        converted: true,
    };
    let (of_alert, key) = (version.clone(), rule.clone());
    let evidence = Callback::new(move |alert: usize| {
        answers.ask_on(of_alert.clone(), WhyQuestion::Alert(key.clone(), alert));
    });
    let of = TestOf::Incident(found.number);
    let first = found.alerts.first().map(|alert| alert.number);
    let charts = first.map(|alert| super::charts(Question::AlertCharts(rule.clone(), alert)));
    view! {
        <h4>{found.title}</h4>
        <p class="facts">{description}</p>
        <dl class="incident-facts"><dt>"Severity"</dt><dd>{severity(&found.severity)}</dd>{facts.collect_view()}</dl>
        <p class="actions">
            <a href=address("conversion", &rule)>"The rule"</a>
            <a href=address("results", &rule)>"How its query went"</a>
            <a href=address("what-if", &rule)>"What if"</a>
            <a href=address("together", "")>"All rules by time"</a>
        </p>
        {test_button(answers, &version, Some(of), "Make a test of this incident")}
        {entities(found.entities)}
        <h5>"Its alerts by time"</h5>
        {by_time(&found.alerts, evidence)}
        {charts}
        <h5>"Log rows behind it"</h5>
        {rows_behind(answers, version, found.number)}
        <h5>"Alerts"</h5>
        {found.alerts.into_iter().map(|one| alert(one, evidence)).collect_view()}
        {more}
    }
}

fn facts(found: &IncidentPage) -> [(&'static str, String); 7] {
    let events: usize = found.alerts.iter().map(|alert| alert.row_count).sum();
    let alerts = found.alerts.len() + found.alerts_left_out;
    let created = format!(
        "{} UTC, {} after the last event",
        minute(&found.made),
        found.delay
    );
    let evidence = format!(
        "{}, {}",
        counted(events, "result row"),
        counted(alerts, "alert")
    );
    [
        ("Status", found.status.clone()),
        ("Rule", found.rule.clone()),
        ("Created", created),
        ("Events", span(&found.events)),
        ("Tactics", or_none(tactics(&found.tactics))),
        ("Techniques", or_none(found.techniques.join(", "))),
        ("Evidence", evidence),
    ]
}

/// A line from the first event to the last alert, and the same as a list that leads to the rows.
fn by_time(alerts: &[AlertView], evidence: Callback<usize>) -> impl IntoView + use<> {
    let marks = alerts.iter().map(|alert| {
        let (first, last, made) = alert.places;
        let (start, width) = (percent(first), percent(last - first));
        view! {
            <span class="spell" style:left=start style:width=width></span>
            <span class="mark alert" style:left=percent(made)></span>
        }
    });
    let marks: Vec<_> = marks.collect();
    let items = alerts.iter().map(|alert| {
        let (number, events) = (alert.number, span(&alert.events));
        let name = alert.name.clone();
        view! {
            <li class="event alert">
                <span class="when">{minute(&alert.made)}</span>" "
                <span>{severity(&alert.severity)}</span>" "
                <button class="link" on:click=move |_| evidence.run(number)>{name}</button>" "
                <span class="facts">"events "{events}</span>
            </li>
        }
    });
    let items: Vec<_> = items.collect();
    view! {
        <div class="line" aria-hidden="true">{marks}</div>
        <ol class="events" aria-label="Alerts of this incident by time">{items}</ol>
    }
}

fn percent(part: f64) -> String {
    format!("{:.2}%", part * 100.0)
}

/// The log rows behind all alerts of the incident.
fn rows_behind(answers: Answers, version: RuleVersion, number: usize) -> impl IntoView {
    let found = RwSignal::new(None::<Result<EvidenceView, String>>);
    let question = WhyQuestion::Incident(version.rule.clone(), number);
    answers.store.ask(Question::Why(question), move |answer| {
        let _ = found.try_set(Some(match answer {
            Ok(Answer::Why(WhyView::Rows(rows))) => Ok(rows),
            Ok(_) => Err(String::new()),
            Err(problem) => Err(format!("{}; {}", problem.message, problem.remedy)),
        }));
    });
    let fate = Callback::new(move |(log, row): (String, usize)| {
        let question = WhyQuestion::IncidentRow(version.rule.clone(), number, log, row);
        answers.ask_on(version.clone(), question);
    });
    move || match found.get() {
        None => view! { <p class="facts" role="status">"Looking for them…"</p> }.into_any(),
        Some(Ok(rows)) => evidence_rows(rows, fate).into_any(),
        Some(Err(text)) => view! { <p class="query-error">{prose(text)}</p> }.into_any(),
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
    let left_out = alert.left_out.into_iter();
    let left_out = left_out.map(|sentence| view! { <p class="facts">{prose(sentence)}</p> });
    let more = (alert.row_count > shown)
        .then(|| format!("The first {shown} of {} rows.", alert.row_count));
    view! {
        <div class="incident-alert">
            <h6>{alert.name}</h6>
            <p class="facts">{format!("{} · {} UTC · events {}", alert.severity, minute(&alert.made), span(&alert.events))}</p>
            <p class="facts">{alert.run}</p>
            <p>{alert.description}</p>
            <ul class="entities">{details.collect_view()}</ul>
            {left_out.collect_view()}
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

fn or_none(names: String) -> String {
    match names.is_empty() {
        true => "none".to_owned(),
        false => names,
    }
}
