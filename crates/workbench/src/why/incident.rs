//! An incident with its alerts, as an analyst reads it.

use kql_analysis::time::format_datetime;
use kql_engine::format::cell_text;
use rule_replay::timeline::{Alert, Incident, Timeline};
use rule_replay::why::Asked;
use rule_replay::words::{severity, span};
use sentinel_rules::rule::Rule;

use super::run_words;
use crate::protocol::{AlertView, EntityView, IncidentPage, Problem};
use crate::session::Session;

/// Alerts that the page gets.
const SHOWN_ALERTS: usize = 50;
/// Result rows of an alert that the page gets.
const SHOWN_ROWS: usize = 20;
/// Entities that the page gets.
const SHOWN_ENTITIES: usize = 100;
/// What every incident is when it is made.
const STATUS: &str = "New";

/// An incident of a rule's schedule.
pub(crate) fn incident(
    session: &Session,
    key: &str,
    number: usize,
) -> Result<IncidentPage, Problem> {
    let loaded = &session.rules[session.rule_index(key)?];
    let rule = &loaded.converted.rule;
    let replayed = loaded.timeline.as_ref();
    let timeline = replayed.and_then(|replayed| replayed.timeline.as_ref().ok());
    let found = timeline.and_then(|timeline| Some((timeline, timeline.incidents.get(number)?)));
    let (timeline, incident) = found.ok_or_else(|| {
        Problem::about(
            &rule.name,
            "there is no such incident",
            "replay the schedule again",
        )
    })?;
    Ok(page(rule, timeline, number, incident))
}

fn page(rule: &Rule, timeline: &Timeline, number: usize, incident: &Incident) -> IncidentPage {
    let alerts: Vec<(usize, &Alert)> = incident
        .alerts
        .iter()
        .filter_map(|number| Some((*number, timeline.alerts.get(*number)?)))
        .collect();
    let first = alerts.iter().map(|(_, alert)| alert.events.0).min();
    let last = alerts.iter().map(|(_, alert)| alert.events.1).max();
    let (first, last) = (
        first.unwrap_or(incident.made),
        last.unwrap_or(incident.made),
    );
    let entities = incident.entities.iter().take(SHOWN_ENTITIES);
    let shown = alerts.iter().take(SHOWN_ALERTS);
    let made = alerts.iter().map(|(_, alert)| alert.made).max();
    let length = (made.unwrap_or(last).max(last) - first).max(1) as f64;
    let place = |time: i64| ((time - first) as f64 / length).clamp(0.0, 1.0);
    IncidentPage {
        number,
        title: incident.title.clone(),
        rule: rule.name.clone(),
        severity: severity(incident.severity).to_owned(),
        status: STATUS.to_owned(),
        tactics: incident.tactics.clone(),
        techniques: rule.techniques.clone(),
        made: format_datetime(incident.made),
        delay: span(incident.made.saturating_sub(last)),
        events: (format_datetime(first), format_datetime(last)),
        entities: entities
            .map(|entity| EntityView {
                entity_type: entity.entity_type.clone(),
                identifiers: entity.told(),
            })
            .collect(),
        alerts: shown
            .map(|(number, alert)| AlertView {
                places: (
                    place(alert.events.0),
                    place(alert.events.1),
                    place(alert.made),
                ),
                ..view(timeline, *number, alert)
            })
            .collect(),
        alerts_left_out: alerts.len().saturating_sub(SHOWN_ALERTS),
    }
}

fn view(timeline: &Timeline, number: usize, alert: &Alert) -> AlertView {
    let run = timeline.runs.get(alert.run);
    let table = &alert.rows;
    let columns = table.schema().columns.iter();
    let rows = (0..table.rows().min(SHOWN_ROWS)).map(|row| {
        let cells = table.columns().iter();
        cells
            .map(|column| cell_text(&column.get(row), column.ty()))
            .collect()
    });
    AlertView {
        number,
        places: (0.0, 0.0, 0.0),
        name: alert.name.clone(),
        description: alert.description.clone(),
        severity: severity(alert.severity).to_owned(),
        made: format_datetime(alert.made),
        events: (
            format_datetime(alert.events.0),
            format_datetime(alert.events.1),
        ),
        run: run.map(|run| run_words(Asked::of(run))).unwrap_or_default(),
        details: alert.custom_details.clone(),
        left_out: alert.cuts.iter().map(|cut| cut.sentence.clone()).collect(),
        columns: columns.map(|column| column.name.clone()).collect(),
        rows: rows.collect(),
        row_count: table.rows(),
    }
}
