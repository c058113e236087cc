//! What `rulesmith replay` writes as JSON.

use kql_analysis::time::format_datetime;
use rule_replay::timeline::{Alert, Incident, Merged, Options, RowTimes, RunOutcome, Timeline};
use rule_replay::words::severity;
use sentinel_rules::rule::Rule;
use serde_json::{Value, json};

/// What all rules did, by time.
pub(super) fn together(merged: &Merged) -> Value {
    json!({
        "lanes": merged.lanes,
        "events": merged.events.iter().map(|event| json!({
            "time": format_datetime(event.time),
            "lane": event.lane,
            "kind": event.kind,
            "index": event.index,
            "severity": severity(event.severity),
            "title": event.title,
        })).collect::<Vec<_>>(),
    })
}

/// What a rule did. A run's window is what the rule asks for; the rows it reads are those that are ingested
/// by then.
pub(super) fn document(
    rule: &Rule,
    options: Options,
    timeline: &Timeline,
    times: &RowTimes,
) -> Value {
    json!({
        "id": rule.id,
        "name": rule.name,
        "from": format_datetime(options.from),
        "to": format_datetime(options.to),
        "notes": timeline.notes,
        "runs": timeline.runs.iter().map(|run| {
            let (outcome, rows, alerts) = match run.outcome {
                RunOutcome::Fired { rows, alerts } => ("fired", rows, alerts),
                RunOutcome::Quiet { rows } => ("quiet", rows, 0),
                RunOutcome::Suppressed => ("suppressed", 0, 0),
            };
            json!({
                "time": format_datetime(run.time),
                "windowFrom": format_datetime(run.span.from),
                "windowTo": format_datetime(run.span.to),
                "outcome": outcome,
                "read": times.read_by(run),
                "rows": rows,
                "alerts": alerts,
            })
        }).collect::<Vec<_>>(),
        "alerts": timeline.alerts.iter().map(alert).collect::<Vec<_>>(),
        "incidents": timeline.incidents.iter().map(incident).collect::<Vec<_>>(),
    })
}

fn alert(alert: &Alert) -> Value {
    let details = alert.custom_details.iter();
    json!({
        "time": format_datetime(alert.made),
        "run": alert.run,
        "name": alert.name,
        "description": alert.description,
        "severity": severity(alert.severity),
        "tactics": alert.tactics,
        "startTime": format_datetime(alert.events.0),
        "endTime": format_datetime(alert.events.1),
        "rows": alert.rows.rows(),
        "summary": alert.summary,
        "entities": alert.entities,
        "properties": alert.properties.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "customDetails": details.map(|(key, values)| (key.clone(), json!(values))).collect::<serde_json::Map<_, _>>(),
        "leftOut": alert.cuts.iter().map(|cut| &cut.sentence).collect::<Vec<_>>(),
    })
}

fn incident(incident: &Incident) -> Value {
    json!({
        "time": format_datetime(incident.made),
        "title": incident.title,
        "severity": severity(incident.severity),
        "tactics": incident.tactics,
        "alerts": incident.alerts,
        "reopened": incident.reopened.iter().map(|time| format_datetime(*time)).collect::<Vec<_>>(),
        "entities": incident.entities,
    })
}
