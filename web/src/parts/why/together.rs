//! All rules on one line of time: a lane for each, and everything that happened as a list that can be
//! walked with the keyboard.

use leptos::prelude::*;
use workbench::protocol::{EventView, TogetherView};

use crate::parts::severity;
use crate::words::minute;

/// What an entry of the list leads to: a rule's key, the kind of event, and its number.
pub type Chosen = (String, String, usize);

/// The lanes and the list; entries of alerts and incidents lead on.
pub fn together(found: TogetherView, open: Callback<Chosen>) -> impl IntoView {
    let (from, to) = found.span.clone();
    let lanes = found.lanes.iter().enumerate().map(|(number, lane)| {
        let marks = found.events.iter().filter(|event| event.lane == number);
        let marks: Vec<_> = marks.cloned().map(mark).collect();
        // The list below says the same to those who do not see the lanes.
        view! {
            <div class="lane">
                <p class="lane-name"><strong>{lane.name.clone()}</strong>" "<span class="facts">{lane.summary.clone()}</span></p>
                <div class="line" aria-hidden="true">{marks}</div>
            </div>
        }
    });
    let lanes: Vec<_> = lanes.collect();
    let names: Vec<(String, String)> = found
        .lanes
        .iter()
        .map(|lane| (lane.rule.clone(), lane.name.clone()))
        .collect();
    let listed = found.events.into_iter().filter(|event| event.kind != "run");
    let entries: Vec<_> = listed.map(|event| entry(event, &names, open)).collect();
    let more = (found.left_out > 0)
        .then(|| view! { <p class="facts">{format!("{} later events are not shown.", found.left_out)}</p> });
    let missing = (!found.missing.is_empty()).then(
        || view! { <p class="facts">{format!("Not replayed: {}.", found.missing.join(", "))}</p> },
    );
    view! {
        {lanes}
        <p class="facts ends"><span>{minute(&from)}</span><span>{minute(&to)}" UTC"</span></p>
        <ol class="events" aria-label="Alerts and incidents of all rules by time">{entries}</ol>
        {more}
        {missing}
    }
}

fn mark(event: EventView) -> impl IntoView {
    let class = format!(
        "mark {}",
        if event.kind == "run" {
            "fired"
        } else {
            &event.kind
        }
    );
    let place = format!("{:.2}%", event.place * 100.0);
    let title = format!("{} {} {}", minute(&event.time), event.kind, event.title);
    view! { <span class=class title=title style:left=place></span> }
}

fn entry(
    event: EventView,
    lanes: &[(String, String)],
    open: Callback<Chosen>,
) -> impl IntoView + use<> {
    let (rule, name) = lanes.get(event.lane).cloned().unwrap_or_default();
    let kind = match event.kind.as_str() {
        "incident" => "Incident",
        "alert" => "Alert",
        _ => "Paused run",
    };
    let text = match event.title.is_empty() || event.title == name {
        true => name,
        false => format!("{} ({name})", event.title),
    };
    let severity = severity(&event.severity);
    let chosen = (rule, event.kind.clone(), event.number);
    let what = match event.kind.as_str() {
        "suppressed" => view! { <span>{text}</span> }.into_any(),
        _ => view! { <button class="link" on:click=move |_| open.run(chosen.clone())>{text}</button> }.into_any(),
    };
    view! {
        <li class=format!("event {}", event.kind)>
            <span class="when">{minute(&event.time)}</span>" "
            <span class="kind">{kind}</span>" "
            <span>{severity}</span>" "
            {what}
        </li>
    }
}
