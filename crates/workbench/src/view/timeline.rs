//! A rule on its schedule as the page shows it.

use kql_analysis::time::format_datetime;
use rule_replay::timeline::{Incident, Options, RunOutcome, Timeline, TimelineRun};
use rule_replay::words::{counted, duration, every, severity, span};
use sentinel_rules::rule::{Rule, RuleKind};

use crate::protocol::{EntityView, IncidentView, RunMark, TimelineView};
use crate::replay::Replayed;

/// Incidents and marks that the page gets.
const SHOWN: usize = 500;
/// Entities of an incident that the page gets.
const SHOWN_ENTITIES: usize = 10;

/// The view of a timeline, or of the reason that there is none.
pub(crate) fn of(rule: &Rule, replayed: &Replayed) -> TimelineView {
    let options = replayed.options;
    let view = |summary, notes, marks, incidents| TimelineView {
        summary,
        notes,
        span: (format_datetime(options.from), format_datetime(options.to)),
        marks,
        incidents,
    };
    match &replayed.timeline {
        Ok(timeline) => view(
            summary(timeline),
            std::iter::once(delay(rule))
                .chain(timeline.notes.clone())
                .collect(),
            marks(timeline, options),
            incidents(timeline),
        ),
        Err(failure) => view(
            format!("Cannot be replayed: {} {}", failure.message, failure.hint),
            Vec::new(),
            Vec::new(),
            Vec::new(),
        ),
    }
}

/// How long after an event its alert may come.
fn delay(rule: &Rule) -> String {
    match &rule.schedule {
        Some(schedule) if rule.kind == RuleKind::Scheduled => {
            format!(
                "The rule runs every {}: an event waits for the next run, up to {}, and the alert is made five minutes after that.",
                every(schedule.frequency),
                duration(schedule.frequency)
            )
        }
        _ => "The rule runs every minute, two minutes behind: the alert is made two to three minutes after the event arrives.".to_owned(),
    }
}

fn summary(timeline: &Timeline) -> String {
    let fired = timeline.runs.iter().filter(|run| fired(run)).count();
    let made = format!(
        "{}, {} raised an alert",
        counted(timeline.runs.len() as u64, "run"),
        if fired == 0 {
            "none".to_owned()
        } else {
            fired.to_string()
        }
    );
    match fired {
        0 => format!("{made}."),
        _ => format!(
            "{made}: {}, {}.",
            counted(timeline.alerts.len() as u64, "alert"),
            counted(timeline.incidents.len() as u64, "incident")
        ),
    }
}

fn fired(run: &TimelineRun) -> bool {
    matches!(run.outcome, RunOutcome::Fired { .. })
}

fn marks(timeline: &Timeline, options: Options) -> Vec<RunMark> {
    let length = options.to.saturating_sub(options.from).max(1);
    let mark = |run: &TimelineRun| {
        let (outcome, what) = match run.outcome {
            RunOutcome::Fired { rows, alerts } => (
                "fired",
                format!(
                    "{}, {}",
                    counted(rows, "row"),
                    counted(alerts as u64, "alert")
                ),
            ),
            RunOutcome::Suppressed => ("suppressed", "paused after an alert".to_owned()),
            RunOutcome::Quiet { .. } => return None,
        };
        let past = run.time.saturating_sub(options.from);
        Some(RunMark {
            place: (past as f64 / length as f64).clamp(0.0, 1.0),
            outcome: outcome.to_owned(),
            title: format!("Run of {}: {what}", rule_replay::times::minute(run.time)),
        })
    };
    timeline.runs.iter().filter_map(mark).take(SHOWN).collect()
}

fn incidents(timeline: &Timeline) -> Vec<IncidentView> {
    let shown = timeline.incidents.iter().take(SHOWN);
    shown.map(|incident| view(timeline, incident)).collect()
}

fn view(timeline: &Timeline, incident: &Incident) -> IncidentView {
    let alerts = incident.alerts.iter();
    let alerts: Vec<_> = alerts
        .filter_map(|alert| timeline.alerts.get(*alert))
        .collect();
    let first = alerts.iter().map(|alert| alert.events.0).min();
    let last = alerts.iter().map(|alert| alert.events.1).max();
    let (first, last) = (
        first.unwrap_or(incident.made),
        last.unwrap_or(incident.made),
    );
    let entities = incident.entities.iter().take(SHOWN_ENTITIES);
    IncidentView {
        made: format_datetime(incident.made),
        delay: span(incident.made.saturating_sub(last)),
        title: incident.title.clone(),
        severity: severity(incident.severity).to_owned(),
        events: (format_datetime(first), format_datetime(last)),
        alerts: alerts.len(),
        rows: alerts.iter().map(|alert| alert.rows.rows()).sum(),
        entities: entities
            .map(|entity| EntityView {
                entity_type: entity.entity_type.clone(),
                identifiers: entity.told(),
            })
            .collect(),
    }
}
