//! All replayed rules on one line of time.

use kql_analysis::time::format_datetime;
use rule_replay::timeline::{Event, EventKind, Lane, Timeline, merge};
use rule_replay::words::{counted, severity};
use sentinel_rules::rule::Rule;

use crate::protocol::{EventView, LaneView, TogetherView};
use crate::session::Session;

/// Events that the page gets.
const SHOWN_EVENTS: usize = 2_000;

/// The schedules of all rules that were replayed.
pub(crate) fn together(session: &Session) -> TogetherView {
    let mut keys = Vec::new();
    let mut timelines: Vec<(&Rule, &Timeline)> = Vec::new();
    let mut missing = Vec::new();
    let mut span: Option<(i64, i64)> = None;
    for loaded in &session.rules {
        let rule = &loaded.converted.rule;
        let replayed = loaded.timeline.as_ref();
        match replayed.and_then(|one| Some((one.options, one.timeline.as_ref().ok()?))) {
            Some((options, timeline)) => {
                let known = span.unwrap_or((options.from, options.to));
                span = Some((known.0.min(options.from), known.1.max(options.to)));
                keys.push(loaded.key.clone());
                timelines.push((rule, timeline));
            }
            None => missing.push(rule.name.clone()),
        }
    }
    let merged = merge(&timelines);
    let last = merged.events.last().map(|event| event.time);
    let (from, to) = span.unwrap_or((session.now, session.now));
    // Alerts are made a little after the last run.
    let to = last.map_or(to, |last| last.max(to));
    let lanes = merged.lanes.iter().zip(&keys);
    let events = merged.events.iter().take(SHOWN_EVENTS);
    TogetherView {
        span: (format_datetime(from), format_datetime(to)),
        lanes: lanes.map(|(lane, key)| lane_view(lane, key)).collect(),
        events: events.map(|event| event_view(event, from, to)).collect(),
        left_out: merged.events.len().saturating_sub(SHOWN_EVENTS),
        missing,
    }
}

fn lane_view(lane: &Lane, key: &str) -> LaneView {
    LaneView {
        rule: key.to_owned(),
        name: lane.rule.clone(),
        summary: format!(
            "{}, {}, {}",
            counted(lane.runs as u64, "run"),
            counted(lane.alerts as u64, "alert"),
            counted(lane.incidents as u64, "incident")
        ),
    }
}

fn event_view(event: &Event, from: i64, to: i64) -> EventView {
    let length = to.saturating_sub(from).max(1);
    let kind = match event.kind {
        EventKind::Suppressed => "suppressed",
        EventKind::Fired => "run",
        EventKind::Alert => "alert",
        EventKind::Incident => "incident",
    };
    let past = event.time.saturating_sub(from);
    EventView {
        time: format_datetime(event.time),
        place: (past as f64 / length as f64).clamp(0.0, 1.0),
        lane: event.lane,
        kind: kind.to_owned(),
        number: event.index,
        severity: severity(event.severity).to_owned(),
        title: event.title.clone(),
    }
}
