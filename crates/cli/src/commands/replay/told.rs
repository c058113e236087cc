//! What `rulesmith replay` tells in words.

use kql_analysis::time::format_datetime;
use rule_replay::entities::Entity;
use rule_replay::timeline::{
    Assumptions, Event, EventKind, Incident, Merged, Options, RunOutcome, Timeline,
};
use rule_replay::words::{counted, severity};
use sentinel_rules::rule::{Rule, RuleKind};

use crate::files::{self, Failure};

/// Entities of an incident that the text names.
const SHOWN_ENTITIES: usize = 5;
/// Sentences about what alerts of an incident leave out.
const SHOWN_SENTENCES: usize = 5;

/// What is taken for granted.
pub(super) fn tell_assumptions(assumptions: Assumptions) -> Result<(), Failure> {
    files::print_line("Taken for granted:")?;
    for one in assumptions.all() {
        files::print_line(&format!(
            "  {}={} ({}; also: {}): {}",
            one.name,
            one.value,
            one.certainty,
            one.choices
                .iter()
                .filter(|choice| **choice != one.value)
                .copied()
                .collect::<Vec<_>>()
                .join(", "),
            one.meaning
        ))?;
    }
    Ok(())
}

/// What a rule did.
pub(super) fn tell(rule: &Rule, options: Options, timeline: &Timeline) -> Result<(), Failure> {
    let fired = timeline
        .runs
        .iter()
        .filter(|run| matches!(run.outcome, RunOutcome::Fired { .. }));
    let runs = match rule.kind {
        RuleKind::Scheduled => counted(timeline.runs.len() as u64, "run"),
        RuleKind::Nrt => format!(
            "{} with rows",
            counted(timeline.runs.len() as u64, "minute")
        ),
    };
    files::print_line(&format!(
        "{}: {runs} from {} to {}, {} fired, {}, {}",
        rule.name,
        format_datetime(options.from),
        format_datetime(options.to),
        fired.count(),
        counted(timeline.alerts.len() as u64, "alert"),
        counted(timeline.incidents.len() as u64, "incident"),
    ))?;
    for note in &timeline.notes {
        files::print_line(&format!("  note: {note}"))?;
    }
    for incident in &timeline.incidents {
        files::print_line(&format!(
            "  {} incident {}: {}, {}, {}",
            format_datetime(incident.made),
            severity(incident.severity),
            incident.title,
            counted(incident.alerts.len() as u64, "alert"),
            entities(&incident.entities),
        ))?;
        for sentence in left_out(timeline, incident) {
            files::print_line(&format!("    {sentence}"))?;
        }
    }
    Ok(())
}

/// What alerts of an incident leave out, each sentence once.
fn left_out<'t>(timeline: &'t Timeline, incident: &Incident) -> Vec<&'t str> {
    let alerts = incident.alerts.iter();
    let alerts = alerts.filter_map(|alert| timeline.alerts.get(*alert));
    let sentences = alerts.flat_map(|alert| &alert.cuts);
    let mut told = Vec::new();
    for sentence in sentences.map(|cut| cut.sentence.as_str()) {
        if told.len() < SHOWN_SENTENCES && !told.contains(&sentence) {
            told.push(sentence);
        }
    }
    told
}

/// The first entities in words, and how many more there are.
pub(super) fn entities(entities: &[Entity]) -> String {
    let words = |entity: &Entity| {
        let identifiers = entity.told().into_iter();
        let identifiers = identifiers.map(|(name, value)| format!("{name} {value}"));
        let identifiers: Vec<String> = identifiers.collect();
        format!("{} {}", entity.entity_type, identifiers.join(" "))
    };
    let shown: Vec<String> = entities.iter().take(SHOWN_ENTITIES).map(words).collect();
    match entities.len().saturating_sub(SHOWN_ENTITIES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What all rules did, a line for each event.
pub(super) fn tell_together(merged: &Merged) -> Result<(), Failure> {
    files::print_line("All rules together:")?;
    for event in &merged.events {
        let rule = merged.lanes.get(event.lane).map(|lane| lane.rule.as_str());
        let severity = severity(event.severity);
        let line = format!(
            "  {} {} {severity} {}: {}",
            format_datetime(event.time),
            event_kind(event),
            rule.unwrap_or_default(),
            event.title,
        );
        let line = line.split(' ').filter(|part| !part.is_empty());
        let line: Vec<&str> = line.collect();
        files::print_line(format!("  {}", line.join(" ")).trim_end_matches([':', ' ']))?;
    }
    Ok(())
}

fn event_kind(event: &Event) -> &'static str {
    match event.kind {
        EventKind::Suppressed => "suppressed run",
        EventKind::Fired => "run",
        EventKind::Alert => "alert",
        EventKind::Incident => "incident",
    }
}
